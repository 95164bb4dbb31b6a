// Compares the engine's books with the slow reference books, event by event, on a user's own file.
//
// After every event, four things must be equal: the event's effect, the best levels of both sides,
// the flow hash of the book, and the whole queue of each level that has an order named by the
// event. After every kFullCheck events, after every event for all instruments, and at the end,
// whole books, trust and volumes must be equal too. At the end, the counters must also be equal.
// The comparison stops at the first difference. One thread.
#pragma once

#include <optional>
#include <string>

#include "engine/book/book_set.hpp"
#include "engine/core/feed.hpp"
#include "tools/run/results.hpp"

namespace tapedeck::tools {

struct ItchVerdict {
  u64 messages = 0;
  u64 events = 0;                   // the number of compared events
  u64 digest = 0, flow_digest = 0;  // of the engine's books, which equal the reference's
  struct Difference {
    Sequence sequence = 0;
    std::string symbol;
    std::string what;  // what differs, with the state of both books
  };
  std::optional<Difference> difference;
  RunQuality quality;  // of the part that was read, and of the engine's books
};

/// Runs the comparison. `kJoinAt` = front plants a fault that the comparison must find: orders join
/// at the front of their queue.
template <book::JoinAt kJoinAt>
[[nodiscard]] ItchVerdict verify_itch(Feed& feed);

extern template ItchVerdict verify_itch<book::JoinAt::back>(Feed& feed);
extern template ItchVerdict verify_itch<book::JoinAt::front>(Feed& feed);

}  // namespace tapedeck::tools
