// The seam between transports and message formats: a transport (a length-prefixed file, MoldUDP64
// packets) finds where messages begin and end; a decoder turns one message into events. Neither
// knows the other; feeds/catalog puts them together. One thread.
#pragma once

#include <functional>
#include <optional>

#include "engine/core/bytes.hpp"
#include "engine/core/feed.hpp"

namespace tapedeck::feeds {

/// A message becomes at most this many events (a define ahead of what it says).
inline constexpr u32 kMaxEventsPerMessage = 2;

enum class Decoded : u8 {
  ok,
  unknown_type,  // counted, no events
  too_short      // shorter than its type requires; counted as malformed, no events
};

/// Of one record of a decoder's knowledge.
inline constexpr std::size_t kMaxKnowledge = 256;

class MessageDecoder {
 public:
  virtual ~MessageDecoder() = default;

  /// Turns one whole message into events, the last of them flagged kLastOfEvent. `out` has room
  /// for kMaxEventsPerMessage. `sequence` is the message's number within its channel.
  virtual Decoded decode(Bytes message, Sequence sequence, Nanos ingress, EventBuffer& out) = 0;
  /// What is added to the format's times since midnight to make them nanoseconds since 1970 UTC.
  virtual void set_midnight(Nanos midnight) = 0;
  /// The newest message was the one that says that nothing follows.
  [[nodiscard]] virtual bool complete() const = 0;
  /// Shared with the transport, which counts what it sees itself.
  [[nodiscard]] virtual FeedCounters& counters() = 0;

  /// For who is to go on in the middle of a channel: what has been learnt from its messages so far,
  /// in records of at most kMaxKnowledge bytes, in words of the format's own.
  virtual void tell_knowledge(const std::function<void(Bytes)>& /*give*/) const {}
  /// Takes such records, all of them and in their order, before the first message. False for what
  /// is none; what was taken before it stays.
  virtual bool learn(Bytes /*record*/) { return false; }
  /// Which instrument that is here that had this number where the records are from; kNoInstrument
  /// if it is not of those that were asked for. Nothing if the records have none of that number.
  [[nodiscard]] virtual std::optional<Instrument> learnt(Instrument there) const { return there; }
};

}  // namespace tapedeck::feeds
