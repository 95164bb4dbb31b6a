#include "engine/core/event.hpp"

#include <array>

namespace tapedeck {

std::string_view name_of(Kind kind) {
  static constexpr std::array<std::string_view, kKinds> kNames{
      "define",  "add",    "upsert", "reduce", "execute", "execute_at",  "remove",
      "replace", "modify", "clear",  "trade",  "cross",   "trade_break", "trading_state",
      "auction", "collar", "notice", "loss",   "cut",     "end"};
  const auto index = static_cast<std::size_t>(kind);
  return index < kNames.size() ? kNames[index] : "?";
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
