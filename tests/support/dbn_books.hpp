// The books of a channel of DBN files, which the slow reference must have too.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/book/reference_book.hpp"
#include "tests/support/dbn_file_writer.hpp"

namespace tapedeck::test {

class DbnBooks {
 public:
  explicit DbnBooks(const std::vector<std::string_view>& contents,
                    std::unordered_set<std::string> symbols = {}) {
    books_.open_channel(0, true);
    const DbnRun run{contents, std::move(symbols)};
    for (const Event& event : run.events) {
      EXPECT_EQ(books_.apply(0, event), reference_.apply(0, event));
    }
    EXPECT_EQ(books_.counters(), reference_.counters());
    input_ = run.feed->counters();
  }
  explicit DbnBooks(const DbnFile& file, std::unordered_set<std::string> symbols = {})
      : DbnBooks(std::vector<std::string_view>{file.bytes()}, std::move(symbols)) {}

  /// The first instrument's book.
  [[nodiscard]] const book::Book& book() const { return *books_.find(0, Instrument{0}); }
  /// "bid price x quantity / ask price x quantity", a dash for an empty side.
  [[nodiscard]] std::string top() const { return top_of(book()); }
  /// The same of the instrument that is called this in the end; empty if none is.
  [[nodiscard]] std::string top(std::string_view symbol) const {
    for (const book::Book& each : books_.books()) {
      if (each.state.define.name() == symbol) return top_of(each);
    }
    return {};
  }
  [[nodiscard]] std::vector<std::string> symbols() const {
    std::vector<std::string> names;
    for (const book::Book& each : books_.books()) names.emplace_back(each.state.define.name());
    return names;
  }
  [[nodiscard]] book::TrustState trust() const { return book().state.trust_state; }
  /// That of the instrument that is called this in the end.
  [[nodiscard]] std::optional<book::TrustState> trust(std::string_view symbol) const {
    for (const book::Book& each : books_.books()) {
      if (each.state.define.name() == symbol) return each.state.trust_state;
    }
    return {};
  }
  [[nodiscard]] i64 volume() const { return book().state.volume.value; }
  [[nodiscard]] u64 orders() const { return books_.live_orders(); }
  [[nodiscard]] u64 faults(book::Fault fault) const { return books_.counters().of(fault); }
  [[nodiscard]] u64 faults() const {
    u64 sum = 0;
    for (const u64 count : books_.counters().faults) sum += count;
    return sum;
  }
  [[nodiscard]] u64 crossings() const { return books_.counters().crossed_events; }
  [[nodiscard]] std::optional<u32> ahead(u64 id) const {
    return books_.orders_ahead(book(), OrderId{id});
  }
  [[nodiscard]] const FeedCounters& input() const { return input_; }

 private:
  [[nodiscard]] std::string top_of(const book::Book& of) const {
    std::string text;
    for (const Side side : {Side::bid, Side::ask}) {
      const book::Level best = books_.touch(of, side);
      text += text.empty() ? "" : " / ";
      text += best.price == kNoPrice ? "-"
                                     : std::to_string(best.price.value / kPriceUnitsPerOne) +
                                           " x " + std::to_string(best.quantity.value);
    }
    return text;
  }

  book::BookSet books_;
  book::ReferenceBookSet reference_;
  FeedCounters input_;
};

}  // namespace tapedeck::test
