// Compares the engine's books with the slow reference, message by message, on a user's own file.
//
// After every event, its effect, both touches, and the whole queue of every level that it named
// must be equal. After every kFullCheck events and at the end, whole books, states, counters and
// digests must be equal too. Stops at the first difference. One thread.
#pragma once

#include <optional>
#include <string>

#include "engine/book/book_set.hpp"
#include "engine/core/feed.hpp"

namespace tapedeck::tools {

struct ItchVerdict {
  u64 messages = 0;
  u64 events = 0;                   // compared
  u64 digest = 0, flow_digest = 0;  // of the engine's books; the reference's are equal
  struct Difference {
    Sequence sequence = 0;
    std::string symbol;
    std::string what;  // with both books around it
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
