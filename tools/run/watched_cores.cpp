#include "tools/run/watched_cores.hpp"

#include <algorithm>
#include <map>

#include "engine/core/units.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {
namespace {

constexpr Nanos kShortestWatch{kNanosPerSecond / 100};
constexpr Nanos kLongestWatch{60 * kNanosPerSecond};

}  // namespace

Nanos watch_option(const std::string& text) {
  const auto watched = parse_seconds(text);
  if (!watched || *watched < kShortestWatch || *watched > kLongestWatch) {
    throw UsageError("--watch " + text + ": must be 10ms to 1m, like 5s");
  }
  return *watched;
}

std::string cores_taken_text(const std::vector<system::CoreNoise>& noise) {
  // The largest share of each core, which may have been measured more than once.
  std::map<int, double> shares;
  Nanos shortest = kLeastWatched;
  for (const system::CoreNoise& core : noise) {
    shares[core.core] = std::max(shares[core.core], core.share_taken());
    if (core.noise) shortest = std::min(shortest, core.noise->lasted);
  }
  std::string list;
  for (const auto& [core, share] : shares) {
    if (share <= kMostTaken) continue;
    list += list.empty() ? "others took " : " and ";
    list += with_decimals(100 * share, share < 0.1 ? 1 : 0) + " % of the time of core " +
            std::to_string(core);
  }
  if (!list.empty()) return list + "; end what else runs there, and measure again";
  if (shortest >= kLeastWatched) return {};
  return "the cores were watched for " + duration_for_people(shortest) +
         " only, too short to see what others take; --watch 1s or more is enough";
}

}  // namespace tapedeck::tools
