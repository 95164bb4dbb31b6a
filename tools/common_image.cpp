#include "tools/common_image.hpp"

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

}  // namespace

std::optional<Sequence> last_common_image(const tape::Reopen& a, const tape::Reopen& b) {
  std::vector<Pair> pairs = pairs_of(tape::images_of(a), tape::images_of(b));
  const auto parted = std::ranges::partition_point(pairs, [](const Pair& pair) {
    return tape::line_hash_of(pair.a) == tape::line_hash_of(pair.b);
  });
  pairs.erase(parted, pairs.end());
  for (; !pairs.empty(); pairs.pop_back()) {
    const auto& [in_a, in_b] = pairs.back();
    if (tape::is_whole(in_a, a) && tape::is_whole(in_b, b)) return in_a.last;
  }
  return {};
}

}  // namespace tapedeck::tools
