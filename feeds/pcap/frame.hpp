// Finds the UDP payload inside a captured frame. The link layer may be Ethernet with up to two VLAN
// tags, a Linux cooked capture, or raw IP. The network layer may be IPv4 with options, or IPv6 with
// the common extension headers. Pure functions; any thread; no allocation.
//
// Every length is checked against the enclosing header's length and against the captured length. A
// length of zero means that the network card filled the length in after the capture, or that the
// capture was anonymised; the packet then consists of all available bytes. Checksums are not
// verified, because captures often lack them.
#pragma once

#include <string_view>

#include "engine/core/bytes.hpp"
#include "feeds/common/datagram.hpp"

namespace tapedeck::feeds::pcap {

/// LINKTYPE_ values of capture files.
inline constexpr u16 kEthernet = 1;
inline constexpr u16 kRawIpOld = 12;
inline constexpr u16 kRawIp = 101;
inline constexpr u16 kLinuxCooked = 113;
inline constexpr u16 kLinuxCooked2 = 276;

[[nodiscard]] bool is_known_link_type(u16 link_type);

enum class Carries : u8 {
  payload,       // a whole UDP payload
  not_ip,        // another network protocol, or VLAN tags deeper than two
  not_udp,       // another transport
  fragment,      // of a UDP datagram; the payload is empty except in the first fragment
  truncated,     // the frame ends within headers or payload; the payload is the part it has
  contradictory  // inconsistent headers; the payload is empty
};
inline constexpr int kCarries = static_cast<int>(Carries::contradictory) + 1;

[[nodiscard]] std::string_view name_of(Carries carries);

// What was found in a frame. It points into the frame: one is made for each packet, and copies
// would cost time.
struct Frame {
  Carries carries = Carries::not_ip;
  Datagram datagram{};  // its time is the caller's to set
};

/// Finds the payload of a frame. `original_length` is the frame's length on the wire. It is larger
/// than captured.size() if the capture tool truncated the frame.
[[nodiscard]] Frame find_udp_payload(u16 link_type, Bytes captured, u32 original_length);

}  // namespace tapedeck::feeds::pcap
