// Collects the events of one message. All of them have the message's time and number, and the last
// event is flagged kLastOfEvent.
#pragma once

#include <vector>

#include "engine/core/event.hpp"
#include "feeds/lobster/row.hpp"

namespace tapedeck::feeds::lobster {

class RowEvents {
 public:
  /// New events are appended to `events`, with the time, sequence and instrument of `head`.
  RowEvents(std::vector<Event>& events, const Event& head)
      : events_(events), head_(head), first_(events.size()) {}

  /// Appends an event with the payload of `head`, and returns it. The reference is valid until the
  /// next push().
  Event& push(Kind kind, Side side, EventFlags flags = 0) {
    Event& event = events_.emplace_back(head_);
    event.kind = kind;
    event.side = side;
    event.flags = flags;
    return event;
  }
  Event& push_order(Kind kind, Side side, const OrderFields& order, EventFlags flags = 0) {
    Event& event = push(kind, side, flags);
    event.order = order;
    return event;
  }
  [[nodiscard]] std::size_t size() const { return events_.size() - first_; }
  void finish() {
    if (size() > 0) events_.back().flags |= kLastOfEvent;
  }

 private:
  std::vector<Event>& events_;
  Event head_;
  std::size_t first_;
};

/// Appends the message as one event, without completion.
Event& push_message(const MessageRow& message, RowEvents& out);

}  // namespace tapedeck::feeds::lobster
