// A UDP datagram, from a capture or a socket: its payload, where it was sent to, and when it was
// received. Plain data.
#pragma once

#include "engine/core/bytes.hpp"
#include "engine/core/types.hpp"
#include "feeds/common/destination.hpp"

namespace tapedeck::feeds {

// A source makes one for each packet and passes it by reference, because copies would cost time.
struct Datagram {
  Bytes payload;
  std::size_t size = payload.size();  // on the wire; larger than payload.size() if it was cut
  Nanos time{0};    // when it was received, for time limits; need not be monotonic
  Bytes address{};  // of the destination, IPv4 or IPv6; empty: not known
  u16 port = 0;     // of the destination
  bool has_port = false;

  [[nodiscard]] bool is_cut() const { return size > payload.size(); }
  /// Returns the address and the port. The datagram must have an address.
  [[nodiscard]] Destination destination() const { return destination_of(address, port); }
};

}  // namespace tapedeck::feeds
