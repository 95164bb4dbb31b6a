// Compares two latency results: finds the percentiles that differ by more than each run varies
// between its time windows, and by a threshold. A stage here is one latency span, as in the
// results' JSON. Pure functions; any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tools/lab/compare_thresholds.hpp"
#include "tools/lab/run_spread.hpp"
#include "tools/lab/saved_latency.hpp"

namespace tapedeck::tools {

/// The verdict on B relative to A.
enum class Verdict : u8 {
  same,    // no difference larger than the runs' own spread and the threshold
  slower,  // B's spread is wholly above A's, and B's whole run is slower too
  faster,  // B's spread is wholly below A's, and B's whole run is faster too
  mixed,   // of several percentiles: some are slower, some are faster
  // A spread is missing, or windows and whole runs disagree. Of several percentiles: all are
  // undecided.
  undecided,
  invalid  // of the whole comparison: one run is invalid
};
[[nodiscard]] std::string verdict_name(Verdict verdict);

struct ComparedPercentile {
  Nanos a{0}, b{0};  // of the whole runs
  std::optional<RunSpread<Nanos>> a_spread, b_spread;
  Verdict verdict = Verdict::same;

  /// Returns B's value divided by A's value; empty if A's value is 0.
  [[nodiscard]] std::optional<double> ratio() const;
  [[nodiscard]] bool differs() const {
    return verdict == Verdict::slower || verdict == Verdict::faster;
  }
};

struct ComparedStage {
  latency::LatencySpan span;
  std::array<ComparedPercentile, kComparedPercentiles> percentiles;

  /// Returns the verdict on all percentiles of the stage. Undecided percentiles count only if all
  /// percentiles are undecided.
  [[nodiscard]] Verdict verdict() const;
};

struct LatencyComparison {
  SavedLatency a, b;
  // The stages measured in both runs, in the order of spans; empty if a run is invalid.
  std::vector<ComparedStage> stages;

  [[nodiscard]] bool valid() const { return a.valid && b.valid; }
  /// Returns the stage of the headline figure, due to book; null if it was not measured in both
  /// runs.
  [[nodiscard]] const ComparedStage* headline() const;
  /// Returns the verdict on the headline stage alone.
  [[nodiscard]] Verdict verdict() const;
  /// Returns true if any percentile of any stage differs, or if a run is invalid.
  [[nodiscard]] bool differs() const;
  /// Returns true if the core hop of one run is more than 1.5 times that of the other run. The runs
  /// then used different cores, or a virtual machine's cores moved.
  [[nodiscard]] bool hops_differ() const;
};
[[nodiscard]] LatencyComparison compared(SavedLatency a, SavedLatency b,
                                         const CompareThresholds& thresholds = {});

}  // namespace tapedeck::tools
