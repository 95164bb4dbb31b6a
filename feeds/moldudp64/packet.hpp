// MoldUDP64 1.00 packets as bytes: a 20-byte header, then message blocks. Pure functions, any
// thread, no allocation but in append_packet(). Sequences and gaps are the parser's business.
//
//   session 0:10 alpha | sequence of the first message 10:8 | message count 18:2
//   then `count` times: length 2, that many bytes. All integers big-endian.
#pragma once

#include <array>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "engine/core/bytes.hpp"

namespace tapedeck::feeds::moldudp64 {

inline constexpr std::size_t kHeaderBytes = 20;
inline constexpr std::size_t kLengthBytes = 2;
inline constexpr std::size_t kSessionBytes = 10;

/// Counts that are no counts: the sequence is then the next one the sender will use.
inline constexpr u16 kHeartbeat = 0;
inline constexpr u16 kEndOfSession = 0xFFFF;

/// A packet that starts later than this could number its messages past 2^64.
inline constexpr u64 kMaxSequence = std::numeric_limits<u64>::max() - 65'535;

using SessionName = std::array<char, kSessionBytes>;

struct Header {
  SessionName session{};
  u64 sequence = 0;
  u16 count = 0;

  /// Blocks that follow the header.
  [[nodiscard]] u16 messages() const { return count == kEndOfSession ? u16{0} : count; }
  /// False in captures that were made anonymous: they have no numbers to find a gap with.
  [[nodiscard]] bool sequenced() const { return sequence != 0 && session != SessionName{}; }
};

/// Empty when `packet` is shorter than a header.
[[nodiscard]] std::optional<Header> parse_header(Bytes packet);

/// A session is printable text, padded with spaces; all NUL in anonymised captures.
[[nodiscard]] bool is_plausible(const SessionName& session);

struct Block {
  bool whole = false;  // false: the block does not end inside the packet
  Bytes message;       // may be empty, the specification allows it
};

/// Takes the block at the front of `rest`, which moves behind it; when it is not whole, `rest`
/// stays as it is.
[[nodiscard]] Block take_block(Bytes& rest);

/// `out` has room for kHeaderBytes.
void encode_header(const Header& header, std::byte* out);

/// Appends a packet; the header's count is written as it is, whatever the number of messages. A
/// message has at most 65,535 bytes.
void append_packet(const Header& header, std::span<const Bytes> messages,
                   std::vector<std::byte>& out);

}  // namespace tapedeck::feeds::moldudp64
