// The results of repeated replays of one input, by number of shards.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/core/statistics.hpp"
#include "engine/system/core_hop.hpp"
#include "engine/system/environment.hpp"

namespace tapedeck::tools {

/// The figures that one replay reported.
struct ReplayFigures {
  u64 messages = 0, events = 0, peak_rss_bytes = 0;
  double elapsed_s = 0;
  std::string digest;
  nlohmann::ordered_json threads;  // where they ran

  [[nodiscard]] double messages_per_s() const { return static_cast<double>(messages) / elapsed_s; }
  [[nodiscard]] double events_per_s() const { return static_cast<double>(events) / elapsed_s; }
};

/// Reads them from a replay's JSON summary. Throws std::runtime_error when the text is not such a
/// summary, or when the replay was too short for its clock.
[[nodiscard]] ReplayFigures figures_in(const std::string& summary);

/// The measured runs of one number of shards, one per round.
struct ThroughputSeries {
  u32 shards = 0;
  std::vector<ReplayFigures> runs;
};

struct ThroughputResults {
  struct File {
    std::string path;
    u64 bytes = 0;  // its size on disk
  };
  system::Environment machine;
  system::HopPair hops;
  std::vector<File> files;
  std::vector<std::string> options;  // passed to every run
  u32 rounds = 0;                    // as requested, without the warm-up round
  std::vector<ThroughputSeries> series;
  std::optional<ReplayFigures> first;  // all others must agree with it
  std::string why_invalid;             // empty: the runs agree

  [[nodiscard]] bool valid() const { return why_invalid.empty(); }
};

struct Spread {
  double median = 0, low = 0, high = 0;  // low and high over all runs
};
[[nodiscard]] Spread spread_of(const std::vector<double>& values);
[[nodiscard]] std::vector<double> message_rates(const ThroughputSeries& series);
[[nodiscard]] double median_event_rate(const ThroughputSeries& series);
[[nodiscard]] double median_elapsed_s(const ThroughputSeries& series);
[[nodiscard]] u64 most_memory(const ThroughputSeries& series);
/// Returns the ratio of `series` to `base`, computed round by round, so that a slowdown of a whole
/// round cancels out.
[[nodiscard]] MedianEstimate ratio_over(const ThroughputSeries& base,
                                        const ThroughputSeries& series);

/// Returns how `run` differs from `first` in results that must not depend on the number of shards;
/// empty: no difference.
[[nodiscard]] std::string difference(const ReplayFigures& first, const ReplayFigures& run);

}  // namespace tapedeck::tools
