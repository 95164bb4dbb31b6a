// The interfaces between a source of datagrams (a capture, later a socket) and what reads them. The
// source knows files or sockets, and no protocol. The sink knows a protocol, and not where its
// datagrams come from. One thread.
#pragma once

#include "feeds/common/datagram.hpp"

namespace tapedeck::feeds {

/// Says how much of a datagram a source has.
enum class Wholeness : u8 {
  whole,      // all of it, or the first fragment
  cut,        // the beginning of its packet; the payload may be empty
  unreadable  // the packet contradicts itself, so that the payload is not known and empty
};

/// Says what a sink did with a datagram.
enum class DatagramUse : u8 {
  taken,
  skipped,    // it is of no stream that is read
  of_another  // it is of a stream that another reader of the source takes, or that is left out
};

/// A sink's answer to a packet.
struct Taken {
  DatagramUse use;
  bool has_room;  // for another packet at this poll
};

class DatagramSink {
 public:
  virtual ~DatagramSink() = default;

  /// Takes a datagram. Its bytes stay valid until the source reads its next packet; without room,
  /// until its next poll.
  virtual Taken take(const Datagram& datagram, Wholeness wholeness) = 0;
  /// Notes a packet that was received at `time` and has no datagram.
  virtual Taken skip(Nanos time) = 0;
  /// Returns false while the sink has events that a wait of the source would delay.
  [[nodiscard]] virtual bool may_wait() const = 0;
};

enum class Received : u8 {
  packets,  // the sink has no room for another one
  nothing,  // there is none now; perhaps later
  ended     // there is no more
};

class DatagramSource {
 public:
  virtual ~DatagramSource() = default;

  /// Passes packets to the sink as long as it has room for another one. `now` is when a packet is
  /// received now; a recorded one has its recorded time. Waits for a packet only if the sink may
  /// wait, and never if it is live.
  [[nodiscard]] virtual Received poll(DatagramSink& sink, Nanos now) = 0;
};

}  // namespace tapedeck::feeds
