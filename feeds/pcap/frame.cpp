#include "feeds/pcap/frame.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace tapedeck::feeds::pcap {
namespace {

constexpr u16 kVlan = 0x8100;
constexpr u16 kProviderVlan = 0x88A8;
constexpr u16 kIpv4 = 0x0800;
constexpr u16 kIpv6 = 0x86DD;
// A customer's tag inside a provider's. Real networks do not nest deeper.
constexpr int kMaxTags = 2;
constexpr std::size_t kTagBytes = 4;

constexpr std::size_t kEthernetBytes = 14;
constexpr std::size_t kCookedBytes = 16;
constexpr std::size_t kCooked2Bytes = 20;
constexpr std::size_t kIpv4Bytes = 20;
constexpr std::size_t kIpv6Bytes = 40;
constexpr std::size_t kUdpBytes = 8;

constexpr u8 kUdp = 17;
constexpr u8 kHopByHop = 0;
constexpr u8 kRouting = 43;
constexpr u8 kFragment = 44;
constexpr u8 kAuthentication = 51;
constexpr u8 kDestinationOptions = 60;
constexpr std::size_t kExtensionUnit = 8;
// More than RFC 8200 has kinds of extension headers; a packet that repeats them is an attack.
constexpr int kMaxExtensions = 8;

constexpr Frame kTruncated{.carries = Carries::truncated};
constexpr Frame kContradictory{.carries = Carries::contradictory};
constexpr Frame kNotIp{.carries = Carries::not_ip};
constexpr Frame kNotUdp{.carries = Carries::not_udp};

constexpr std::size_t kIpv4DestinationAt = 16;
constexpr std::size_t kIpv6DestinationAt = 24;
constexpr std::size_t kUdpDestinationAt = 2;

// The rest of a packet: the captured bytes, and how many there should be.
struct Rest {
  Bytes bytes;
  std::size_t declared;

