// What --strategy takes, and what it says to the rest.
#include "strategies/registry.hpp"

#include <gtest/gtest.h>

#include "engine/core/error.hpp"

namespace tapedeck::strategies {
namespace {

using Texts = std::vector<std::string>;

std::string refusal_of(const Texts& texts) {
  try {
    (void)plans_of(texts);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "taken";
}

void expect_refused(const Texts& texts, const std::string& because) {
  const std::string refusal = refusal_of(texts);
  EXPECT_NE(refusal.find(because), std::string::npos) << refusal;
}

TEST(Registry, AnUnknownNameIsRefusedWithTheNearest) {
  expect_refused({"imbalence"}, "did you mean imbalance?");
  expect_refused({""}, "must be one of bars, bbo, imbalance, ofi, vwap");
}

TEST(Registry, AnUnknownKeyIsRefusedWithTheNearest) {
  expect_refused({"ofi:intervall=1s"}, "only interval; did you mean interval?");
  expect_refused({"bbo:levels=1"}, "bbo has no option 'levels', nor any other");
}

TEST(Registry, AValueOfAnotherKindIsRefusedBeforeAnythingRuns) {
  expect_refused({"ofi:interval=soon"}, "must be a duration above zero");
  expect_refused({"imbalance:levels=0"}, "must be a number from 1 to 1000");
  expect_refused({"imbalance:levels=1001"}, "must be a number from 1 to 1000");
}

TEST(Registry, OptionsThatAreNoPairsOrComeTwiceAreRefused) {
  expect_refused({"ofi:1s"}, "expected key=value");
  expect_refused({"ofi:"}, "expected key=value");
  expect_refused({"ofi:interval=1s,interval=2s"}, "interval is given twice");
}

TEST(Registry, TheSameTextTwiceIsRefused) {
  expect_refused({"bbo", "ofi", "bbo"}, "strategy bbo: is asked for twice");
}

TEST(Registry, ALabelIsTheNameUnlessTheNameIsUsedTwice) {
  const auto plans = plans_of({"ofi:interval=5s", "vwap", "bars:interval=1s", "bars"});
  Texts labels;
  for (const strategy::StrategyPlan& plan : plans) labels.push_back(plan.label);
  EXPECT_EQ(labels, (Texts{"ofi", "vwap", "bars:interval=1s", "bars"}));
  EXPECT_EQ(strategy::names_of(plans)[0], "ofi.total");
}

TEST(Registry, EveryPlanMakesAndCopiesWhatItsOutputsSay) {
  for (const StrategyKind& kind : all_kinds()) {
    const strategy::StrategyPlan plan = plan_of(all_kinds(), std::string{kind.name});
    const auto instance = plan.make(strategy::Context{});
    const auto copy = plan.copy(*instance);
    // One more than there may be, to see that it stays untouched.
    std::vector<double> values(plan.outputs.size() + 1, -77.0);
    copy->values(Nanos{0}, std::span{values}.first(plan.outputs.size()));
    EXPECT_EQ(std::ranges::count(values, -77.0), 1) << kind.name;
  }
}

}  // namespace
}  // namespace tapedeck::strategies
