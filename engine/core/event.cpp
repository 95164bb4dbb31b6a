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
    case Payload::define: {
      const auto fields = [](const DefineFields& f) {
        return std::tuple{f.name(), f.source_id, f.round_lot, f.quantity_scale};
      };
      return fields(a.define) == fields(b.define);
    }
    case Payload::state: {
      const auto fields = [](const StateFields& f) {
        return std::tuple{f.state, f.session, f.source, std::string_view{f.reason, 4}};
      };
      return fields(a.state) == fields(b.state);
    }
    case Payload::auction: {
      const auto fields = [](const AuctionFields& f) {
        return std::tuple{f.paired,       f.imbalance, f.far_e4,    f.near_e4,
                          f.reference_e4, f.type,      f.direction, f.variation};
      };
      return fields(a.auction) == fields(b.auction);
    }
    case Payload::collar: {
      const auto fields = [](const CollarFields& f) {
        return std::tuple{f.reference, f.upper, f.lower, f.extension};
      };
      return fields(a.collar) == fields(b.collar);
    }
    case Payload::notice:
      return a.notice.type == b.notice.type && a.notice.length == b.notice.length &&
             std::equal(a.notice.body, a.notice.body + a.notice.length, b.notice.body);
    case Payload::loss:
      return a.loss.first == b.loss.first && a.loss.last == b.loss.last;
    case Payload::cut:
      return a.cut.first == b.cut.first && a.cut.last == b.cut.last;
    case Payload::restore:
      return a.restore.part == b.restore.part &&
             std::ranges::equal(a.restore.values, b.restore.values);
    case Payload::none:
      return true;
    case Payload::order: {
      const auto fields = [](const OrderFields& f) {
        return std::tuple{f.id, f.aux, f.price, f.quantity};
      };
      return fields(a.order) == fields(b.order);
    }
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
