#include "tools/lab/saturate_options.hpp"

#include <algorithm>
#include <cmath>

#include "tools/cli/error.hpp"
#include "tools/lab/load_values.hpp"

namespace tapedeck::tools {

KneeSearch knee_search(const SaturateOptions& options) {
  KneeSearch search;
  if (options.load.load == "recorded") {
    throw UsageError(
        "--load recorded: this benchmark sets the rate itself; use constant, poisson or bursts");
  }
  search.first_per_s = messages_a_second("--first", options.first);
  search.last_per_s = messages_a_second("--last", options.last);
  if (search.last_per_s <= search.first_per_s) {
    throw UsageError("--last " + options.last + ": must be above --first " + options.first);
  }
  const auto named = std::ranges::find(kPercentiles, options.percentile, &NamedPercentile::name);
  if (named == kPercentiles.end()) {
    throw UsageError("--percentile " + options.percentile +
                     ": must be p50, p90, p99, p99.9 or p99.99");
  }
  search.percentile = *named;
  if (options.limit != "auto") {
    search.latency_limit = duration_option("--limit", options.limit, "50us; or auto");
  }
  return search;
}

LatencyPlan plan_of_step(const SaturateOptions& options, double per_s) {
  constexpr double kFilled = 0.9;  // of kMostPrepared: a message may be several events
  LatencyOptions step = options.load;
  step.rate = std::to_string(std::llround(per_s));
  LatencyPlan plan = latency_plan(step, Reader::none);
  const double messages =
      per_s * static_cast<double>((plan.span.warm_up + plan.span.duration).value) / kNanosPerSecond;
  const double share = std::min(1.0, kFilled * open_loop::kMostPrepared / messages);
  // Bursts keep whole periods, at least one, so that none is cut off.
  const i64 step_of_cut = plan.load.shape == open_loop::Shape::bursts ? plan.load.period.value : 1;
  const auto cut = [&](Nanos& time, i64 least) {
    const auto left = static_cast<i64>(share * static_cast<double>(time.value));
    time = {std::max(left / step_of_cut * step_of_cut, least)};
  };
  if (share < 1) {
    cut(plan.span.warm_up, 0);
    cut(plan.span.duration, step_of_cut);
  }
  if (per_s * static_cast<double>(step_of_cut) / kNanosPerSecond >
      kFilled * open_loop::kMostPrepared) {
    throw UsageError("--load " + options.load.load + ": a period's messages at --last " +
                     options.last + " are more than can be prepared; use a shorter period");
  }
  return plan;
}

}  // namespace tapedeck::tools
