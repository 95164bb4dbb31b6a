// What a run comes to, in a form that two runs can be compared by; and what it should come to,
// from the slow reference books and an obvious definition of cuts.
#pragma once

#include <map>
#include <ostream>
#include <set>
#include <utility>
#include <vector>

#include "engine/book/reference_book.hpp"
#include "engine/pipeline/cuts.hpp"
#include "engine/strategy/strategy_runner.hpp"

namespace tapedeck::test {

using Cuts = std::vector<std::pair<Nanos, std::vector<pipeline::CutRow>>>;

class RecordedCuts final : public pipeline::CutSink {
 public:
  void on_cut(Nanos time, pipeline::CutRows rows) override {
    std::vector<pipeline::CutRow>& copies = all.emplace_back(time, 0).second;
    for (const pipeline::CutRow* const row : rows) copies.push_back(*row);
  }
  Cuts all;
};

struct Outcome {
  u64 digest = 0, flow = 0;
  u64 read = 0, dropped = 0;
  book::BookCounters counters;

  friend bool operator==(const Outcome&, const Outcome&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Outcome& o) {
    return out << std::hex << "digest " << o.digest << ", flow " << o.flow << std::dec << ", read "
               << o.read << ", dropped " << o.dropped << ", applied " << o.counters.applied
               << ", notices " << o.counters.notices << ", ignored " << o.counters.ignored
               << ", unrouted " << o.counters.unrouted << ", crossed " << o.counters.crossed_events
               << ", unknown orders " << o.counters.of(book::Fault::unknown_order);
  }
};

inline u64 data_events(const std::vector<Event>& events) {
  return static_cast<u64>(
      std::ranges::count_if(events, [](const Event& e) { return !is_control(e.kind); }));
}

/// The events of each channel, applied by the reference books one by one.
inline Outcome expected_of(const std::vector<std::vector<Event>>& channels) {
  book::ReferenceBookSet books{true};
  Outcome outcome;
  for (std::size_t channel = 0; channel < channels.size(); ++channel) {
    outcome.read += data_events(channels[channel]);
    for (const Event& event : channels[channel])
      books.apply(static_cast<ChannelId>(channel), event);
  }
  std::vector<book::NamedValue> final_books, flows;
  for (const auto& [key, book] : books.books()) {
    const std::string symbol{book.state.define.name()};
    if (book.snapshot().orders() > 0) {
      final_books.push_back({key.first, symbol, book_digest(book.snapshot())});
    }
    if (book.state.events > 0) flows.push_back({key.first, symbol, book.state.flow});
  }
  outcome.digest = book::fold(std::move(final_books));
  outcome.flow = book::fold(std::move(flows));
  outcome.counters = books.counters();
  return outcome;
}

/// The rows of a channel's instruments as they are now.
inline std::vector<pipeline::CutRow> rows_of(const book::BookSet& books, ChannelId channel,
                                             u32 depth, const strategy::StrategyRunner& strategies,
                                             Nanos cut) {
  std::vector<pipeline::CutRow> rows;
  for (const book::Book& book : books.books()) {
    if (book.channel != channel) continue;
    pipeline::CutRow& row = rows.emplace_back();
    row.view = book::view_of(books, book);
    for (u32 i = 0; i < std::min(depth, book.side(Side::bid).size()); ++i)
      row.bids.push_back(books.level(book, Side::bid, i));
    for (u32 i = 0; i < std::min(depth, book.side(Side::ask).size()); ++i)
      row.asks.push_back(books.level(book, Side::ask, i));
    row.values = strategies.values(book, cut);
  }
  return rows;
}

/// Cut T, by its definition: every channel's state after its last message whose channel time is
/// before T. A cut is due when an event happened in the interval that it closes.
inline Cuts expected_cuts(const std::vector<std::vector<Event>>& channels, i64 interval, u32 depth,
                          std::span<const strategy::StrategyPlan> strategies = {}) {
  std::set<Nanos> due;
  for (const auto& events : channels) {
    i64 channel_time = INT64_MIN;
    for (const Event& event : events) {
      channel_time = std::max(channel_time, event.exchange_time.value);
      due.insert(Nanos{channel_time / interval * interval + interval});
    }
  }
  Cuts cuts;
  for (const Nanos cut : due) {
    std::vector<pipeline::CutRow> rows;
    for (std::size_t channel = 0; channel < channels.size(); ++channel) {
      const auto number = static_cast<ChannelId>(channel);
      book::BookSet books;
      books.open_channel(number, true);
      strategy::StrategyRunner runner{strategies, books};
      for (const Event& event : channels[channel]) {
        if (event.exchange_time >= cut) break;
        books.apply(number, {&event, 1}, runner);
      }
      for (pipeline::CutRow& row : rows_of(books, number, depth, runner, cut)) {
        rows.push_back(row);
      }
    }
    std::ranges::sort(rows, {}, [](const pipeline::CutRow& r) {
      return std::tuple{r.view.venue, r.view.name()};
    });
    cuts.emplace_back(cut, std::move(rows));
  }
  return cuts;
}

}  // namespace tapedeck::test
