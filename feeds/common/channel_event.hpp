// Events that concern a whole channel and come from none of its messages: a loss, a clear.
#pragma once

#include "engine/core/event.hpp"

namespace tapedeck::feeds {

/// The newest message of a channel.
struct NewestMessage {
  Sequence number = 0;  // 0: none so far
  Nanos exchange_time{0};
};

/// Pushes such an event. It has the number and the time of the newest message. `out` must have
/// room. `ingress` becomes the event's due time. The caller sets its other fields.
inline Event& push_channel_event(Kind kind, EventFlags flags, const NewestMessage& newest,
                                 Nanos ingress, EventBuffer& out) {
  Event& event = out.push();
  event = Event{};
  event.exchange_time = newest.exchange_time;
  event.due_time = ingress;
  event.sequence = newest.number;
  event.instrument = kEveryInstrument;
  event.kind = kind;
  event.flags = flags;
  return event;
}

}  // namespace tapedeck::feeds
