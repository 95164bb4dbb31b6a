// The interface of a parser of UDP payloads. A source of datagrams (a capture, later a socket)
// passes each payload to the parser, which decodes the payload in bounded steps. One thread.
#pragma once

#include <string>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/core/feed.hpp"

namespace tapedeck::feeds {

class DatagramParser {
 public:
  virtual ~DatagramParser() = default;

  /// Returns true if the payload's header looks like a header of this protocol.
  [[nodiscard]] virtual bool recognises(Bytes payload) const = 0;
  /// Returns the number of payload bytes that recognises() needs. The protocol of a shorter payload
  /// cannot be recognised.
  [[nodiscard]] virtual std::size_t header_bytes() const = 0;
  /// Starts a datagram. The previous datagram must be finished. `payload` must stay valid until
  /// finished() is true.
  virtual void begin(Bytes payload) = 0;
  /// Starts a datagram that cannot be read at all. The parser counts it as malformed and emits a
  /// loss event, because messages for the books may be missing.
  virtual void begin_unreadable() = 0;
  /// Decodes at most `max_messages` messages into `out`, or fewer if `out` gets full. Returns the
  /// number of messages taken. Must be called until finished() is true. `ingress` becomes the
  /// events' due time.
  virtual u32 step(u32 max_messages, Nanos ingress, EventBuffer& out) = 0;
  [[nodiscard]] virtual bool finished() const = 0;

  virtual void set_midnight(Nanos midnight) = 0;
  [[nodiscard]] virtual bool complete() const = 0;
  [[nodiscard]] virtual u64 last_sequence() const = 0;
  [[nodiscard]] virtual FeedCounters& counters() = 0;
  [[nodiscard]] virtual std::vector<std::string> warnings() const = 0;
};

}  // namespace tapedeck::feeds
