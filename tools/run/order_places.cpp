#include "tools/run/order_places.hpp"

#include <span>

#include "tools/cli/options.hpp"

namespace tapedeck::tools {
namespace {

bool belongs_to_order(Kind kind) {
  switch (kind) {
    case Kind::reduce:
    case Kind::execute:
    case Kind::execute_at:
    case Kind::remove:
    case Kind::replace:
    case Kind::modify:
      return true;
    default:
      return false;
  }
}

}  // namespace

OrderPlaces::OrderPlaces() : books_({.hash_key = new_hash_key()}) {
  books_.open_channel(0, true);
}

Event OrderPlaces::completed(const Event& event) {
  Event row = event;
  const bool lacks =
      belongs_to_order(event.kind) && (event.side == Side::none || event.order.price == kNoPrice);
  const book::Book* const book = lacks ? books_.find(0, event.instrument) : nullptr;
  if (book != nullptr) {
    if (const auto place = books_.where(*book, event.order.id)) {
      if (event.side == Side::none) row.side = place->first;
      if (event.order.price == kNoPrice) row.order.price = place->second;
    }
  }
  books_.apply(0, std::span<const Event>{&event, 1});
  return row;
}

}  // namespace tapedeck::tools
