// Where a strategy sends its orders.
#pragma once

#include "engine/core/orders.hpp"

namespace tapedeck::strategy {

class Gateway {
 public:
  virtual ~Gateway() = default;
  /// Sends a request to the venue. Returns RejectReason::none if it is on its way; the venue's
  /// execution reports follow later. Any other reason: it was not sent. Called by the strategy, on
  /// the thread of its instrument's shard; never blocks and never allocates.
  [[nodiscard]] virtual RejectReason send(const OrderRequest& request) = 0;
};

/// The gateway of a run whose venue takes no orders: it refuses all of them.
class ClosedGateway final : public Gateway {
 public:
  [[nodiscard]] RejectReason send(const OrderRequest& /*request*/) override {
    return RejectReason::no_venue;
  }
};

}  // namespace tapedeck::strategy
