// The search for the knee, on engines that are a formula: it finds what the formula says, runs no
// more than it must, and one hiccup does not lead it astray.
#include "tools/lab/saturation.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "tools/lab/saturation_report.hpp"

namespace tapedeck::tools {
namespace {

// A run in which all events waited alike.
LatencyFigures run_of(double offered, double achieved, Nanos latency) {
  LatencyFigures run;
  run.messages = 1'000;
  run.offered_per_s = offered;
  run.achieved_per_s = achieved;
  run.timed_span = {kNanosPerSecond};
  for (u64 i = 0; i < run.messages; ++i) {
    run.spans.record({.due = {0}, .ingress = {0}, .dequeued = {0}, .booked = latency});
  }
  return run;
}

// A server of this capacity: waiting grows as 1/(1 - load), beyond it without end.
class Engine {
 public:
  explicit Engine(double capacity) : capacity_(capacity) {}

  std::optional<LatencyFigures> operator()(double per_s) {
    ++runs_[per_s];
    const double load = per_s / capacity_;
    if (load >= 1) return run_of(per_s, capacity_, {kNanosPerSecond});
    return run_of(per_s, per_s, {static_cast<i64>(200 / (1 - load))});
  }
  [[nodiscard]] const std::map<double, u32>& runs() const { return runs_; }

