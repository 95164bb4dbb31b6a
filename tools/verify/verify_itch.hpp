// The engine's books against the slow reference, message by message, on a user's own file.
//
// After every event: what the event did, both touches, and the whole queue of every level it
// named must be equal; after every kFullCheck events and at the end, whole books, states, counters
// and digests. Stops at the first difference. One thread.
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
    std::string what;  // with both books drawn around it
  };
  std::optional<Difference> difference;
  std::optional<Damage> damage;
};

/// `kJoinAt` front is the planted fault that the comparison must find: orders jump the queue.
template <book::JoinAt kJoinAt>
[[nodiscard]] ItchVerdict verify_itch(Feed& feed);

extern template ItchVerdict verify_itch<book::JoinAt::back>(Feed& feed);
extern template ItchVerdict verify_itch<book::JoinAt::front>(Feed& feed);

}  // namespace tapedeck::tools
