// The interface of a decoder, which turns one message of a format into events. A transport (a
// length-prefixed file, MoldUDP64 packets) finds where messages begin and end. Transports and
// decoders do not know each other; feeds/catalog combines them. One thread.
#pragma once

#include <functional>
#include <optional>

#include "engine/core/bytes.hpp"
#include "engine/core/feed.hpp"

namespace tapedeck::feeds {

/// The most events that one message becomes: the message's own event and, before it, a define or
/// the clear at the start of a new day.
inline constexpr u32 kMaxEventsPerMessage = 2;

enum class Decoded : u8 {
  ok,
  unknown_type,  // counted, no events
  too_short      // shorter than its type requires; counted as malformed, no events
};

/// The maximum size of one record of a decoder's exported state, in bytes.
inline constexpr std::size_t kMaxStateRecord = 256;

class MessageDecoder {
 public:
  virtual ~MessageDecoder() = default;

  /// Turns one whole message into events, and flags the last event kLastOfEvent. `out` must have
  /// room for kMaxEventsPerMessage events. `sequence` is the message's number within its channel.
  virtual Decoded decode(Bytes message, Sequence sequence, Nanos ingress, EventBuffer& out) = 0;
  /// Sets the midnight, in nanoseconds since 1970 UTC, that is added to the format's times of day.
  virtual void set_midnight(Nanos midnight) = 0;
  /// Returns true if the newest message was the format's closing message.
  [[nodiscard]] virtual bool complete() const = 0;
  /// Returns the counters, to which the transport adds its own counts.
  [[nodiscard]] virtual FeedCounters& counters() = 0;

  /// Exports the decoder's state of the channel, so that a reader can start in the middle of a
  /// recording. Calls `emit` with records of at most kMaxStateRecord bytes, in a protocol-specific
  /// encoding.
  virtual void export_state(const std::function<void(Bytes)>& /*emit*/) const {}
  /// Imports one record of export_state(). All records must be imported, in their order, before the
  /// first message. Returns false for an invalid record. The records imported before it stay in
  /// effect.
  virtual bool import_state(Bytes /*record*/) { return false; }
  /// Translates `there`, an instrument number in the exported state, into this decoder's number for
  /// the instrument. Returns kNoInstrument if the instrument's symbol is not wanted, and nothing if
  /// no imported record has this number.
  [[nodiscard]] virtual std::optional<Instrument> imported_instrument(Instrument there) const {
    return there;
  }
};

}  // namespace tapedeck::feeds
