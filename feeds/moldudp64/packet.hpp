// Encodes and decodes MoldUDP64 1.00 packets: a 20-byte header, then message blocks. Pure
// functions, any thread; only append_packet() allocates. parser.hpp handles sequences and gaps.
//
//   session 0:10 alpha | sequence of the first message 10:8 | message count 18:2
//   then `count` times: length 2, that many bytes. Fields are offset:length in bytes; all integers
//   are big-endian.
#pragma once

#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/bytes.hpp"

namespace tapedeck::feeds::moldudp64 {

inline constexpr std::size_t kHeaderBytes = 20;
inline constexpr std::size_t kLengthBytes = 2;
inline constexpr std::size_t kSessionBytes = 10;
inline constexpr std::size_t kSequenceAt = 10;
inline constexpr std::size_t kCountAt = 18;

/// Values of the count field that mean a packet without messages. Such a packet carries the
/// sequence number of the sender's next message.
inline constexpr u16 kHeartbeat = 0;
inline constexpr u16 kEndOfSession = 0xFFFF;

/// The highest valid sequence number of a packet. Beyond it, message numbers could exceed 64 bits.
inline constexpr u64 kMaxSequence = std::numeric_limits<u64>::max() - 65'535;

using SessionName = std::array<char, kSessionBytes>;

/// Returns true if the names are the same. Reads them in the words in which read_header() writes
/// them: a processor waits for writes that it has to put together for one read, and memcmp() reads
/// words that overlap.
[[nodiscard]] inline bool is_same(const SessionName& a, const SessionName& b) {
  const auto first = [](const SessionName& name) {
    u64 word = 0;
    std::memcpy(&word, name.data(), sizeof word);
    return word;
  };
  const auto last = [](const SessionName& name) {
    u16 word = 0;
    static_assert(sizeof(u64) + sizeof word == kSessionBytes);
    std::memcpy(&word, name.data() + sizeof(u64), sizeof word);
    return word;
  };
  return first(a) == first(b) && last(a) == last(b);
}

struct Header {
  SessionName session{};
  u64 sequence = 0;
  u16 count = 0;

  /// Returns the number of message blocks that follow the header.
  [[nodiscard]] u16 messages() const { return count == kEndOfSession ? u16{0} : count; }
  /// Returns false for packets of anonymised captures. They have no sequence numbers, so that gaps
  /// cannot be detected.
  [[nodiscard]] bool sequenced() const { return sequence != 0 && !is_same(session, {}); }
};

/// Reads the header. Returns false when `packet` is shorter than a header; `header` then does not
/// change.
[[nodiscard]] inline bool read_header(Bytes packet, Header& header) {
  if (packet.size() < kHeaderBytes) return false;
  std::memcpy(header.session.data(), packet.data(), kSessionBytes);
  header.sequence = load_be<u64>(packet.data() + kSequenceAt);
  header.count = load_be<u16>(packet.data() + kCountAt);
  return true;
}

/// Returns the header; empty when `packet` is shorter than a header.
[[nodiscard]] inline std::optional<Header> parse_header(Bytes packet) {
  Header header;
  return read_header(packet, header) ? std::optional{header} : std::nullopt;
}

/// Returns true for printable text padded with spaces or NUL bytes, and for ten NUL bytes, as in
/// anonymised captures.
[[nodiscard]] bool is_plausible(const SessionName& session);
/// Pads a name that is padded with NUL bytes with spaces, as the specification says, and returns
/// true. Leaves ten NUL bytes as they are.
bool pad_with_blanks(SessionName& session);
/// Returns the name without its padding, in quotes, for people.
[[nodiscard]] std::string text_of(const SessionName& session);

struct Block {
  bool whole = false;  // false: the block does not end inside the packet
  Bytes message;       // may be empty, as the specification allows
};

/// Returns the block at the front of `rest`, and removes it from `rest`. When the block is not
/// whole, `rest` does not change.
[[nodiscard]] Block take_block(Bytes& rest);

/// The ends of the blocks of a packet, counted from the end of its header. Keeps its memory from
/// packet to packet.
class BlockEnds {
 public:
  /// Finds all whole blocks at the front of `blocks`, and returns what is left behind them.
  Bytes find(Bytes blocks);
  void clear() { count_ = 0; }
  [[nodiscard]] std::span<const u32> all() const { return {ends_.data(), count_}; }

 private:
  std::vector<u32> ends_;
  std::size_t count_ = 0;
};

/// Returns true if the payload is a downstream packet: its session name is plausible, and it is a
/// heartbeat, an end of session, or its blocks end where the payload ends. (A request for messages
/// is a header with a count but without blocks.) The header may state another number of messages
/// than there are blocks, but not in a packet without session and number, which has no other mark.
/// A packet without messages must have a number.
///
/// `size`: of the payload on the wire. If it is larger than payload.size(), the payload was cut,
/// and the part that is there must be the beginning of such a packet. Finds the ends of
/// its blocks.
[[nodiscard]] bool is_packet(Bytes payload, std::size_t size, BlockEnds& ends);
/// As above, of a payload with this header, whose session name is plausible.
[[nodiscard]] bool has_packet_blocks(const Header& header, Bytes payload, std::size_t size,
                                     BlockEnds& ends);

/// Writes the header. `out` must have room for kHeaderBytes.
void encode_header(const Header& header, std::byte* out);

/// Appends a packet. The header's count is written unchanged, even if it differs from the number of
/// messages. A message has at most 65,535 bytes.
void append_packet(const Header& header, std::span<const Bytes> messages,
                   std::vector<std::byte>& out);

}  // namespace tapedeck::feeds::moldudp64
