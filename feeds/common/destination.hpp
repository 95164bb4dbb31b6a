// The address and port that a UDP datagram was sent to. Plain data.
#pragma once

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "engine/core/bytes.hpp"
#include "engine/core/types.hpp"

namespace tapedeck::feeds {

struct Destination {
  std::array<u8, 16> address{};  // of IPv4: the first four bytes
  u16 port = 0;
  bool is_ipv6 = false;

  friend bool operator==(const Destination& a, const Destination& b) {
    return std::memcmp(a.address.data(), b.address.data(), a.address.size()) == 0 &&
           a.port == b.port && a.is_ipv6 == b.is_ipv6;
  }
  friend bool operator<(const Destination& a, const Destination& b) {
    return std::tie(a.address, a.port, a.is_ipv6) < std::tie(b.address, b.port, b.is_ipv6);
  }
};

/// Returns the destination with an IPv4 or IPv6 address of four or 16 bytes.
[[nodiscard]] Destination destination_of(Bytes address, u16 port);
/// Returns a text like "233.54.12.111:26477" or "[ff0e::1]:26477".
[[nodiscard]] std::string text_of(const Destination& destination);
/// Parses the format of text_of(). Returns empty for any other text.
[[nodiscard]] std::optional<Destination> parse_destination(std::string_view text);

}  // namespace tapedeck::feeds
