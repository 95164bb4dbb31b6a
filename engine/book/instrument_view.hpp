// InstrumentView: an instrument's state in the form that snapshot cells, snapshots, tables and
// summaries show. DepthView: the best levels of both sides.
#pragma once

#include <algorithm>
#include <array>
#include <span>
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

/// The best levels of an instrument, at most kMost of each side. Plain data, filled by depth_of()
/// alone. Any thread may hold a copy.
template <u32 kMost>
struct DepthView {
  // As in InstrumentView. Where `events` is equal, both views show the book after the same event.
  Sequence sequence = 0;
  Nanos time{0};
  u64 events = 0;
  u32 bid_count = 0, ask_count = 0;     // how many of the levels below there are
  std::array<Level, kMost> bids, asks;  // from the best on; empty levels follow the last one

  [[nodiscard]] std::span<const Level> side(Side which) const {
    return which == Side::bid ? std::span{bids}.first(bid_count) : std::span{asks}.first(ask_count);
  }
  friend bool operator==(const DepthView&, const DepthView&) = default;
};

/// Returns the best levels of a book. Called by the thread that owns `books`.
template <u32 kMost>
[[nodiscard]] DepthView<kMost> depth_of(const BookSet& books, const Book& book) {
  static_assert(std::is_trivially_copyable_v<DepthView<kMost>>);
  DepthView<kMost> view;
  view.sequence = book.state.last_sequence;
  view.time = book.state.last_time;
  view.events = book.state.events;
  view.bid_count = std::min(kMost, book.side(Side::bid).size());
  view.ask_count = std::min(kMost, book.side(Side::ask).size());
  for (u32 i = 0; i < view.bid_count; ++i) view.bids[i] = books.level(book, Side::bid, i);
  for (u32 i = 0; i < view.ask_count; ++i) view.asks[i] = books.level(book, Side::ask, i);
  return view;
}

}  // namespace tapedeck::book
