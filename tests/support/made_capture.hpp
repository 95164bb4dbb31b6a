// Captures made by hand for tests: frames from the inside out, files in all four kinds.
#pragma once

#include <string>

#include "engine/core/bytes.hpp"
#include "feeds/common/destination.hpp"

namespace tapedeck::test {

inline std::byte* bytes_of(std::string& text) {
  return reinterpret_cast<std::byte*>(text.data());
}

inline void put16(std::string& text, std::size_t at, u16 value) {
  store_be(bytes_of(text) + at, value);
}

inline std::string big16(std::size_t value) {
  std::string text(2, '\0');
  put16(text, 0, static_cast<u16>(value));
  return text;
}

inline std::string udp(const std::string& payload) {
  return big16(12345) + big16(26477) + big16(8 + payload.size()) + big16(0) + payload;
}

/// `options` is a multiple of four bytes long.
inline std::string ipv4(const std::string& content, u8 protocol = 17,
                        const std::string& options = {}) {
  std::string packet(20, '\0');
  packet[0] = static_cast<char>(0x45 + options.size() / 4);
  put16(packet, 2, static_cast<u16>(20 + options.size() + content.size()));
  packet[8] = 64;
  packet[9] = static_cast<char>(protocol);
  return packet + options + content;
}

inline std::string ipv6(const std::string& content, u8 next = 17) {
  std::string packet(40, '\0');
  packet[0] = 0x60;
  put16(packet, 4, static_cast<u16>(content.size()));
  packet[6] = static_cast<char>(next);
  packet[7] = 64;
  return packet + content;
}

/// `tags` stands between the addresses and the packet: VLAN tags, then the EtherType.
inline std::string ethernet(const std::string& packet, const std::string& tags = big16(0x0800)) {
  return std::string(12, '\x02') + tags + packet;
}

inline std::string udp_frame(const std::string& payload) {
  return ethernet(ipv4(udp(payload)));
}

/// A frame with a UDP datagram to this IPv4 address and port.
inline std::string udp_frame_to(const feeds::Destination& destination, const std::string& payload) {
  std::string datagram = udp(payload);
  put16(datagram, 2, destination.port);
  std::string packet = ipv4(datagram);
  for (std::size_t i = 0; i < 4; ++i) {
    packet[16 + i] = static_cast<char>(destination.address[i]);
  }
  return ethernet(packet);
}

class MadeCapture {
 public:
  struct Kind {
    bool big_endian = false;
    bool nanoseconds = true;
  };
  static constexpr u32 kSnapshotLength = 262'144;

  explicit MadeCapture(Kind kind, u16 link_type = 1) : kind_(kind) {
    put32(kind.nanoseconds ? 0xA1B23C4D : 0xA1B2C3D4);
    put16_native(2);
    put16_native(4);
    put32(0);
    put32(0);
    put32(kSnapshotLength);
    put32(link_type);
  }
  MadeCapture() : MadeCapture(Kind{}) {}

  /// `fraction` in the file's unit; `cut` bytes of the frame were on the wire but not captured.
  MadeCapture& add(const std::string& frame, u32 seconds = 1'692'711'000, u32 fraction = 0,
                   u32 cut = 0) {
    put32(seconds);
    put32(fraction);
    put32(static_cast<u32>(frame.size()));
    put32(static_cast<u32>(frame.size()) + cut);
    content_ += frame;
    return *this;
  }
  [[nodiscard]] const std::string& content() const { return content_; }

 private:
  void put32(u32 value) {
    const std::size_t at = content_.size();
    content_.resize(at + sizeof value);
    kind_.big_endian ? store_be(bytes_of(content_) + at, value)
                     : store_le(bytes_of(content_) + at, value);
  }
  void put16_native(u16 value) {
    const std::size_t at = content_.size();
    content_.resize(at + sizeof value);
    kind_.big_endian ? store_be(bytes_of(content_) + at, value)
                     : store_le(bytes_of(content_) + at, value);
  }

  Kind kind_;
  std::string content_;
};

}  // namespace tapedeck::test
