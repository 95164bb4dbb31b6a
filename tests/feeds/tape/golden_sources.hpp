// What the golden tapes hold: written once, and never changed, since the tapes are not.
#pragma once

#include <vector>

#include "tests/support/scripted_feed.hpp"
#include "tests/support/tapes.hpp"

namespace tapedeck::test {

inline ItchDay golden_day() {
  ItchDay day;
  day.system('O').directory(7, "GOLD").directory(9, "TAPE").system('S').system('Q');
  day.trading(7, "GOLD").trading(9, "TAPE");
  for (u64 id = 1; id <= 120; ++id) {
    const bool gold = id % 3 != 0;
    day.add(gold ? 7 : 9, gold ? "GOLD" : "TAPE", id, id % 2 == 0 ? 'S' : 'B',
            static_cast<u32>(100 + id), static_cast<u32>(id % 2 == 0 ? 2'000'100 : 1'999'900));
    if (id % 10 == 4) day.execute(7, id, 50).cancel(7, id, 10);
    if (id % 10 == 7) day.replace(7, id, 1'000 + id, 33, id % 2 == 0 ? 2'000'200 : 1'999'800);
    if (id % 10 == 9) day.remove(9, id);
  }
  return day.system('M').system('E').system('C');
}

/// Of every kind that a tape can hold.
inline std::vector<Event> golden_events() {
  std::vector<Event> events;
  for (u32 kind = 0; kind < static_cast<u32>(Kind::cut); ++kind) {
    for (u32 i = 0; i < 5; ++i) {
      Event event{};
      event.kind = static_cast<Kind>(kind);
      event.sequence = events.size() + 1;
      event.exchange_time = {static_cast<i64>(34'200'000'000'000 + events.size() * 12'345)};
      event.instrument = {i};
      event.side = static_cast<Side>(i % 3);
      event.flags = kLastOfEvent;
      if (has_order_fields(event.kind)) {
        event.order = {OrderId{u64{1000} * kind + i}, i, Price{i64{1'234'500'000} * (i + 1)},
                       Quantity{100 * (i64{i} + 1)}};
      } else if (event.kind == Kind::define) {
        event.define.symbol[0] = static_cast<char>('A' + i);
        event.define.length = 1;
        event.define.source_id = 40 + i;
        event.define.round_lot = 100;
      } else if (event.kind == Kind::trading_state) {
        event.state = {
            static_cast<TradingState>(i), Session::market_open, 'H', {'T', '1', ' ', ' '}};
      } else if (event.kind == Kind::auction) {
        event.auction = {1'000, -500, 11, 12, 13, 'O', 'B', 'L'};
      } else if (event.kind == Kind::collar) {
        event.collar = {Price{5}, Price{7}, Price{3}, i};
      } else if (event.kind == Kind::notice) {
        event.notice.type = 'N';
        event.notice.length = static_cast<u8>(i);
        for (u32 at = 0; at < i; ++at) event.notice.body[at] = static_cast<u8>(at + 1);
      } else if (event.kind == Kind::loss) {
        event.loss = {3, 5};
      }
      events.push_back(event);
    }
  }
  return events;
}

}  // namespace tapedeck::test
