#include "feeds/common/destination.hpp"

#include <cassert>

#include <arpa/inet.h>

#include "engine/core/decimal.hpp"

namespace tapedeck::feeds {

Destination destination_of(Bytes address, u16 port) {
  Destination destination;
  assert(!address.empty() && address.size() <= destination.address.size());
  std::memcpy(destination.address.data(), address.data(), address.size());
  destination.port = port;
  destination.is_ipv6 = address.size() == destination.address.size();
  return destination;
}

std::string text_of(const Destination& destination) {
  char text[INET6_ADDRSTRLEN] = {};
  const int family = destination.is_ipv6 ? AF_INET6 : AF_INET;
  if (::inet_ntop(family, destination.address.data(), text, sizeof text) == nullptr) return {};
  const std::string address = destination.is_ipv6 ? "[" + std::string{text} + "]" : text;
  return address + ":" + std::to_string(destination.port);
}

std::optional<Destination> parse_destination(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view digits = text.substr(colon + 1);
  const auto port = parse_integer(digits);
  if (!port || *port < 0 || *port > 0xFFFF || digits.front() == '-' || digits.front() == '+') {
    return {};
  }
  std::string address{text.substr(0, colon)};
  Destination destination;
  destination.port = static_cast<u16>(*port);
  destination.is_ipv6 = address.size() > 2 && address.front() == '[' && address.back() == ']';
  if (destination.is_ipv6) address = address.substr(1, address.size() - 2);
  const int family = destination.is_ipv6 ? AF_INET6 : AF_INET;
  if (::inet_pton(family, address.c_str(), destination.address.data()) != 1) return {};
  return destination;
}

}  // namespace tapedeck::feeds
