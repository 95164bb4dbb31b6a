#include "tools/diff/common_checkpoint.hpp"

#include <algorithm>
#include <vector>

namespace tapedeck::tools {
namespace {

struct Pair {
  tape::IndexEntry a, b;
};

// Pairs of checkpoints that follow the same message.
std::vector<Pair> pairs_of(const std::vector<tape::IndexEntry>& a,
                           const std::vector<tape::IndexEntry>& b) {
  std::vector<Pair> pairs;
  auto in_b = b.begin();
  for (const tape::IndexEntry& checkpoint : a) {
    while (in_b != b.end() && in_b->last < checkpoint.last) ++in_b;
    if (in_b != b.end() && in_b->last == checkpoint.last) pairs.push_back({checkpoint, *in_b});
  }
  return pairs;
}

bool is_usable(const tape::IndexEntry& checkpoint, const tape::Reopen& tape, bool chooses) {
  const tape::CheckpointState state = tape::state_of(checkpoint, tape);
  return state == tape::CheckpointState::whole ||
         (state == tape::CheckpointState::renamed && !chooses);
}

}  // namespace

std::optional<Sequence> last_common_checkpoint(const tape::Reopen& a, const tape::Reopen& b,
                                               bool chooses) {
  std::vector<Pair> pairs = pairs_of(tape::checkpoints_of(a), tape::checkpoints_of(b));
  const auto parted = std::ranges::partition_point(
      pairs, [](const Pair& pair) { return pair.a.channel_hash == pair.b.channel_hash; });
  pairs.erase(parted, pairs.end());
  for (u32 looked_at = 0; !pairs.empty() && looked_at < tape::kMostBroken; ++looked_at) {
    const auto [in_a, in_b] = pairs.back();
    pairs.pop_back();
    if (!is_usable(in_a, a, chooses) || !is_usable(in_b, b, chooses)) continue;
    const bool sound = tape::is_sound_before(in_a, a) && tape::is_sound_before(in_b, b);
    return sound ? std::optional{in_a.last} : std::nullopt;
  }
  return {};
}

}  // namespace tapedeck::tools
