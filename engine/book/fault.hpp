// Rules that events can break. Each breach is counted by name and makes its book suspect.
#pragma once

#include <array>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck::book {

enum class Fault : u8 {
  none,
  unknown_order,   // no such order under this instrument
  duplicate_add,   // an order of this id is live already; the new one is rejected
  over_execution,  // more executed than was open; clamped, the order is removed
  over_cancel,     // more cancelled than was open; clamped, the order is removed
  bad_quantity,    // zero or negative where an order needs a quantity
  bad_order,       // no side, or the price that means "none"
  total_overflow   // the level's total would not fit; the order is rejected
};
inline constexpr int kFaults = static_cast<int>(Fault::total_overflow) + 1;

inline constexpr std::array<std::string_view, kFaults> kFaultNames{
    "none",        "unknown_order", "duplicate_add", "over_execution",
    "over_cancel", "bad_quantity",  "bad_order",     "total_overflow"};

[[nodiscard]] constexpr std::string_view name_of(Fault fault) {
  return kFaultNames[static_cast<std::size_t>(fault)];
}

/// What an event did to its book.
struct Applied {
  Quantity quantity{0};  // added, removed or traded; 0 where nothing happened
  Fault fault = Fault::none;

  friend bool operator==(const Applied&, const Applied&) = default;
};

/// Counters of a set of books; one writer, its shard.
struct BookCounters {
  u64 applied = 0;   // events that reached a book or a state
  u64 notices = 0;   // events that concern neither
  u64 ignored = 0;   // events of books that wait for a clear after a loss
  u64 unrouted = 0;  // events of instruments that were never defined: a broken feed
  u64 crossed_events = 0;
  std::array<u64, kFaults> faults{};

  [[nodiscard]] u64 of(Fault fault) const { return faults[static_cast<std::size_t>(fault)]; }

  BookCounters& operator+=(const BookCounters& other) {
    applied += other.applied;
    notices += other.notices;
    ignored += other.ignored;
    unrouted += other.unrouted;
    crossed_events += other.crossed_events;
    for (std::size_t i = 0; i < faults.size(); ++i) faults[i] += other.faults[i];
    return *this;
  }
  friend bool operator==(const BookCounters&, const BookCounters&) = default;
};

}  // namespace tapedeck::book
