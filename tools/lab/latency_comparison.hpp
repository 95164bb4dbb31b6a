// Two latency results side by side: which percentiles of which stages differ by more than the runs
// themselves do from one window of time to another. Pure functions; any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tools/lab/saved_latency.hpp"

namespace tapedeck::tools {

/// Fewer windows with a value tell no spread.
inline constexpr std::size_t kFewestWindows = 5;

/// Where the middle 90 % of a run's windows lie.
struct WindowSpread {
  Nanos low, high;
};
/// Lowest and highest of what is left without a twentieth, rounded down, at either end: of twenty
/// windows the second and the nineteenth. Empty of fewer than kFewestWindows.
[[nodiscard]] std::optional<WindowSpread> spread_of_windows(std::vector<Nanos> values);

/// Of B over A.
enum class Verdict : u8 {
  same,    // no difference larger than the runs' own spread
  slower,  // the spreads do not overlap, and the whole run says the same
  faster,
  mixed,      // of several: some slower, some faster
  undecided,  // a spread is missing, or whole run and windows disagree; of several: all of them
  invalid     // of the whole: one run's figures do not count
};
[[nodiscard]] std::string verdict_name(Verdict verdict);

struct ComparedPercentile {
  Nanos a{0}, b{0};  // of the whole runs
  std::optional<WindowSpread> a_spread, b_spread;
  Verdict verdict = Verdict::same;

  /// B over A; empty where A is 0.
  [[nodiscard]] std::optional<double> ratio() const;
  [[nodiscard]] bool differs() const {
    return verdict == Verdict::slower || verdict == Verdict::faster;
  }
};

struct ComparedStage {
  latency::LatencySpan span;
  std::array<ComparedPercentile, kComparedPercentiles> percentiles;

  /// Of all its percentiles; those that are undecided have no voice if others have.
  [[nodiscard]] Verdict verdict() const;
};

struct LatencyComparison {
  SavedLatency a, b;
  std::vector<ComparedStage> stages;  // measured in both, in the order of spans; of valid runs only

  [[nodiscard]] bool valid() const { return a.valid && b.valid; }
  /// The headline's, if it was measured in both.
  [[nodiscard]] const ComparedStage* headline() const;
  /// Of the headline alone.
  [[nodiscard]] Verdict verdict() const;
  /// Anything in any stage, or a run that does not count.
  [[nodiscard]] bool differs() const;
  /// One run's hop is more than half as long again as the other's: the cores were other ones, or
  /// the machine moved them.
  [[nodiscard]] bool hops_differ() const;
};
[[nodiscard]] LatencyComparison compared(SavedLatency a, SavedLatency b);

}  // namespace tapedeck::tools
