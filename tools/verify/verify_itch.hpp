// Compares the engine's books with the slow reference, message by message, on a user's own file.
//
// After every event, its effect, both touches, the hash of the book's events, and the whole queue
// of every level whose orders the event named must be equal. After every kFullCheck events, after
// every event of all instruments, and at the end, whole books, trust and volumes must be equal too.
// At the end, so must the counters. The comparison stops at the first difference. One thread.
#pragma once

#include <optional>
#include <string>

#include "engine/book/book_set.hpp"
#include "engine/core/feed.hpp"

namespace tapedeck::tools {

struct ItchVerdict {
  u64 messages = 0;
  u64 events = 0;                   // the number compared
  u64 digest = 0, flow_digest = 0;  // of the engine's books, which equal the reference's
  struct Difference {
    Sequence sequence = 0;
    std::string symbol;
    std::string what;  // what differs, and both books there
  };
  std::optional<Difference> difference;
  std::optional<Damage> damage;
};

/// `kJoinAt` = front is the planted fault that the comparison must find: orders join at the front
/// of their queue.
template <book::JoinAt kJoinAt>
[[nodiscard]] ItchVerdict verify_itch(Feed& feed);

extern template ItchVerdict verify_itch<book::JoinAt::back>(Feed& feed);
extern template ItchVerdict verify_itch<book::JoinAt::front>(Feed& feed);

}  // namespace tapedeck::tools
