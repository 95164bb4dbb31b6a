// The interface of a parser of UDP payloads. A source of datagrams (a capture, later a socket)
// passes each payload to the parser, which decodes the payload in bounded steps. One thread.
#pragma once

#include <string>
#include <vector>

#include "engine/core/feed.hpp"
#include "feeds/common/datagram.hpp"

namespace tapedeck::feeds {

class DatagramParser {
 public:
  virtual ~DatagramParser() = default;

  /// Returns true if the datagram is a packet of this protocol. The available part of a cut
  /// datagram must be the beginning of such a packet. The previous datagram must be finished.
  [[nodiscard]] virtual bool recognises(const Datagram& datagram) = 0;
  /// Returns the number of payload bytes that recognises() needs. The protocol of a shorter payload
  /// cannot be recognised.
  [[nodiscard]] virtual std::size_t header_bytes() const = 0;
  /// Starts a datagram. The previous datagram must be finished. The payload must stay valid until
  /// finished() is true.
  virtual void begin(const Datagram& datagram) = 0;
  /// Starts a datagram that cannot be read at all. The parser counts it as malformed. If nothing
  /// else shows whether messages are missing, it emits a loss event.
  virtual void begin_unreadable(Nanos time) = 0;
  /// Starts the end of the source: nothing more will come. Must be called once, after the last
  /// datagram is finished, and followed by step() like a datagram.
  virtual void begin_end() = 0;
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
