#include "engine/core/feed.hpp"

#include "engine/core/units.hpp"

namespace tapedeck {

std::optional<std::string> Feed::left_out() const {
  const u64 messages = counters().over_capacity;
  if (messages == 0) return {};
  return counted(messages, "message is left out, of", "messages are left out, of") +
         " instruments beyond the first " + grouped(kMaxInstrumentsPerChannel) +
         ", the most that a channel may have; `symbols` selects instruments";
}

Event loss_after(const Feed& feed, Nanos channel_time) {
  Event event{};
  event.exchange_time = channel_time;
  event.sequence = feed.counters().messages + 1;
  event.instrument = kEveryInstrument;
  event.kind = Kind::loss;
  event.flags = kCarryOn | kLastOfEvent;
  event.loss = {feed.last_sequence() + 1, kUnknownLast};
  return event;
}

}  // namespace tapedeck
