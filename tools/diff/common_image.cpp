#include "tools/diff/common_image.hpp"

#include <algorithm>
#include <vector>

namespace tapedeck::tools {
namespace {

struct Pair {
  tape::IndexEntry a, b;
};

// Images that stand behind the same message.
std::vector<Pair> pairs_of(const std::vector<tape::IndexEntry>& a,
                           const std::vector<tape::IndexEntry>& b) {
  std::vector<Pair> pairs;
  auto in_b = b.begin();
  for (const tape::IndexEntry& image : a) {
    while (in_b != b.end() && in_b->last < image.last) ++in_b;
    if (in_b != b.end() && in_b->last == image.last) pairs.push_back({image, *in_b});
  }
  return pairs;
}

bool is_usable(const tape::IndexEntry& image, const tape::Reopen& tape, bool chooses) {
  const tape::ImageState state = tape::state_of(image, tape);
  return state == tape::ImageState::whole || (state == tape::ImageState::renamed && !chooses);
}

}  // namespace

std::optional<Sequence> last_common_image(const tape::Reopen& a, const tape::Reopen& b,
                                          bool chooses) {
  std::vector<Pair> pairs = pairs_of(tape::images_of(a), tape::images_of(b));
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
