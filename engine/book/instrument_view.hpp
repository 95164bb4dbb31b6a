// InstrumentView: an instrument's state in the form that snapshot cells, snapshots, tables and
// summaries show.
#pragma once

#include <type_traits>

#include "engine/book/book_set.hpp"

namespace tapedeck::book {

/// Plain data, filled by view_of() alone. Any thread may hold a copy.
struct InstrumentView {
  DefineFields define{};        // name, quantity scale, source id and round lot
  Sequence sequence = 0;        // message number of the last event or definition applied to it
  Nanos time{0};                // exchange time of that event
  u64 events = 0;               // events applied, of any kind
  u64 executions = 0;           // executions of orders that the book had
  Level bid, ask;               // the best levels
  Price last_price = kNoPrice;  // of the last printable trade
  Quantity last_quantity{0};
  Quantity volume{0};  // of all printable trades: executions, hidden trades, crosses
  BookTrust trust;
  AuctionFields auction{};             // the last imbalance notice
  u32 bid_levels = 0, ask_levels = 0;  // number of levels on each side
  ChannelId venue = 0;
  TradingState trading = TradingState::unknown;
  Session session = Session::unknown;  // of the instrument's channel
  bool halted = false;                 // is halted or paused, or has an operational halt
  bool crossed = false;                // the best bid is above the best ask

  [[nodiscard]] std::string_view name() const { return define.name(); }
  friend bool operator==(const InstrumentView&, const InstrumentView&) = default;
};
static_assert(std::is_trivially_copyable_v<InstrumentView>);

/// Returns the view of a book. Called by the thread that owns `books`.
[[nodiscard]] InstrumentView view_of(const BookSet& books, const Book& book);

}  // namespace tapedeck::book
