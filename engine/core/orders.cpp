#include "engine/core/orders.hpp"

namespace tapedeck {

std::string_view name_of(RejectReason reason) {
  switch (reason) {
    case RejectReason::none:
      return "none";
    case RejectReason::no_venue:
      return "no venue";
    case RejectReason::unknown_instrument:
      return "unknown instrument";
    case RejectReason::unknown_order:
      return "unknown order";
    case RejectReason::duplicate_id:
      return "duplicate id";
    case RejectReason::bad_price:
      return "bad price";
    case RejectReason::bad_quantity:
      return "bad quantity";
    case RejectReason::not_trading:
      return "not trading";
    case RejectReason::over_limit:
      return "over limit";
  }
  return "unknown";
}

}  // namespace tapedeck
