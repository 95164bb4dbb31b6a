#include "feeds/pcap/frame.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <limits>

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
constexpr std::size_t kIpv4AddressBytes = 4;
constexpr std::size_t kIpv6DestinationAt = 24;
constexpr std::size_t kIpv6AddressBytes = 16;
constexpr std::size_t kUdpDestinationAt = 2;

// The rest of a packet: the captured bytes, and how many there should be. Small enough to be passed
// in two registers.
class Rest {
 public:
  Rest(Bytes bytes, std::size_t declared)
      : data_(bytes.data()),
        size_(static_cast<u32>(bytes.size())),
        declared_(static_cast<u32>(declared)) {
    assert(bytes.size() <= std::numeric_limits<u32>::max());
    assert(declared <= std::numeric_limits<u32>::max());
  }

  [[nodiscard]] Bytes bytes() const { return {data_, size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t declared() const { return declared_; }
  [[nodiscard]] u8 at(std::size_t offset) const {
    assert(offset < size_);
    return std::to_integer<u8>(data_[offset]);
  }
  [[nodiscard]] u16 at16(std::size_t offset) const {
    assert(offset + sizeof(u16) <= size_);
    return load_be<u16>(data_ + offset);
  }
  /// Returns the rest behind the first `count` bytes, which must all be there.
  [[nodiscard]] Rest behind(std::size_t count) const {
    assert(count <= size_);
    return {bytes().subspan(count), declared_ > count ? declared_ - count : 0};
  }
  /// Returns at most the first `count` bytes; the bytes behind them are padding.
  [[nodiscard]] Rest first(std::size_t count) const {
    return {bytes().first(std::min(count, size())), count};
  }

 private:
  const std::byte* data_;
  u32 size_;
  u32 declared_;
};

inline Frame in_udp(Rest segment, bool is_fragment, Bytes address) {
  Frame frame;
  frame.carries = is_fragment ? Carries::fragment : Carries::payload;
  frame.datagram.address = address;
  const bool has_port = segment.size() >= kUdpDestinationAt + sizeof(u16);
  frame.datagram.has_port = has_port;
  if (has_port) frame.datagram.port = segment.at16(kUdpDestinationAt);
  if (segment.size() < kUdpBytes) {
    if (is_fragment) return frame;
    const bool fits = segment.declared() >= kUdpBytes;
    frame.carries = fits ? Carries::truncated : Carries::contradictory;
    return frame;
  }
  const std::size_t length = segment.at16(4);
  std::size_t declared = segment.declared();
  if (is_fragment) {
    declared = std::max(length, kUdpBytes);
  } else if (length != 0) {
    if (length < kUdpBytes || length > declared) {
      frame.carries = Carries::contradictory;
      return frame;
    }
    segment = segment.first(length);
    declared = length;
  }
  const Bytes payload = segment.behind(kUdpBytes).bytes();
  declared = declared > kUdpBytes ? declared - kUdpBytes : 0;
  if (!is_fragment && payload.size() < declared) frame.carries = Carries::truncated;
  frame.datagram.payload = payload;
  frame.datagram.size = std::max(payload.size(), declared);
  return frame;
}

Frame in_ipv4(Rest packet) {
  constexpr std::size_t kProtocolAt = 9;
  if (packet.size() > kProtocolAt && packet.at(0) >> 4 == 4 && packet.at(kProtocolAt) != kUdp) {
    return kNotUdp;
  }
  if (packet.size() < kIpv4Bytes) return kTruncated;
  if (packet.at(0) >> 4 != 4) return kContradictory;
  const std::size_t header = std::size_t{4} * (packet.at(0) & 0x0F);
  const std::size_t total = packet.at16(2);
  if (header < kIpv4Bytes || (total != 0 && total < header)) return kContradictory;
  if (total != 0) packet = packet.first(total);
  if (packet.size() < header) return kTruncated;
  const u16 fragment = packet.at16(6);
  const bool more = (fragment & 0x2000) != 0;
  const bool is_first = (fragment & 0x1FFF) == 0;
  if (!is_first) return {.carries = Carries::fragment};
  const Bytes address = packet.bytes().subspan(kIpv4DestinationAt, kIpv4AddressBytes);
  return in_udp(packet.behind(header), more, address);
}

Frame in_ipv6(Rest packet) {
  if (packet.size() < kIpv6Bytes) return kTruncated;
  if (packet.at(0) >> 4 != 6) return kContradictory;
  u8 next = packet.at(6);
  if (const std::size_t length = packet.at16(4); length != 0) {
    packet = packet.first(kIpv6Bytes + length);
  }
  const Bytes address = packet.bytes().subspan(kIpv6DestinationAt, kIpv6AddressBytes);
  packet = packet.behind(kIpv6Bytes);
  bool is_fragment = false;
  for (int extensions = 0; next != kUdp; ++extensions) {
    const bool known = next == kHopByHop || next == kRouting || next == kFragment ||
                       next == kAuthentication || next == kDestinationOptions;
    if (!known || extensions == kMaxExtensions) return kNotUdp;
    if (packet.size() < kExtensionUnit) return kTruncated;
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
    if (packet.size() < length) return kTruncated;
    next = packet.at(0);
    packet = packet.behind(length);
  }
  return in_udp(packet, is_fragment, address);
}

// `at`: offset of the protocol's number. `header`: size of the link header, which precedes the
// packet.
Frame in_link(Rest frame, std::size_t at, std::size_t header) {
  if (frame.size() < header) return kTruncated;
  u16 protocol = frame.at16(at);
  frame = frame.behind(header);
  for (int tags = 0; protocol == kVlan || protocol == kProviderVlan; ++tags) {
    if (tags == kMaxTags) return kNotIp;
    if (frame.size() < kTagBytes) return kTruncated;
    protocol = frame.at16(2);
    frame = frame.behind(kTagBytes);
  }
  if (protocol == kIpv4) return in_ipv4(frame);
  if (protocol == kIpv6) return in_ipv6(frame);
  return kNotIp;
}

Frame in_raw_ip(Rest packet) {
  if (packet.size() == 0) return kTruncated;
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
