// Splits a stream of SoupBinTCP 3.00 packets, as a client of an exchange's TCP feed stores it: a
// 16-bit big-endian length, which counts the type and the payload, the type, and the payload. Pure
// functions of bytes.
#pragma once

#include <array>
#include <optional>

#include "engine/core/bytes.hpp"

namespace tapedeck::itch50 {

/// The types of packets. Those that only a client sends occur where both directions were stored.
enum class SoupType : u8 {
  debug = '+',
  login_accepted = 'A',
  login_rejected = 'J',
  sequenced_data = 'S',  // one message of the higher protocol
  unsequenced_data = 'U',
  server_heartbeat = 'H',
  end_of_session = 'Z',
  login_request = 'L',
  client_heartbeat = 'R',
  logout_request = 'O'
};

struct SoupPacket {
  SoupType type{};
  Bytes payload;
  std::size_t size = 0;  // with length and type
};

enum class SoupFramed : u8 {
  packet,
  need_more,
  broken  // the length is 0, which leaves no room for a type
};

/// Reads the packet at the beginning of `rest`. Sets `packet` only for SoupFramed::packet.
[[nodiscard]] inline SoupFramed next_packet(Bytes rest, SoupPacket& packet) {
  constexpr std::size_t kLengthSize = sizeof(u16);
  if (rest.size() < kLengthSize) return SoupFramed::need_more;
  const std::size_t length = load_be<u16>(rest.data());
  if (length == 0) return SoupFramed::broken;
  if (rest.size() < kLengthSize + length) return SoupFramed::need_more;
  packet.type = static_cast<SoupType>(rest[kLengthSize]);
  packet.payload = rest.subspan(kLengthSize + 1, length - 1);
  packet.size = kLengthSize + length;
  return SoupFramed::packet;
}

inline constexpr std::size_t kLoginAcceptedSize = 30;  // session 10, sequence number 20
using SoupName = std::array<char, 10>;  // of a session, padded on the left with blanks

/// What a packet that accepts a login says.
struct SoupLogin {
  SoupName session{};
  u64 next = 0;  // number of the next sequenced packet, from 1
};

/// Reads the payload of a packet that accepts a login; empty if it is too short, or if its number
/// is none.
[[nodiscard]] std::optional<SoupLogin> parse_login(Bytes payload);

/// Returns true if the content begins with packets of which one accepts a login or carries an ITCH
/// message, or with at least two whole packets of a server, all of the size of their types. Plain
/// ITCH files do not: there, the byte behind the type is of a locate.
[[nodiscard]] bool looks_like_soup(Bytes beginning);
/// Returns true if the content begins with the length and a known type of a packet.
[[nodiscard]] bool may_be_soup(Bytes beginning);

}  // namespace tapedeck::itch50
