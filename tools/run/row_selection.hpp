// Selects the events that become rows, for the commands that write events as rows.
//
// One channel, one thread. Memory grows with the live orders, or not at all with `as_sent`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/event.hpp"
#include "tools/cli/kinds.hpp"
#include "tools/run/order_places.hpp"

namespace tapedeck::tools {

struct RowOptions {
  std::vector<std::string> kinds;  // names of kinds of events; empty: all
  bool as_sent = false;            // do not add the sides and prices of orders
};

class RowSelection {
 public:
  /// Throws UsageError for an unknown kind.
  explicit RowSelection(const RowOptions& options) : kinds_(parse_kinds(options.kinds)) {
    if (!options.as_sent) places_.emplace();
  }

  /// Adds the row of `event` to `rows`, if it is selected. Otherwise lets `rows` learn the symbol
  /// of a definition. Must be called for every event of the channel, in order. Returns true if a
  /// row was added.
  template <class Rows>
  bool take(const Event& event, Rows& rows) {
    const bool is_before = (event.flags & (kPreroll | kOfCheckpoint)) != 0;
    const bool selected = !is_before && kinds_.has(event.kind);
    if (places_) {
      const Event completed = places_->completed(event);
      selected ? rows.add(completed) : rows.learn(event);
    } else {
      selected ? rows.add(event) : rows.learn(event);
    }
    return selected;
  }

 private:
  KindSet kinds_;
  std::optional<OrderPlaces> places_;
};

}  // namespace tapedeck::tools
