#include "feeds/lobster/row_events.hpp"

namespace tapedeck::feeds::lobster {
namespace {

// Indexed by the message's type.
constexpr std::array<Kind, 8> kKindOf{Kind::notice, Kind::add,          Kind::reduce,
                                      Kind::remove, Kind::execute,      Kind::trade,
                                      Kind::cross,  Kind::trading_state};

TradingState state_of(Price price) {
  if (price == kHalted) return TradingState::halted;
  return price == kQuotesResume ? TradingState::quotation_only : TradingState::trading;
}

}  // namespace

Event& push_message(const MessageRow& message, RowEvents& out) {
  const Kind kind = kKindOf[static_cast<std::size_t>(message.type)];
  if (message.type == MessageType::halt) {
    Event& event = out.push(kind, Side::none);
    event.state = {state_of(message.price), Session::unknown, '7', {' ', ' ', ' ', ' '}};
    return event;
  }
  // In a cross, the id field of an event is the cross type, which these files lack. Hidden orders
  // have no id.
  const bool names_order = message.type <= MessageType::execute;
  const OrderId id = names_order ? message.id : OrderId{0};
  const Side side = message.type == MessageType::cross ? Side::none : message.side;
  return out.push_order(kind, side, {id, 0, message.price, message.size});
}

}  // namespace tapedeck::feeds::lobster
