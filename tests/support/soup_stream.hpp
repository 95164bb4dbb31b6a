// A stream of SoupBinTCP packets, as a client of an exchange's TCP feed stores it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/bytes.hpp"
#include "tests/support/itch_flow.hpp"

namespace tapedeck::test {

class SoupStream {
 public:
  SoupStream& packet(char type, Bytes payload = {}) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + 3);
    store_be(bytes_.data() + at, static_cast<u16>(1 + payload.size()));
    bytes_[at + 2] = static_cast<std::byte>(type);
    bytes_.insert(bytes_.end(), payload.begin(), payload.end());
    return *this;
  }
  SoupStream& packet(char type, std::string_view payload) {
    return packet(type, as_bytes_of(payload));
  }
  SoupStream& login() { return login("SESSION1", "1"); }
  SoupStream& login(const std::string& session, const std::string& next) {
    const auto padded = [](const std::string& text, std::size_t width) {
      return std::string(width - text.size(), ' ') + text;
    };
    return packet('A', padded(session, 10) + padded(next, 20));
  }
  /// Every message of a day in a packet of its own, with a heartbeat before each.
  SoupStream& messages(Bytes framed) {
    while (!framed.empty()) {
      const std::size_t length = load_be<u16>(framed.data());
      packet('H').packet('S', framed.subspan(2, length));
      framed = framed.subspan(2 + length);
    }
    return *this;
  }
  /// The messages of a day from number `first` to `last`.
  SoupStream& messages(const ItchDay& day, u64 first, u64 last) {
    Bytes framed = day.bytes();
    for (u64 number = 1; number <= last; ++number) {
      const std::size_t size = 2 + load_be<u16>(framed.data());
      if (number >= first) messages(framed.first(size));
      framed = framed.subspan(size);
    }
    return *this;
  }
  [[nodiscard]] std::vector<std::byte>& bytes() { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

/// Nine messages, of which the last closes the day; eight if it is not `closed`.
inline ItchDay small_day(bool closed) {
  ItchDay day;
  day.system('O').directory(1, "AAPL").trading(1, "AAPL").system('Q');
  day.add(1, "AAPL", 10, 'B', 100, 1'000'000).add(1, "AAPL", 11, 'S', 50, 1'010'000);
  day.execute(1, 10, 30).replace(1, 10, 12, 70, 999'900);
  return closed ? day.system('C') : day;
}

}  // namespace tapedeck::test
