// Reports the findings of `tapedeck inspect`, as text for people and as JSON for programs. Pure
// functions.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "feeds/catalog/catalog.hpp"
#include "feeds/tape/checkpoints.hpp"
#include "tools/cli/shown_time.hpp"
#include "tools/inspect/channel_census.hpp"
#include "tools/run/findings.hpp"

namespace tapedeck::tools {

struct InspectedChannel {
  std::string name;       // of the channel's first file
  std::size_t files = 1;  // in the channel
  std::string format;     // empty: unknown
  std::string stream;     // of a capture: its destinations, packets, numbers and gaps
  ShownTimes shown;       // how its times are shown to people
  const Feed* feed = nullptr;
  [[nodiscard]] const Recording& recording() const { return *feed->recording(); }
  TypeCount::Counts types{};
  ChannelCensus census;
  std::vector<tape::IndexEntry> checkpoints;  // only of a tape
};

struct Inspection {
  std::vector<InspectedChannel> channels;
  feeds::TimeBase time_base = feeds::TimeBase::utc;
  std::vector<std::string> warnings;  // about the inputs, see feeds::OpenedFeeds
  int signal = 0;                     // the signal that ended the inspection early; 0: none
};

/// Returns what was found in all channels.
[[nodiscard]] std::vector<RunFinding> findings_of(const Inspection& inspection);
[[nodiscard]] nlohmann::ordered_json json_of(const Inspection& inspection);
[[nodiscard]] std::string text_of(const Inspection& inspection);

}  // namespace tapedeck::tools
