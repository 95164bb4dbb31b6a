// The interface between packets and their content: a source of datagrams (a capture, later a
// socket) hands each payload to a parser, which decodes it in bounded steps. One thread.
#pragma once

#include <string>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/core/feed.hpp"

namespace tapedeck::feeds {

class DatagramParser {
 public:
  virtual ~DatagramParser() = default;

  /// True when `payload` has the shape of this protocol, judged by its header alone.
  [[nodiscard]] virtual bool recognises(Bytes payload) const = 0;
  /// The number of bytes of a payload that recognises() needs. A shorter payload cannot be
  /// attributed to a protocol.
  [[nodiscard]] virtual std::size_t header_bytes() const = 0;
  /// Starts a datagram. The one before must be finished. `payload` must stay valid until
  /// finished().
  virtual void begin(Bytes payload) = 0;
  /// Starts a datagram of which nothing can be used. The parser counts it as malformed and emits a
  /// loss event, because the books may miss something.
  virtual void begin_unreadable() = 0;
  /// Decodes at most `max_messages` into `out`, as far as `out` has room, and returns how many
  /// messages were taken. Must be called until finished(). `ingress` is the events' due time.
  virtual u32 step(u32 max_messages, Nanos ingress, EventBuffer& out) = 0;
  [[nodiscard]] virtual bool finished() const = 0;

  virtual void set_midnight(Nanos midnight) = 0;
  [[nodiscard]] virtual bool complete() const = 0;
  [[nodiscard]] virtual u64 last_sequence() const = 0;
  [[nodiscard]] virtual FeedCounters& counters() = 0;
  [[nodiscard]] virtual std::vector<std::string> warnings() const = 0;
};

}  // namespace tapedeck::feeds
