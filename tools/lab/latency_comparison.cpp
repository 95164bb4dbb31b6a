#include "tools/lab/latency_comparison.hpp"

#include <algorithm>
#include <utility>

namespace tapedeck::tools {
namespace {

constexpr std::array<const char*, 6> kVerdictNames{"same",  "slower",    "faster",
                                                   "mixed", "undecided", "invalid"};
constexpr double kHopsAlike = 1.5;

Verdict verdict_on(const ComparedPercentile& percentile, double threshold) {
  if (!percentile.a_spread || !percentile.b_spread) return Verdict::undecided;
  const bool slower = percentile.b_spread->low > percentile.a_spread->high;
  const bool faster = percentile.b_spread->high < percentile.a_spread->low;
  if (!slower && !faster) return Verdict::same;
  const auto a = static_cast<double>(percentile.a.value);
  if (!is_beyond(a, static_cast<double>(percentile.b.value), threshold)) return Verdict::same;
  // A single window can determine the whole run's value, which may then contradict the windows.
  const bool agreed = slower ? percentile.b > percentile.a : percentile.b < percentile.a;
  if (!agreed) return Verdict::undecided;
  return slower ? Verdict::slower : Verdict::faster;
}

ComparedPercentile compared_percentile(const SavedPercentile& a, const SavedPercentile& b,
                                       double threshold) {
  ComparedPercentile result{a.whole_run, b.whole_run, run_spread(a.windows), run_spread(b.windows)};
  result.verdict = verdict_on(result, threshold);
  return result;
}

}  // namespace

std::string verdict_name(Verdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

std::optional<double> ComparedPercentile::ratio() const {
  if (a.value == 0) return {};
  return static_cast<double>(b.value) / static_cast<double>(a.value);
}

Verdict ComparedStage::verdict() const {
  const auto any = [this](Verdict verdict) {
    return std::ranges::find(percentiles, verdict, &ComparedPercentile::verdict) !=
           percentiles.end();
  };
  const bool slower = any(Verdict::slower), faster = any(Verdict::faster);
  if (slower && faster) return Verdict::mixed;
  if (slower || faster) return slower ? Verdict::slower : Verdict::faster;
  return any(Verdict::same) ? Verdict::same : Verdict::undecided;
}

const ComparedStage* LatencyComparison::headline() const {
  const bool measured = !stages.empty() && stages.front().span == latency::LatencySpan::due_to_book;
  return measured ? &stages.front() : nullptr;
}

Verdict LatencyComparison::verdict() const {
  if (!valid()) return Verdict::invalid;
  return headline() != nullptr ? headline()->verdict() : Verdict::undecided;
}

bool LatencyComparison::differs() const {
  return !valid() || std::ranges::any_of(stages, [](const ComparedStage& stage) {
    return std::ranges::any_of(stage.percentiles, &ComparedPercentile::differs);
  });
}

bool LatencyComparison::hops_differ() const {
  if (!a.hop || !b.hop) return false;
  const auto [smaller, larger] = std::minmax(a.hop->value, b.hop->value);
  return static_cast<double>(larger) > kHopsAlike * static_cast<double>(smaller);
}

LatencyComparison compared(SavedLatency a, SavedLatency b, const CompareThresholds& thresholds) {
  LatencyComparison result{std::move(a), std::move(b), {}};
  if (!result.valid()) return result;
  for (std::size_t i = 0; i < latency::kLatencySpans; ++i) {
    const auto& of_a = result.a.stages[i];
    const auto& of_b = result.b.stages[i];
    if (!of_a || !of_b) continue;
    ComparedStage& stage = result.stages.emplace_back();
    stage.span = static_cast<latency::LatencySpan>(i);
    for (std::size_t p = 0; p < kComparedPercentiles; ++p) {
      stage.percentiles[p] = compared_percentile((*of_a)[p], (*of_b)[p], thresholds.latency[p]);
    }
  }
  return result;
}

}  // namespace tapedeck::tools
