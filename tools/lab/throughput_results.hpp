// The results of a throughput benchmark: repeated replays of one input with different numbers of
// shards.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/core/statistics.hpp"
#include "engine/system/environment.hpp"
#include "tools/lab/machine_measures.hpp"

namespace tapedeck::tools {

/// The figures that one replay reported.
struct ReplayFigures {
  u64 messages = 0, events = 0, peak_rss_bytes = 0;
  double elapsed_s = 0;
  std::string digest;
  nlohmann::ordered_json threads;  // names and placements of the threads

  [[nodiscard]] double messages_per_s() const { return static_cast<double>(messages) / elapsed_s; }
  [[nodiscard]] double events_per_s() const { return static_cast<double>(events) / elapsed_s; }
};

/// Returns the figures in `summary`, a replay's JSON summary. Throws std::runtime_error if the text
/// is not such a summary, or if the replay was too short to be timed.
[[nodiscard]] ReplayFigures figures_in(const std::string& summary);

/// The measured runs with one number of shards, one run per round.
struct ThroughputSeries {
  u32 shards = 0;
  std::vector<ReplayFigures> runs;
};

struct ThroughputResults : MachineMeasures {
  struct File {
    std::string path;
    u64 bytes = 0;  // its size on disk
  };
  system::Environment machine;
  std::vector<File> files;
  std::vector<std::string> options;  // passed to every run
  u32 rounds = 0;                    // the requested number of rounds, without the warm-up round
  std::vector<ThroughputSeries> series;
  std::optional<ReplayFigures> first;  // the run with which all other runs must agree
  std::string disagreement;            // how a run differs from the first; empty if all agree

  [[nodiscard]] bool agrees() const { return disagreement.empty(); }
};

/// Returns why the figures are not valid; empty if they are. That others had the cores is said
/// first.
[[nodiscard]] std::string why_invalid(const ThroughputResults& results);

struct Spread {
  double median = 0, low = 0, high = 0;  // low and high: the extremes of all runs
};
[[nodiscard]] Spread spread_of(const std::vector<double>& values);
[[nodiscard]] std::vector<double> message_rates(const ThroughputSeries& series);
[[nodiscard]] double median_event_rate(const ThroughputSeries& series);
[[nodiscard]] double median_elapsed_s(const ThroughputSeries& series);
[[nodiscard]] u64 most_memory(const ThroughputSeries& series);
/// Returns the ratio of the speed of `series` to that of `base`. The ratio is computed for each
/// round, so that a slowdown of a whole round cancels out.
[[nodiscard]] MedianEstimate ratio_over(const ThroughputSeries& base,
                                        const ThroughputSeries& series);

/// Returns how `run` differs from `first` in the results that must not depend on the number of
/// shards; an empty text if there is no difference.
[[nodiscard]] std::string difference(const ReplayFigures& first, const ReplayFigures& run);

}  // namespace tapedeck::tools