 private:
  double capacity_;
  std::map<double, u32> runs_;
};

TEST(Saturation, FindsTheRateAtWhichWaitingIsTenfold) {
  // Ten times 200 ns are reached at nine tenths of the capacity.
  for (const double capacity : {1e6, 3.7e6, 12.8e6, 51e6}) {
    Engine engine{capacity};
    const Saturation found = find_knee({}, std::ref(engine));
    ASSERT_TRUE(found.knee_per_s) << capacity;
    EXPECT_TRUE(found.knee_found);
    const double first = 200 / (1 - 1e5 / capacity);
    const double truth = capacity * (1 - 200 / (10 * first));
    EXPECT_LE(*found.knee_per_s, truth * 1.001) << capacity;
    EXPECT_GE(*found.knee_per_s * kKneePrecision, truth * 0.999) << capacity;
    EXPECT_EQ(found.why_invalid(), "");
    EXPECT_TRUE(std::ranges::is_sorted(found.steps, {}, &LoadStep::asked_per_s));
  }
}

TEST(Saturation, RunsAStepOnceUnlessItDecides) {
  Engine engine{1e6};
  const Saturation found = find_knee({}, std::ref(engine));
  for (const LoadStep& step : found.steps) {
    const bool first = step.asked_per_s == 1e5;
    // All of them lasted a second.
    const bool hopeless = step.achieved_per_s < kHopeless * step.asked_per_s;
    const bool again = first || (!step.within_limit && !hopeless);
    EXPECT_EQ(step.runs, again ? kRunsThatDecide : 1) << step.asked_per_s;
    EXPECT_EQ(engine.runs().at(step.asked_per_s), step.runs);
  }
}

TEST(Saturation, TakesOneHiccupForNoKnee) {
  Engine engine{1e6};
  bool hiccup = true;
  const auto measure = [&](double per_s) {
    auto run = engine(per_s);
    if (per_s == 4e5 && std::exchange(hiccup, false)) run = run_of(per_s, per_s, {5'000'000});
    return run;
  };
  const Saturation with = find_knee({}, measure);
  const Saturation without = find_knee({}, Engine{1e6});
  EXPECT_FALSE(hiccup);
  EXPECT_EQ(with.knee_per_s, without.knee_per_s);
}

// A machine that is held up for a twentieth of the time is not one that waits.
TEST(Saturation, TheKneeIsOfThePercentileAskedFor) {
  const auto measure = [](double per_s) -> std::optional<LatencyFigures> {
    LatencyFigures run = run_of(per_s, per_s, {200});
    for (int i = 0; per_s > 3e5 && i < 50; ++i) {
      run.spans.record({.due = {0}, .ingress = {0}, .dequeued = {0}, .booked = {5'000'000}});
    }
    return run;
  };
  const auto knee_by = [&](std::size_t percentile) {
    return *find_knee({.percentile = kPercentiles[percentile], .latency_limit = {}}, measure)
                .knee_per_s;
  };
  EXPECT_EQ(knee_by(1), 1e8) << "p90";
  EXPECT_LE(knee_by(2), 3e5) << "p99";
}

TEST(Saturation, DoesNotTakeTheBestOfThreeRuns) {
  u32 runs = 0;
  const auto measure = [&](double per_s) -> std::optional<LatencyFigures> {
    // Two of three runs at 200,000 wait too long.
    const bool slow = per_s >= 2e5 && runs++ % 3 != 1;
    return run_of(per_s, per_s, {slow ? 100'000 : 200});
  };
  const Saturation found =
      find_knee({.last_per_s = 2e5, .percentile = kPercentiles[0], .latency_limit = {}}, measure);
  EXPECT_LT(*found.knee_per_s, 2e5);
}

TEST(Saturation, KeepsTheWholeRunAtTheKnee) {
  const Saturation found = find_knee({}, Engine{1e6});
  EXPECT_EQ(found.at_knee.offered_per_s, found.knee_per_s);
}

TEST(Saturation, TellsAKneeFromTheEndOfItsSearch) {
  const Saturation found = find_knee(
      {.last_per_s = 5e5, .percentile = kPercentiles[2], .latency_limit = {}}, Engine{1e9});
  EXPECT_EQ(found.knee_per_s, 5e5);
  EXPECT_FALSE(found.knee_found);
  EXPECT_EQ(found.capacity_per_s, 5e5);
  EXPECT_EQ(found.steps.back().asked_per_s, 5e5);
  EXPECT_EQ(knee_text(found), "no knee up to 500,000 messages/s: p99 of due to book within 2.0 us");
  EXPECT_EQ(verdict_of(found.steps.back(), found), "");
}

TEST(Saturation, KneeAndCapacityDifferWhereWaitingComesBeforeFalling) {
  const Saturation found = find_knee({.latency_limit = Nanos{400}}, Engine{1e6});
  EXPECT_LE(*found.knee_per_s, 5e5);
  EXPECT_GE(*found.knee_per_s * kKneePrecision, 4.99e5);
  EXPECT_GT(*found.capacity_per_s, *found.knee_per_s);
}

TEST(Saturation, HasNoKneeWhereTheSlowestLoadIsTooMuch) {
  const Saturation too_fast = find_knee({}, Engine{5e4});
  EXPECT_FALSE(too_fast.knee_per_s || too_fast.capacity_per_s);
  EXPECT_NE(too_fast.why_invalid().find("--first"), std::string::npos);
  EXPECT_EQ(too_fast.steps.size(), 1U);

  const Saturation too_long = find_knee({.latency_limit = Nanos{100}}, Engine{1e6});
  EXPECT_FALSE(too_long.knee_per_s);
  EXPECT_EQ(too_long.capacity_per_s, 1e5);
  EXPECT_NE(too_long.why_invalid().find("--limit"), std::string::npos);
}

TEST(Saturation, DropsAreNotKeptUpWithHoweverShortTheRestWaited) {
  const auto measure = [](double per_s) -> std::optional<LatencyFigures> {
    LatencyFigures run = run_of(per_s, per_s, {200});
    run.dropped = per_s > 3e5 ? 1 : 0;
    return run;
  };
  const Saturation found = find_knee({}, measure);
  EXPECT_LE(*found.knee_per_s, 3e5);
  EXPECT_EQ(found.capacity_per_s, found.knee_per_s);
  EXPECT_EQ(verdict_of(found.steps.back(), found), "dropped 1");
}

TEST(Saturation, EndsAtWholeMessages) {
  for (const double capacity : {1.5, 2.5, 9.5}) {
    const auto measure = [&](double per_s) -> std::optional<LatencyFigures> {
      return run_of(per_s, std::min(per_s, capacity), {200});
    };
    const Saturation found = find_knee({.first_per_s = 1, .latency_limit = {}}, measure);
    EXPECT_EQ(found.knee_per_s, std::floor(capacity));
  }
}

TEST(Saturation, AShortStepThatIsHeldUpOnceIsTriedAgain) {
  u32 runs = 0;
  const auto measure = [&](double per_s) -> std::optional<LatencyFigures> {
    const bool held_up = per_s == 2e5 && runs++ == 0;
    LatencyFigures run = run_of(per_s, held_up ? 0.5 * per_s : per_s, {200});
    run.timed_span = {30'000'000};
    return run;
  };
  EXPECT_EQ(find_knee({1e5, 4e5, kPercentiles[1], {}}, measure).knee_per_s, 4e5);
}

TEST(Saturation, SaysWhyThereIsNothingToSearch) {
  const auto nothing_due = [](double) -> std::optional<LatencyFigures> { return LatencyFigures{}; };
  EXPECT_NE(find_knee({}, nothing_due).why_invalid().find("no message was due"), std::string::npos);
}

TEST(Saturation, EndsAtOnceWhenStopped) {
  u32 runs = 0;
  const auto measure = [&](double per_s) -> std::optional<LatencyFigures> {
    if (++runs == 6) return {};
    return run_of(per_s, per_s, {200});
  };
  const Saturation found = find_knee({}, measure);
  EXPECT_TRUE(found.interrupted);
  EXPECT_EQ(runs, 6U);
  EXPECT_FALSE(found.steps.empty());
  EXPECT_NE(found.why_invalid().find("stopped by a signal"), std::string::npos);
}

TEST(Saturation, StoppedWhileHalvingItKnowsTheKneeOnlyRoughly) {
  const auto measure = [](double per_s) -> std::optional<LatencyFigures> {
    const bool between = per_s > 4e5 && per_s < 8e5;
    if (between) return {};
    return run_of(per_s, std::min(per_s, 5e5), {200});
  };
  const Saturation found = find_knee({}, measure);
  EXPECT_TRUE(found.knee_found);
  EXPECT_FALSE(found.knee_settled());
  EXPECT_EQ(verdict_of(found.steps[2], found), "");
  EXPECT_EQ(knee_text(found),
            "knee somewhere from 400,000 to 800,000 messages/s: up to the first p90 of due to book "
            "within 2.0 us");
}

TEST(Saturation, StoppedEarlyItSpeaksOfWhatWasDone) {
  const auto measure = [](double per_s) -> std::optional<LatencyFigures> {
    if (per_s > 2e5) return {};
    return run_of(per_s, per_s, {200});
  };
  EXPECT_EQ(capacity_text(find_knee({}, measure)),
            "of the loads that were done every one was kept up with, the fastest of 200,000 "
            "messages/s");
}

SaturationResults results_of(Saturation found) {
  SaturationResults results;
  results.found = std::move(found);
  return results;
}

TEST(SaturationReport, MarksNoKneeWhereThereIsNone) {
  const std::string none =
      table_of(results_of(find_knee({.last_per_s = 5e5, .latency_limit = {}}, Engine{1e9})));
  const std::string one = table_of(results_of(find_knee({}, Engine{1e6})));
  EXPECT_EQ(none.find("500k knee"), std::string::npos) << none;
  EXPECT_NE(one.find("k knee"), std::string::npos) << one;
}

TEST(SaturationReport, PlotsEveryStepInItsPlace) {
  const std::string text = table_of(results_of(find_knee({}, Engine{1e6})));
  EXPECT_EQ(text.find("knee at "), text.find("knee"));
  // All events wait alike, so that p50 covers the others.
  EXPECT_NE(text.find("limit |...."), std::string::npos) << text;
  EXPECT_NE(text.find("100k"), std::string::npos);
  std::size_t widest = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    widest = std::max(widest, end - from);
    from = end + 1;
  }
  EXPECT_LE(widest, 132U) << text;
}

TEST(SaturationReport, OfOneStepIsAPlotOfOnePoint) {
  const std::string text = table_of(results_of(find_knee({}, Engine{5e4})));
  EXPECT_TRUE(text.starts_with("INVALID: ")) << text;
  EXPECT_NE(text.find("not kept up"), std::string::npos);
}

TEST(SaturationReport, NamesRatesAsPeopleDo) {
  EXPECT_EQ(rate_for_people(750), "750");
  EXPECT_EQ(rate_for_people(100'000), "100k");
  EXPECT_EQ(rate_for_people(1'131'371), "1.13M");
  EXPECT_EQ(rate_for_people(2e9), "2G");
  EXPECT_EQ(rate_for_people(999'999), "1M");
}

}  // namespace
}  // namespace tapedeck::tools
