#include "feeds/moldudp64/packet.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <string_view>

namespace tapedeck::feeds::moldudp64 {
namespace {

// True if all bytes are from ' ' to '~', tested eight at a time: adding 1 carries '~' + 1 into the
// top bit, and subtracting ' ' borrows it for what is below.
bool all_printable(const SessionName& session) {
  constexpr u64 kEach = 0x0101'0101'0101'0101;
  constexpr u64 kTop = 0x80 * kEach;
  u64 first = 0;
  u64 last = 0;
  std::memcpy(&first, session.data(), sizeof first);
  std::memcpy(&last, session.data() + session.size() - sizeof last, sizeof last);
  const auto outside = [](u64 bytes) {
    return (bytes | (bytes + kEach) | (bytes - 0x20 * kEach)) & kTop;
  };
  return (outside(first) | outside(last)) == 0;
}

}  // namespace

bool is_plausible(const SessionName& session) {
  if (all_printable(session)) return true;
  const auto end = std::ranges::find(session, '\0');
  return std::all_of(session.begin(), end, [](char c) { return c >= ' ' && c <= '~'; }) &&
         std::all_of(end, session.end(), [](char c) { return c == '\0'; });
}

bool pad_with_blanks(SessionName& session) {
  if (session.front() == '\0' || session.back() != '\0') return false;
  std::ranges::replace(session, '\0', ' ');
  return true;
}

std::string text_of(const SessionName& session) {
  std::string_view text{session.data(), session.size()};
  text = text.substr(0, text.find_last_not_of(' ') + 1);
  return "\"" + std::string{text} + "\"";
}

Block take_block(Bytes& rest) {
  if (rest.size() < kLengthBytes) return {};
  const std::size_t length = load_be<u16>(rest.data());
  if (length > rest.size() - kLengthBytes) return {};
  const Bytes message = rest.subspan(kLengthBytes, length);
  rest = rest.subspan(kLengthBytes + length);
  return {true, message};
}

Bytes BlockEnds::find(Bytes blocks) {
  const std::byte* const begin = blocks.data();
  const std::size_t size = blocks.size();
  if (ends_.size() < size / kLengthBytes) ends_.resize(size / kLengthBytes);
  u32* next = ends_.data();
  std::size_t at = 0;
  while (size - at >= kLengthBytes) {
    const std::size_t end = at + kLengthBytes + load_be<u16>(begin + at);
    if (end > size) break;
    at = end;
    *next++ = static_cast<u32>(at);
  }
  count_ = static_cast<std::size_t>(next - ends_.data());
  return blocks.subspan(at);
}

bool is_packet(Bytes payload, std::size_t size, BlockEnds& ends) {
  ends.clear();
  const auto header = parse_header(payload);
  return header && is_plausible(header->session) && has_packet_blocks(*header, payload, size, ends);
}

bool has_packet_blocks(const Header& header, Bytes payload, std::size_t size, BlockEnds& ends) {
  ends.clear();
  if (header.messages() == 0) return size == kHeaderBytes && header.sequenced();
  const Bytes rest = ends.find(payload.subspan(kHeaderBytes));
  if (size <= payload.size()) {
    return rest.empty() && !ends.all().empty() &&
           (header.sequenced() || header.messages() == ends.all().size());
  }
  // In a cut payload, all blocks that the header states must fit the size on the wire, and so must
  // the block at which the payload was cut.
  const std::size_t missing = size - payload.size();
  if (kHeaderBytes + kLengthBytes * std::size_t{header.messages()} > size) return false;
  if (!header.sequenced() && ends.all().empty()) return false;
  return rest.size() < kLengthBytes ||
         kLengthBytes + load_be<u16>(rest.data()) <= rest.size() + missing;
}

void encode_header(const Header& header, std::byte* out) {
  std::memcpy(out, header.session.data(), kSessionBytes);
  store_be(out + kSequenceAt, header.sequence);
  store_be(out + kCountAt, header.count);
}

void append_packet(const Header& header, std::span<const Bytes> messages,
                   std::vector<std::byte>& out) {
  const std::size_t at = out.size();
  out.resize(at + kHeaderBytes);
  encode_header(header, out.data() + at);
  for (const Bytes message : messages) {
    assert(message.size() <= 0xFFFF);
    std::array<std::byte, kLengthBytes> length{};
    store_be(length.data(), static_cast<u16>(message.size()));
    out.insert(out.end(), length.begin(), length.end());
    out.insert(out.end(), message.begin(), message.end());
  }
}

}  // namespace tapedeck::feeds::moldudp64
