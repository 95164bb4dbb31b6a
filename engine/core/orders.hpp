// What a participant of a venue sends and gets: order requests, and the venue's execution reports
// on them. Plain data, in the terms of FIX 5.0 SP2 (NewOrderSingle, OrderCancelRequest,
// OrderCancelReplaceRequest, ExecutionReport).
//
// No venue takes requests yet: strategies have a gateway that refuses them, see
// engine/strategy/gateway.hpp.
#pragma once

#include <string_view>
#include <type_traits>

#include "engine/core/types.hpp"

namespace tapedeck {

struct ClientOrderIdTag;
/// A participant's own number for an order, unique among its orders (FIX ClOrdID).
using ClientOrderId = Strong<ClientOrderIdTag, u64>;

enum class RequestKind : u8 {
  place,
  cancel,
  replace  // changes price and quantity; keeps the order's place in the queue only if the price
           // stays and the quantity shrinks
};
enum class TimeInForce : u8 {
  day,                  // rests until it is executed or cancelled
  immediate_or_cancel,  // what cannot be executed at once is cancelled
  fill_or_kill          // is executed at once as a whole, or not at all
};

struct OrderRequest {
  ClientOrderId id{0};
  ClientOrderId replaces{0};  // of a cancel or a replace: the order that it concerns
  Instrument instrument{0};
  RequestKind kind = RequestKind::place;
  Side side = Side::none;
  TimeInForce time_in_force = TimeInForce::day;
  Price price = kNoPrice;  // none: a market order
  Quantity quantity{0};    // above zero; of a replace, what the order shall have in all

  friend bool operator==(const OrderRequest&, const OrderRequest&) = default;
};
static_assert(std::is_trivially_copyable_v<OrderRequest>);

enum class ExecutionKind : u8 { accepted, rejected, executed, cancelled, replaced };

enum class RejectReason : u8 {
  none,
  no_venue,  // this run has no venue that takes orders
  unknown_instrument,
  unknown_order,
  duplicate_id,
  bad_price,
  bad_quantity,
  not_trading,  // halted, or outside the sessions in which the venue takes orders
  over_limit    // of the participant's own risk limits
};
/// Returns the reason as people read it: "no venue", "unknown order".
[[nodiscard]] std::string_view name_of(RejectReason reason);

/// A venue's answer to a request, or an execution of an order that rests.
struct ExecutionReport {
  ClientOrderId id{0};
  Instrument instrument{0};
  ExecutionKind kind = ExecutionKind::accepted;
  RejectReason reason = RejectReason::none;
  Side side = Side::none;
  bool was_resting = false;  // of an execution: the other side was the aggressor
  Nanos time{0};             // exchange time
  Price price = kNoPrice;    // of an execution
  Quantity quantity{0};      // of an execution: executed now
  Quantity left{0};          // that still rests

  friend bool operator==(const ExecutionReport&, const ExecutionReport&) = default;
};
static_assert(std::is_trivially_copyable_v<ExecutionReport>);

}  // namespace tapedeck
