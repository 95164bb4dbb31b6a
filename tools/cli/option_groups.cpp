#include "tools/cli/option_groups.hpp"

#include <algorithm>
#include <span>

namespace tapedeck::tools {
namespace {

constexpr auto kReading = std::to_array<std::string_view>(
    {"--format", "--framing", "--symbol", "--symbols", "--orderbook", "--messages", "--date",
     "--max-ratio", "--group", "--kinds", "--limit", "--parallel", "--follow", "--require-complete",
     "--whole"});
constexpr auto kTime =
    std::to_array<std::string_view>({"--from", "--to", "--at", "--tz", "--speed"});
constexpr auto kMarket =
    std::to_array<std::string_view>({"--model", "--preset", "--instruments", "--venues", "--rate",
                                     "--duration", "--events", "--seed"});
constexpr auto kLoad =
    std::to_array<std::string_view>({"--load", "--warm-up", "--watch", "--sample-every", "--rounds",
                                     "--first", "--last", "--percentile", "--limit"});
constexpr auto kBooks =
    std::to_array<std::string_view>({"--strategy", "--depth", "--orders", "--digest", "--plant",
                                     "--max-orders", "--max-levels", "--max-memory"});
constexpr auto kThreads = std::to_array<std::string_view>(
    {"--shards", "--shard-map", "--jobs", "--batch", "--pin", "--wait", "--queue-full"});
constexpr auto kResults = std::to_array<std::string_view>(
    {"--out",      "--out-dir",       "--as",          "--as-sent",  "--snapshot-every",
     "--rows",     "--snapshot-full", "--state",       "--record",   "--force",
     "--compress", "--sync",          "--checkpoints", "--report",   "--hgrm",
     "--fail-on",  "--strict",        "--threshold",   "--markdown", "--report-every",
     "--json"});
constexpr auto kGeneral = std::to_array<std::string_view>(
    {"--quiet", "--log-level", "--log-file", "--config", "--help", "--version"});

struct Group {
  std::string_view title;
  std::span<const std::string_view> options;
};
constexpr std::array<Group, kOptionGroups.size()> kGroups{{{"Reading", kReading},
                                                           {"Time", kTime},
                                                           {"Market", kMarket},
                                                           {"Load", kLoad},
                                                           {"Books", kBooks},
                                                           {"Threads", kThreads},
                                                           {"Results", kResults},
                                                           {"General", kGeneral}}};

struct ShortName {
  std::string_view option, name;
};
constexpr auto kShortNames = std::to_array<ShortName>(
    {{"--quiet", "-q"}, {"--out", "-o"}, {"--out-dir", "-o"}, {"--version", "-V"}});

}  // namespace

std::string_view group_of(std::string_view command, std::string_view option) {
  for (const Group& group : kGroups) {
    if (std::ranges::find(group.options, option) == group.options.end()) continue;
    // What makes a simulated market is what makes a benchmark's load.
    return group.title == "Market" && command.starts_with("bench") ? "Load" : group.title;
  }
  return {};
}

std::string_view short_name_of(std::string_view option) {
  const auto found = std::ranges::find(kShortNames, option, &ShortName::option);
  return found == kShortNames.end() ? std::string_view{} : found->name;
}

}  // namespace tapedeck::tools
