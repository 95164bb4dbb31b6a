// A slow and simple implementation of BookSet's function: maps and lists, no pools, no hash index,
// no look-ahead.
//
// Tests and `tapedeck verify` check the fast books against this reference: after every event what
// the event can change, and every few thousand events and at the end everything. The reference
// shares only two things with the fast books: the functions that hash events and restore state, and
// InstrumentState, which holds the rules for all state except orders. The code for orders is
// written a second time on purpose. One thread.
#pragma once

#include <list>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "engine/book/book_snapshot.hpp"
#include "engine/book/fault.hpp"
#include "engine/book/instrument_state.hpp"
#include "engine/core/event.hpp"

namespace tapedeck::book {

class ReferenceBook {
 public:
  Applied add(OrderId id, Side side, Price price, Quantity quantity);
  Applied reduce(OrderId id, Quantity quantity, Fault when_more);
  Applied remove(OrderId id);
  Applied replace(OrderId id, OrderId new_id, Price price, Quantity quantity);
  /// `side`: none, or the side that the message states.
  Applied modify(OrderId id, Side side, Price price, Quantity quantity);
  void clear();
  Applied clear_side(Side side);

  [[nodiscard]] std::optional<std::pair<Side, Price>> where(OrderId id) const;
  [[nodiscard]] Level touch(Side side) const;
  [[nodiscard]] SnapshotLevel level_at(Side side, Price price) const;
  [[nodiscard]] BookSnapshot snapshot() const;
  [[nodiscard]] bool crossed() const;

  InstrumentState state;

 private:
  struct Resting {
    OrderId id;
    Quantity quantity;
  };
  using Queue = std::list<Resting>;
  using Levels = std::map<Price, Queue>;
  struct Place {
    Side side;
    Price price;
    Queue::iterator order;
  };

  Levels& levels(Side side) { return side == Side::bid ? bids_ : asks_; }
  void drop(std::map<OrderId, Place>::iterator found);

  Levels bids_, asks_;  // by ascending price: the best bid is last, the best ask first
  std::map<OrderId, Place> orders_;
};

class ReferenceBookSet {
 public:
  explicit ReferenceBookSet(bool flow_digest = false) : flow_digest_(flow_digest) {}

  Applied apply(ChannelId channel, const Event& event);

  [[nodiscard]] const BookCounters& counters() const { return counters_; }
  [[nodiscard]] const ReferenceBook* find(ChannelId channel, Instrument instrument) const;
  [[nodiscard]] const std::map<std::pair<ChannelId, Instrument>, ReferenceBook>& books() const {
    return books_;
  }
  [[nodiscard]] Session session(ChannelId channel) const {
    const auto found = sessions_.find(channel);
    return found == sessions_.end() ? Session::unknown : found->second;
  }

 private:
  void apply_to_all(ChannelId channel, const Event& event);
  void restore_channel(ChannelId channel, const RestoreFields& fields);
  Applied apply_to_book(ChannelId channel, ReferenceBook& book, const Event& event);
  Applied dispatch(ReferenceBook& book, const Event& event);

  std::map<std::pair<ChannelId, Instrument>, ReferenceBook> books_;
  std::map<ChannelId, Session> sessions_;
  std::map<ChannelId, LossFields> lost_;  // messages lost by a whole channel
  std::map<ChannelId, Sequence> joined_;  // first messages of channels that were joined late
  BookCounters counters_;
  bool flow_digest_;
};

}  // namespace tapedeck::book
