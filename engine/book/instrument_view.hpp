// An instrument as readers see it: the one shape that cells, snapshots, tables and summaries show.
#pragma once

#include <type_traits>

#include "engine/book/book_set.hpp"

namespace tapedeck::book {

/// Plain data, filled by view_of() alone. Any thread may hold a copy.
struct InstrumentView {
  DefineFields define{};        // its name, scale and lot
  Sequence sequence = 0;        // of the last event applied to it
  Nanos time{0};                // and its exchange time
  u64 events = 0;               // applied, of any kind
  u64 executions = 0;           // of orders that were there
  Level bid, ask;               // the best ones
  Price last_price = kNoPrice;  // of the last printable trade
  Quantity last_quantity{0};
  Quantity volume{0};  // printable: executions, hidden trades, crosses
  BookTrust trust;
  AuctionFields auction{};             // the last imbalance notice
  u32 bid_levels = 0, ask_levels = 0;  // how many there are
  ChannelId venue = 0;
  TradingState trading = TradingState::unknown;
  Session session = Session::unknown;  // of its channel
  bool halted = false;                 // halted or paused, or an operational halt
  bool crossed = false;                // the best bid is above the best ask

  [[nodiscard]] std::string_view name() const { return define.name(); }
  friend bool operator==(const InstrumentView&, const InstrumentView&) = default;
};
static_assert(std::is_trivially_copyable_v<InstrumentView>);

/// Returns the view of a book. Called by the thread that owns `books`.
[[nodiscard]] InstrumentView view_of(const BookSet& books, const Book& book);

}  // namespace tapedeck::book
