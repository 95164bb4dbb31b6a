// Proves a book on real data: plays a LOBSTER message file into the book, and after every message
// compares the book's best levels with the row of LOBSTER's own book file. One thread.
//
// Limits of the proof: the book file shows only the best N levels, and the orders of levels that
// come into view are taken from that same file (completion.hpp, invariant 1). A level in view
// before and after a message is never set from the file, so that the comparison tests the book's
// own handling there. `rows_proven` counts the rows that are equal and whose message changed such a
// level, without any completion. Messages that contradict the order they name (a delete of another
// size, an execution of more than the remaining quantity) count as differences too, because the
// levels would not always show them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/core/feed.hpp"
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
  /// Returns a level; depth 0 is the best. Empty when the side has fewer levels.
  [[nodiscard]] virtual std::optional<Level> level(Side side, std::size_t depth) const = 0;
  /// Returns how many orders trade before this one at its level; empty if the order is unknown.
  [[nodiscard]] virtual std::optional<u32> orders_ahead(OrderId id) const = 0;
};

struct LobsterDifference {
  u64 row = 0;  // from 1
  Side side = Side::none;
  std::size_t level = 0;  // 1 is the best; 0: the message itself is wrong
  std::string expected;   // from the book file
  std::string found;      // in the target

  [[nodiscard]] std::string message() const;
};

struct LobsterVerdict {
  u64 rows_compared = 0;
  u64 rows_different = 0;
  u64 rows_proven =
      0;  // equal, where the message changed a level in view and nothing was completed
  u64 levels_seeded = 0;     // levels that got a synthetic order before the first message
  u64 levels_completed = 0;  // levels that got a synthetic order when they came into view
  u64 unknown_ids = 0;
  // Visible executions of orders at levels where every order is known, and how many of them named
  // the order at the front of the target's queue: price-time priority, seen from outside.
  u64 executions_at_known_levels = 0;
  u64 executions_at_front = 0;
  std::optional<LobsterDifference> first_difference;
  std::optional<Damage> damage;

  /// True when every row of both files was compared and equal.
  [[nodiscard]] bool holds() const {
    return rows_compared > 0 && rows_different == 0 && !damage.has_value();
  }
};

/// Throws UsageError without a `book`, because there would be nothing to compare with.
[[nodiscard]] LobsterVerdict verify_lobster(std::unique_ptr<feeds::ByteSource> messages,
                                            std::unique_ptr<feeds::ByteSource> book,
                                            VerifyTarget& target,
                                            feeds::lobster::LobsterOptions options);

}  // namespace tapedeck::tools
