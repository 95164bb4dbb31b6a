// Checks a book with real data: applies a LOBSTER message file to the book, and after every message
// compares the book's best levels with the matching row of LOBSTER's own book file. One thread.
//
// Limits of the check: the book file shows only the best N levels. When a level comes into view,
// the missing quantity is taken from the book file itself (completion.hpp, invariant 1), so the
// comparison proves nothing there. A level that is in view before and after a message is never set
// from the file, so there the comparison tests how the book handles the message. `rows_proven`
// counts the equal rows whose message changed such a level and for which no level was completed
// from the file.
// A message that contradicts the order that it names also counts as a difference: a delete of
// another size, or an execution of more than the remaining quantity. The levels alone would not
// always show such a contradiction.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/core/recording.hpp"
#include "feeds/lobster/feed.hpp"

namespace tapedeck::tools {

/// The interface of the book under test, as far as the proof needs it.
class VerifyTarget {
 public:
  struct Level {
    Price price;
    i64 total;

    friend bool operator==(const Level&, const Level&) = default;
  };
  virtual ~VerifyTarget() = default;

  virtual void apply(const Event& event) = 0;
  /// Returns the level at `depth`, where 0 is the best level. Empty if the side has fewer levels.
  [[nodiscard]] virtual std::optional<Level> level(Side side, std::size_t depth) const = 0;
  /// Returns how many orders are ahead of this order in its level's queue; empty if the order is
  /// unknown.
  [[nodiscard]] virtual std::optional<u32> orders_ahead(OrderId id) const = 0;
};

struct LobsterDifference {
  u64 row = 0;  // from 1
  Side side = Side::none;
  std::size_t level = 0;  // 1 is the best level; 0 means that the message itself is wrong
  std::string expected;   // from the book file
  std::string found;      // in the target

  [[nodiscard]] std::string message() const;
};

struct LobsterVerdict {
  u64 rows_compared = 0;
  u64 rows_different = 0;
  u64 rows_proven = 0;  // equal rows whose message changed a level in view, with no level completed
  u64 levels_seeded = 0;     // levels that got a synthetic order before the first message
  u64 levels_completed = 0;  // levels that got a synthetic order when they came into view
  u64 unknown_ids = 0;
  // The number of visible executions at levels without synthetic orders, and how many of them named
  // the order at the front of the target's queue. These counts check price-time priority.
  u64 executions_at_known_levels = 0;
  u64 executions_at_front = 0;
  std::optional<LobsterDifference> first_difference;
  std::optional<Damage> damage;

  /// Returns true if every row of both files was compared and equal.
  [[nodiscard]] bool holds() const {
    return rows_compared > 0 && rows_different == 0 && !damage.has_value();
  }
};

/// Compares the target with every row. Throws UsageError if `book` is null, because then there is
/// nothing to compare with.
[[nodiscard]] LobsterVerdict verify_lobster(std::unique_ptr<feeds::ByteSource> messages,
                                            std::unique_ptr<feeds::ByteSource> book,
                                            VerifyTarget& target,
                                            feeds::lobster::LobsterOptions options);

}  // namespace tapedeck::tools
