// Compares two latency results: finds the percentiles of stages that differ by more than each run
// varies between windows of time. Pure functions; any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tools/lab/saved_latency.hpp"

namespace tapedeck::tools {

/// A spread needs at least this many windows with a value.
inline constexpr std::size_t kFewestWindows = 5;

/// The range of the middle 90 % of a run's windows.
struct WindowSpread {
  Nanos low, high;
};
/// Removes a twentieth of the values, rounded down, at either end and returns the lowest and
/// highest of the rest: of twenty windows the second and the nineteenth. Empty for fewer than
/// kFewestWindows.
[[nodiscard]] std::optional<WindowSpread> spread_of_windows(std::vector<Nanos> values);

/// The verdict on B relative to A.
enum class Verdict : u8 {
  same,    // no difference larger than the runs' own spread
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
  std::optional<WindowSpread> a_spread, b_spread;
  Verdict verdict = Verdict::same;

  /// B's value divided by A's; empty where A's is 0.
  [[nodiscard]] std::optional<double> ratio() const;
  [[nodiscard]] bool differs() const {
    return verdict == Verdict::slower || verdict == Verdict::faster;
  }
};

struct ComparedStage {
  latency::LatencySpan span;
  std::array<ComparedPercentile, kComparedPercentiles> percentiles;

  /// The verdict on all percentiles of the stage. Undecided ones count only if all are undecided.
  [[nodiscard]] Verdict verdict() const;
};

struct LatencyComparison {
  SavedLatency a, b;
  // The stages measured in both runs, in the order of spans; empty if a run is invalid.
  std::vector<ComparedStage> stages;

  [[nodiscard]] bool valid() const { return a.valid && b.valid; }
  /// The headline's stage, due to book; null if it was not measured in both runs.
  [[nodiscard]] const ComparedStage* headline() const;
  /// The verdict on the headline alone.
  [[nodiscard]] Verdict verdict() const;
  /// True when any percentile of any stage differs, or when a run is invalid.
  [[nodiscard]] bool differs() const;
  /// True when one run's hop is more than 1.5 times the other's: the runs used other cores, or the
  /// machine moved them.
  [[nodiscard]] bool hops_differ() const;
};
[[nodiscard]] LatencyComparison compared(SavedLatency a, SavedLatency b);

}  // namespace tapedeck::tools
