// All that a set of books knows of a channel, in words: two sets can be compared, and what differs
// is shown.
#pragma once

#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"

namespace tapedeck::test {

static_assert(sizeof(book::InstrumentState) == 200, "a field more: it belongs to told() too");

inline std::string told(const book::InstrumentState& s) {
  std::ostringstream text;
  text << "last " << s.last_time.value << " #" << s.last_sequence << "\nevents " << s.events
       << " adds " << s.adds << " executions " << s.executions << " executed " << s.executed.value
       << " flow " << s.flow << "\ntrading " << static_cast<int>(s.trading) << " trust "
       << text_of(s.trust(Session::unknown)) << " range " << s.trust_range.first << "-"
       << s.trust_range.last << " crossed " << s.crossed_while_trading << " halt "
       << s.operational_halt << "\nvolume " << s.volume.value << " last " << s.last_price.value
       << " x " << s.last_quantity.value;
  const DefineFields& d = s.define;
  text << "\nname " << d.name() << " id " << d.source_id << " lot " << d.round_lot << " scale "
       << int{d.quantity_scale};
  const AuctionFields& a = s.auction;
  text << "\nauction " << a.paired << " " << a.imbalance << " " << a.far_e4 << " " << a.near_e4
       << " " << a.reference_e4 << " " << int{a.type} << " " << int{a.direction} << " "
       << int{a.variation};
  const CollarFields& c = s.collar;
  text << "\ncollar " << c.reference.value << " " << c.upper.value << " " << c.lower.value << " "
       << c.extension << "\n";
  return text.str();
}

/// Of one book: its orders, and what is known of it.
inline ::testing::AssertionResult same_book(const book::BookSet& got, const book::Book& a,
                                            const book::BookSet& expected, const book::Book& b) {
  constexpr std::size_t kShown = 5;
  if (told(a.state) != told(b.state)) {
    return ::testing::AssertionFailure() << "instrument " << b.instrument.value << " is\n"
                                         << told(a.state) << "and should be\n"
                                         << told(b.state);
  }
  const book::BookSnapshot is = got.snapshot(a);
  const book::BookSnapshot should_be = expected.snapshot(b);
  if (is == should_be) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << b.state.define.name() << " is\n"
                                       << drawn(is, kShown) << "and should be\n"
                                       << drawn(should_be, kShown);
}

/// Every book of `channel`, and what is known of the channel itself.
inline ::testing::AssertionResult same_channel(const book::BookSet& got,
                                               const book::BookSet& expected, ChannelId channel) {
  const auto books_of = [channel](const book::BookSet& set) {
    return std::ranges::count_if(set.books(),
                                 [&](const auto& book) { return book.channel == channel; });
  };
  if (books_of(got) != books_of(expected)) {
    return ::testing::AssertionFailure()
           << books_of(got) << " books and not " << books_of(expected);
  }
  for (const book::Book& book : expected.books()) {
    if (book.channel != channel) continue;
    const book::Book* const twin = got.find(channel, book.instrument);
    if (twin == nullptr) return ::testing::AssertionFailure() << "no " << book.state.define.name();
    if (auto same = same_book(got, *twin, expected, book); !same) return same;
  }
  const auto about = [channel](const book::BookSet& set) {
    const LossFields lost = set.lost(channel).value_or(LossFields{0, 0});
    return std::string{name_of(set.session(channel))} + ", lost " + std::to_string(lost.first) +
           "-" + std::to_string(lost.last);
  };
  if (about(got) == about(expected)) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << "the channel is: " << about(got) << ", and should be: " << about(expected);
}

}  // namespace tapedeck::test
