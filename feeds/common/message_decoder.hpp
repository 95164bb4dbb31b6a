// The interface between transports and message formats: a transport (a length-prefixed file,
// MoldUDP64 packets) finds where messages begin and end; a decoder turns one message into events.
// Neither knows the other; feeds/catalog combines them. One thread.
#pragma once

#include <functional>
#include <optional>

#include "engine/core/bytes.hpp"
#include "engine/core/feed.hpp"

namespace tapedeck::feeds {

/// A message becomes at most this many events: the message's own event and, before it, a define or
/// the clear of a new day.
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
  /// Sets the midnight, in nanoseconds since 1970 UTC, that is added to the format's times of day.
  virtual void set_midnight(Nanos midnight) = 0;
  /// True when the newest message was the format's closing message.
  [[nodiscard]] virtual bool complete() const = 0;
  /// Shared with the transport, which adds its own counts.
  [[nodiscard]] virtual FeedCounters& counters() = 0;

  /// Exports the decoder's state of its channel, for a reader that starts in the middle: records of
  /// at most kMaxStateRecord bytes, in a protocol-specific encoding.
  virtual void export_state(const std::function<void(Bytes)>& /*emit*/) const {}
  /// Imports one record of export_state(). Import all of them, in their order, before the first
  /// message. Returns false for an invalid record; the records imported before it stay in effect.
  virtual bool import_state(Bytes /*record*/) { return false; }
  /// Translates `there`, an instrument number of the exported state, into this decoder's number.
  /// Returns kNoInstrument where the instrument's symbol was not asked for, and nothing where no
  /// record has that number.
  [[nodiscard]] virtual std::optional<Instrument> imported_instrument(Instrument there) const {
    return there;
  }
};

}  // namespace tapedeck::feeds
