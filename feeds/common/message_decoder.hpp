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

/// The most bytes of one record of a decoder's exported state.
inline constexpr std::size_t kMaxStateRecord = 256;

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

  /// Exports what the decoder knows of its channel so far, for a reader that goes on in the middle:
  /// records of at most kMaxStateRecord bytes, in an encoding of the protocol's own.
  virtual void export_state(const std::function<void(Bytes)>& /*emit*/) const {}
  /// Takes such records, all of them and in their order, before the first message. False for what
  /// is none; what was taken before it stays.
  virtual bool import_state(Bytes /*record*/) { return false; }
  /// Which instrument that is here that had this number where the records are from; kNoInstrument
  /// if it is not of those that were asked for. Nothing if the records have none of that number.
  [[nodiscard]] virtual std::optional<Instrument> imported_instrument(Instrument there) const {
    return there;
  }
};

}  // namespace tapedeck::feeds
