#include "engine/core/event.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace tapedeck {

bool same_event(const Event& a, const Event& b) {
  const auto head = [](const Event& event) {
    return std::tuple{event.exchange_time, event.sequence, event.instrument,
                      event.kind,          event.side,     event.flags};
  };
  if (head(a) != head(b)) return false;
  switch (payload_of(a.kind)) {
    case Payload::define:
      return a.define == b.define;
    case Payload::state:
      return a.state == b.state;
    case Payload::auction:
      return a.auction == b.auction;
    case Payload::collar:
      return a.collar == b.collar;
    case Payload::notice:
      return a.notice.type == b.notice.type && a.notice.length == b.notice.length &&
             std::equal(a.notice.body, a.notice.body + a.notice.length, b.notice.body);
    case Payload::loss:
      return a.loss == b.loss;
    case Payload::cut:
      return a.cut == b.cut;
    case Payload::restore:
      return a.restore == b.restore;
    case Payload::none:
      return true;
    case Payload::order:
      return a.order == b.order;
  }
  return true;
}

std::string_view name_of(TradingState state) {
  switch (state) {
    case TradingState::trading:
      return "trading";
    case TradingState::halted:
      return "halted";
    case TradingState::paused:
      return "paused";
    case TradingState::quotation_only:
      return "quotation_only";
    case TradingState::unknown:
      break;
  }
  return "unknown";
}

std::string_view name_of(Session session) {
  static constexpr std::array<std::string_view, 7> kNames{
      "unknown",       "messages_started", "system_open",   "market_open",
      "market_closed", "system_closed",    "messages_ended"};
  const auto index = static_cast<std::size_t>(session);
  return index < kNames.size() ? kNames[index] : "unknown";
}

}  // namespace tapedeck
