#include "feeds/moldudp64/packet.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <string_view>

namespace tapedeck::feeds::moldudp64 {
namespace {

constexpr std::size_t kSequenceAt = 10;
constexpr std::size_t kCountAt = 18;

}  // namespace

std::optional<Header> parse_header(Bytes packet) {
  if (packet.size() < kHeaderBytes) return {};
  Header header;
  std::memcpy(header.session.data(), packet.data(), kSessionBytes);
  header.sequence = load_be<u64>(packet.data() + kSequenceAt);
  header.count = load_be<u16>(packet.data() + kCountAt);
  return header;
}

bool is_plausible(const SessionName& session) {
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

bool is_packet(Bytes payload, bool whole) {
  const auto header = parse_header(payload);
  if (!header || !is_plausible(header->session)) return false;
  Bytes rest = payload.subspan(kHeaderBytes);
  if (rest.empty()) return !whole || header->messages() == 0;
  std::size_t blocks = 0;
  while (take_block(rest).whole) ++blocks;
  if (!whole) return true;
  return rest.empty() && (header->sequenced() || header->messages() == blocks);
}

Block take_block(Bytes& rest) {
  if (rest.size() < kLengthBytes) return {};
  const std::size_t length = load_be<u16>(rest.data());
  if (length > rest.size() - kLengthBytes) return {};
  const Bytes message = rest.subspan(kLengthBytes, length);
  rest = rest.subspan(kLengthBytes + length);
  return {true, message};
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
