#include "tools/lab/saturation.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace tapedeck::tools {
namespace {

using latency::LatencySpan;

LoadStep step_of(double per_s, double fraction, const LatencyFigures& figures) {
  return {.asked_per_s = per_s,
          .offered_per_s = figures.offered_per_s,
          .achieved_per_s = figures.achieved_per_s,
          .kept_up = figures.why_invalid().empty(),
          .fraction = fraction,
          .why = figures.why_invalid(),
          .dropped = figures.dropped,
          .ran_dry = figures.ran_dry,
          .timed_span = figures.timed_span,
          .due_to_book = figures.spans[LatencySpan::due_to_book],
          .ingress_to_book = figures.spans[LatencySpan::ingress_to_book],
          .queue = figures.queue};
}

using Run = std::pair<LoadStep, LatencyFigures>;

class KneeFinder {
 public:
  KneeFinder(const KneeSearch& search, const MeasureLoad& measure)
      : search_(search), measure_(measure) {
    found_.percentile = search.percentile.name;
    if (search.latency_limit) found_.latency_limit = *search.latency_limit;
  }

  Saturation find() && {
    if (stands(search_.first_per_s)) raise();
    std::ranges::sort(found_.steps, {}, &LoadStep::asked_per_s);
    for (const LoadStep& step : found_.steps) {
      if (step.kept_up) found_.capacity_per_s = step.asked_per_s;
    }
    return std::move(found_);
  }

 private:
  // Doubles the rate until it is too much, then bisects.
  void raise() {
    double good = search_.first_per_s;
    while (good < search_.last_per_s) {
      const double next = std::min(2 * good, search_.last_per_s);
      if (!stands(next)) {
        if (!found_.interrupted) halve(good, next);
        return;
      }
      good = next;
    }
  }
  void halve(double good, double bad) {
    found_.knee_found = true;
    while (bad / good > kKneePrecision) {
      const double between = std::round(std::sqrt(good * bad));
      if (between <= good || between >= bad) return;  // loads are whole messages per second
      (stands(between) ? good : bad) = between;
      if (found_.interrupted) return;
    }
  }

  // Runs a step and returns whether it is within the limit. Keeps the full figures of the best step
  // so far.
  bool stands(double per_s) {
    const bool sets_limit = found_.latency_limit.value == 0;
    std::vector<Run> runs;
    while (runs.size() < kRunsThatDecide) {
      std::optional<LatencyFigures> figures = measure_(per_s);
      if (!figures) {
        found_.interrupted = true;
        return false;
      }
      runs.emplace_back(step_of(per_s, search_.percentile.fraction, *figures), std::move(*figures));
      if (runs.size() == 1 && settles(runs.front().first, sets_limit)) break;
    }
    std::ranges::sort(runs, {}, [](const Run& run) {
      return std::tuple{!run.first.kept_up, run.first.waiting()};
    });
    auto& [step, figures] = runs[runs.size() / 2];
    step.runs = static_cast<u32>(runs.size());
    if (sets_limit && step.kept_up) {
      found_.latency_limit = {kKneeFactor * std::max<i64>(step.waiting().value, 1)};
    }
    step.within_limit = within_limit(step);
    if (step.within_limit) found_.knee_per_s = per_s;
    if (step.within_limit || found_.steps.empty()) found_.at_knee = std::move(figures);
    found_.steps.push_back(std::move(step));
    return found_.steps.back().within_limit;
  }
  // True when one run is enough: within the limit, or so far behind that no hiccup explains it.
  [[nodiscard]] bool settles(const LoadStep& step, bool sets_limit) const {
    if (within_limit(step)) return !sets_limit;
    const double late = static_cast<double>(step.timed_span.value) *
                        (step.offered_per_s / std::max(step.achieved_per_s, 1.0) - 1);
    return step.achieved_per_s < kHopeless * step.offered_per_s &&
           late > static_cast<double>(kLongestHiccup.value);
  }
  [[nodiscard]] bool within_limit(const LoadStep& step) const {
    return step.kept_up && step.waiting() <= found_.latency_limit;
  }

  const KneeSearch& search_;
  const MeasureLoad& measure_;
  Saturation found_;
};

}  // namespace

std::string Saturation::why_invalid() const {
  if (interrupted) return "stopped by a signal before the search for the knee had ended";
  if (knee_per_s) return {};
  if (capacity_per_s) {
    return "not even the slowest load stayed within the limit; give a longer --limit, or a slower "
           "--first";
  }
  if (steps.empty()) return "nothing was measured";
  if (steps.front().achieved_per_s > 0 && steps.front().due_to_book.count() > 0) {
    return "not even the slowest load was kept up with; give a slower --first";
  }
  return steps.front().why;
}

Saturation find_knee(const KneeSearch& search, const MeasureLoad& measure) {
  return KneeFinder{search, measure}.find();
}

}  // namespace tapedeck::tools
