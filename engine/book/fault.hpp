// Faults: the rules that an event can break. Each fault is counted by name and makes the event's
// book suspect.
#pragma once

#include <array>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck::book {

enum class Fault : u8 {
  none,
  unknown_order,
  duplicate_add,
  over_execution,
  over_cancel,
  bad_quantity,
  bad_order,
  total_overflow,
  contradiction
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::contradiction) + 1;

struct FaultKind {
  Fault fault;
  std::string_view name;  // in JSON
  std::string_view one;   // what is counted
  std::string_view help;  // the same in the plural
  std::string_view rule;  // what the book does with the event
};

/// Describes each fault once. Names, JSON and summaries are derived from this table.
inline constexpr std::array<FaultKind, kFaults> kFaultKinds{{
    {Fault::none, "none", "", "", ""},
    {Fault::unknown_order, "unknown_order", "order unknown", "orders unknown",
     "no such order lives under this instrument; nothing changes"},
    {Fault::duplicate_add, "duplicate_add", "order added twice", "orders added twice",
     "an order of this id is live; the new one is not taken"},
    {Fault::over_execution, "over_execution", "execution of more than was open",
     "executions of more than was open", "the execution is cut to what was open; the order leaves"},
    {Fault::over_cancel, "over_cancel", "cancel of more than was open",
     "cancels of more than was open", "the cancel is cut to what was open; the order leaves"},
    {Fault::bad_quantity, "bad_quantity", "order without a quantity", "orders without a quantity",
     "zero or less where an order needs a quantity; nothing changes"},
    {Fault::bad_order, "bad_order", "order without side or price", "orders without side or price",
     "nothing changes"},
    {Fault::total_overflow, "total_overflow", "level total too large", "level totals too large",
     "the order is not taken"},
    {Fault::contradiction, "contradiction", "order of another side or price",
     "orders of another side or price",
     "the order that the message names has another side or price; the order is changed"},
}};

[[nodiscard]] constexpr std::string_view name_of(Fault fault) {
  return kFaultKinds[static_cast<std::size_t>(fault)].name;
}

/// What an event did to its book.
struct Applied {
  Quantity quantity{0};  // added, set, removed or traded; 0 where nothing happened
  Fault fault = Fault::none;

  friend bool operator==(const Applied&, const Applied&) = default;
};

/// Counters of a set of books. Only the shard's thread writes them.
struct BookCounters {
  u64 applied = 0;   // events applied to a book or to a whole channel
  u64 notices = 0;   // events of Kind::notice, which concern no book
  u64 ignored = 0;   // events for books that ignore events from a drop to a clear
  u64 unrouted = 0;  // events for undefined instruments; only a broken feed sends them
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
