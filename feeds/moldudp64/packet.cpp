#include "feeds/moldudp64/packet.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

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
  return session == SessionName{} ||
         std::ranges::all_of(session, [](char c) { return c >= ' ' && c <= '~'; });
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
