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

// Says what a packet tells about the content that it is in. `weak`: it fits, but is short.
enum class Evidence : u8 { for_soup, weak, none, against };

Evidence evidence_of(const SoupPacket& packet) {
  const std::size_t size = packet.payload.size();
  const auto if_fits = [](bool fits, Evidence evidence) {
    return fits ? evidence : Evidence::against;
  };
  switch (packet.type) {
    case SoupType::sequenced_data: {
      const std::size_t by_type = size == 0 ? 0 : wire_size(static_cast<char>(packet.payload[0]));
      return if_fits(by_type != 0 && size >= by_type && size < 2 * kMaxWireSize,
                     Evidence::for_soup);
    }
    case SoupType::login_accepted:
      return if_fits(size == kLoginAcceptedSize, Evidence::for_soup);
    case SoupType::login_request:
      return if_fits(size == kLoginRequestSize, Evidence::none);
    case SoupType::login_rejected:
      return if_fits(size == 1, Evidence::weak);
    case SoupType::server_heartbeat:
    case SoupType::end_of_session:
      return if_fits(size == 0, Evidence::weak);
    case SoupType::client_heartbeat:
    case SoupType::logout_request:
      return if_fits(size == 0, Evidence::none);
    case SoupType::debug:
      return Evidence::weak;
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
  u32 weak = 0;
  bool of_server_only = true;
  SoupFramed framed = next_packet(beginning, packet);
  for (; framed == SoupFramed::packet; framed = next_packet(beginning, packet)) {
    const Evidence evidence = evidence_of(packet);
    if (evidence == Evidence::for_soup) return true;
    if (evidence == Evidence::against) return false;
    weak += evidence == Evidence::weak ? 1 : 0;
    of_server_only = of_server_only && evidence == Evidence::weak;
    beginning = beginning.subspan(packet.size);
  }
  return framed == SoupFramed::need_more && of_server_only && weak >= 2;
}

bool may_be_soup(Bytes beginning) {
  constexpr std::string_view kTypes = "+AJSUHZLRO";
  constexpr std::size_t kTypeAt = sizeof(u16);
  return beginning.size() > kTypeAt && load_be<u16>(beginning.data()) != 0 &&
         kTypes.find(static_cast<char>(beginning[kTypeAt])) != std::string_view::npos;
}

}  // namespace tapedeck::itch50
