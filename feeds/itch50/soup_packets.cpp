#include "feeds/itch50/soup_packets.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "feeds/itch50/codec.hpp"

namespace tapedeck::itch50 {
namespace {

// Beyond it, counting on could exceed 64 bits.
constexpr u64 kMaxSoupNumber = u64{1} << 63;
constexpr std::size_t kLoginRequestSize = 46;  // user 6, password 10, session 10, sequence 20

// Says what a packet tells about the content that it is in.
enum class Evidence : u8 { for_soup, none, against };

Evidence evidence_of(const SoupPacket& packet) {
  const std::size_t size = packet.payload.size();
  const auto if_fits = [](bool fits) { return fits ? Evidence::none : Evidence::against; };
  switch (packet.type) {
    case SoupType::sequenced_data: {
      const std::size_t by_type = size == 0 ? 0 : wire_size(static_cast<char>(packet.payload[0]));
      const bool fits = by_type != 0 && size >= by_type && size < 2 * kMaxWireSize;
      return fits ? Evidence::for_soup : Evidence::against;
    }
    case SoupType::login_accepted:
      return size == kLoginAcceptedSize ? Evidence::for_soup : Evidence::against;
    case SoupType::login_request:
      return if_fits(size == kLoginRequestSize);
    case SoupType::login_rejected:
      return if_fits(size == 1);
    case SoupType::server_heartbeat:
    case SoupType::end_of_session:
    case SoupType::client_heartbeat:
    case SoupType::logout_request:
      return if_fits(size == 0);
    case SoupType::debug:
    case SoupType::unsequenced_data:
      return Evidence::none;
  }
  return Evidence::against;
}

}  // namespace

std::optional<SoupLogin> parse_login(Bytes payload) {
  if (payload.size() < kLoginAcceptedSize) return {};
  SoupLogin login;
  const std::string_view text{reinterpret_cast<const char*>(payload.data()), kLoginAcceptedSize};
  text.copy(login.session.data(), login.session.size());
  std::string_view digits = text.substr(login.session.size());
  digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
  digits = digits.substr(0, digits.find_last_not_of(' ') + 1);
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, login.next);
  const bool is_number = error == std::errc{} && at == end;
  if (!is_number || login.next == 0 || login.next > kMaxSoupNumber) return {};
  return login;
}

bool looks_like_soup(Bytes beginning) {
  SoupPacket packet;
  while (next_packet(beginning, packet) == SoupFramed::packet) {
    const Evidence evidence = evidence_of(packet);
    if (evidence != Evidence::none) return evidence == Evidence::for_soup;
    beginning = beginning.subspan(packet.size);
  }
  return false;
}

}  // namespace tapedeck::itch50