  [[nodiscard]] u8 at(std::size_t offset) const {
    assert(offset < bytes.size());
    return std::to_integer<u8>(bytes[offset]);
  }
  [[nodiscard]] u16 at16(std::size_t offset) const {
    assert(offset + sizeof(u16) <= bytes.size());
    return load_be<u16>(bytes.data() + offset);
  }
  /// Returns the rest behind the first `count` bytes, which must all be there.
  [[nodiscard]] Rest behind(std::size_t count) const {
    assert(count <= bytes.size());
    return {bytes.subspan(count), declared > count ? declared - count : 0};
  }
  /// Returns at most the first `count` bytes; the bytes behind them are padding.
  [[nodiscard]] Rest first(std::size_t count) const {
    return {bytes.first(std::min(count, bytes.size())), count};
  }
};

// The address that the IP packet was sent to, which is at this place.
Destination ipv4_destination(const std::byte* at) {
  Destination destination;
  std::memcpy(destination.address.data(), at, sizeof(u32));
  return destination;
}
Destination ipv6_destination(const std::byte* at) {
  Destination destination;
  std::memcpy(destination.address.data(), at, destination.address.size());
  destination.is_ipv6 = true;
  return destination;
}

inline Frame in_udp(Rest datagram, bool is_fragment, Destination destination) {
  const bool has_port = datagram.bytes.size() >= kUdpDestinationAt + sizeof(u16);
  if (has_port) destination.port = datagram.at16(kUdpDestinationAt);
  const auto frame_of = [&](Carries carries, Bytes payload, std::size_t size) {
    return Frame{carries, payload, size, destination, true, has_port};
  };
  if (datagram.bytes.size() < kUdpBytes) {
    if (is_fragment) return frame_of(Carries::fragment, {}, 0);
    const bool fits = datagram.declared >= kUdpBytes;
    return frame_of(fits ? Carries::truncated : Carries::contradictory, {}, 0);
  }
  const std::size_t length = datagram.at16(4);
  if (is_fragment) {
    const Bytes payload = datagram.behind(kUdpBytes).bytes;
    const std::size_t declared = length - std::min(length, kUdpBytes);
    return frame_of(Carries::fragment, payload, std::max(payload.size(), declared));
  }
  if (length != 0) {
    if (length < kUdpBytes || length > datagram.declared) {
      return frame_of(Carries::contradictory, {}, 0);
    }
    datagram = datagram.first(length);
  }
  const Rest payload = datagram.behind(kUdpBytes);
  const bool whole = payload.bytes.size() >= payload.declared;
  return frame_of(whole ? Carries::payload : Carries::truncated, payload.bytes,
                  std::max(payload.bytes.size(), payload.declared));
}

Frame in_ipv4(Rest packet) {
  constexpr std::size_t kProtocolAt = 9;
  if (packet.bytes.size() > kProtocolAt && packet.at(0) >> 4 == 4 &&
      packet.at(kProtocolAt) != kUdp) {
    return kNotUdp;
  }
  if (packet.bytes.size() < kIpv4Bytes) return kTruncated;
  if (packet.at(0) >> 4 != 4) return kContradictory;
  const std::size_t header = std::size_t{4} * (packet.at(0) & 0x0F);
  const std::size_t total = packet.at16(2);
  if (header < kIpv4Bytes || (total != 0 && total < header)) return kContradictory;
  if (total != 0) packet = packet.first(total);
  if (packet.bytes.size() < header) return kTruncated;
  const u16 fragment = packet.at16(6);
  const bool more = (fragment & 0x2000) != 0;
  const bool is_first = (fragment & 0x1FFF) == 0;
  if (!is_first) return {.carries = Carries::fragment};
  const Destination address = ipv4_destination(packet.bytes.data() + kIpv4DestinationAt);
  return in_udp(packet.behind(header), more, address);
}

Frame in_ipv6(Rest packet) {
  if (packet.bytes.size() < kIpv6Bytes) return kTruncated;
  if (packet.at(0) >> 4 != 6) return kContradictory;
  u8 next = packet.at(6);
  if (const std::size_t length = packet.at16(4); length != 0) {
    packet = packet.first(kIpv6Bytes + length);
  }
  const Destination address = ipv6_destination(packet.bytes.data() + kIpv6DestinationAt);
  packet = packet.behind(kIpv6Bytes);
  bool is_fragment = false;
  for (int extensions = 0; next != kUdp; ++extensions) {
    const bool known = next == kHopByHop || next == kRouting || next == kFragment ||
                       next == kAuthentication || next == kDestinationOptions;
    if (!known || extensions == kMaxExtensions) return kNotUdp;
    if (packet.bytes.size() < kExtensionUnit) return kTruncated;
    std::size_t length = kExtensionUnit;
    if (next == kFragment) {
      const u16 fragment = packet.at16(2);
      const bool is_first = fragment >> 3 == 0;
      if (!is_first) return packet.at(0) == kUdp ? Frame{.carries = Carries::fragment} : kNotUdp;
      is_fragment = is_fragment || (fragment & 1) != 0;
    } else if (next == kAuthentication) {
      length = (packet.at(1) + std::size_t{2}) * 4;
    } else {
      length = (packet.at(1) + std::size_t{1}) * kExtensionUnit;
    }
    if (packet.bytes.size() < length) return kTruncated;
    next = packet.at(0);
    packet = packet.behind(length);
  }
  return in_udp(packet, is_fragment, address);
}

// `at`: offset of the protocol's number. `header`: size of the link header, which precedes the
// packet.
Frame in_link(Rest frame, std::size_t at, std::size_t header) {
  if (frame.bytes.size() < header) return kTruncated;
  u16 protocol = frame.at16(at);
  frame = frame.behind(header);
  for (int tags = 0; protocol == kVlan || protocol == kProviderVlan; ++tags) {
    if (tags == kMaxTags) return kNotIp;
    if (frame.bytes.size() < kTagBytes) return kTruncated;
    protocol = frame.at16(2);
    frame = frame.behind(kTagBytes);
  }
  if (protocol == kIpv4) return in_ipv4(frame);
  if (protocol == kIpv6) return in_ipv6(frame);
  return kNotIp;
}

Frame in_raw_ip(Rest packet) {
  if (packet.bytes.empty()) return kTruncated;
  const int version = packet.at(0) >> 4;
  if (version == 4) return in_ipv4(packet);
  return version == 6 ? in_ipv6(packet) : kNotIp;
}

}  // namespace

bool is_known_link_type(u16 link_type) {
  constexpr std::array kKnown{kEthernet, kRawIpOld, kRawIp, kLinuxCooked, kLinuxCooked2};
  return std::ranges::find(kKnown, link_type) != kKnown.end();
}

std::string_view name_of(Carries carries) {
  switch (carries) {
    case Carries::payload:
      return "whole";
    case Carries::not_ip:
      return "not IP";
    case Carries::not_udp:
      return "not UDP";
    case Carries::fragment:
      return "fragments";
    case Carries::truncated:
      return "cut short";
    case Carries::contradictory:
      return "contradictory lengths";
  }
  return "unknown";
}

Frame find_udp_payload(u16 link_type, Bytes captured, u32 original_length) {
  const Rest frame{captured, std::max<std::size_t>(captured.size(), original_length)};
  switch (link_type) {
    case kEthernet:
      return in_link(frame, 12, kEthernetBytes);
    case kLinuxCooked:
      return in_link(frame, 14, kCookedBytes);
    case kLinuxCooked2:
      return in_link(frame, 0, kCooked2Bytes);
    case kRawIpOld:
    case kRawIp:
      return in_raw_ip(frame);
    default:
      return kNotIp;
  }
}

}  // namespace tapedeck::feeds::pcap
