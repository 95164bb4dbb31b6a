// When a latency run's figures count: what is missing from them would have been the slowest.
#include "tools/latency_results.hpp"

#include <gtest/gtest.h>

namespace tapedeck::tools {
namespace {

LatencyResults kept_up() {
  LatencyResults results;
  results.run.messages = 1'000;
  results.run.offered_per_s = results.run.achieved_per_s = 1'000;
  return results;
}

TEST(LatencyResults, CountWhenTheLoadWasKeptUpWith) {
  LatencyResults results = kept_up();
  EXPECT_EQ(results.why_invalid(), "");
  results.run.achieved_per_s = 990;
  EXPECT_EQ(results.why_invalid(), "");
  results.run.achieved_per_s = 989;
  EXPECT_EQ(results.why_invalid(),
            "the load was not kept up with: 989 messages/s achieved of 1000 offered");
}

TEST(LatencyResults, DoNotCountWhenTheRunWasGivenUpHoweverGoodTheRateBeforeThat) {
  LatencyResults results = kept_up();
  results.run.overdue = true;
  EXPECT_NE(results.why_invalid().find("given up"), std::string::npos);
}

TEST(LatencyResults, DoNotCountWhenAnythingWasDropped) {
  LatencyResults results = kept_up();
  results.run.dropped = 1;
  EXPECT_NE(results.why_invalid().find("1 events were dropped"), std::string::npos);
}

TEST(LatencyResults, OfNothingDoNotCount) {
  LatencyResults results = kept_up();
  results.run.messages = 0;
  EXPECT_NE(results.why_invalid(), "");
  results = kept_up();
  results.run.offered_per_s = results.run.achieved_per_s = 0;
  EXPECT_NE(results.why_invalid(), "");
}

}  // namespace
}  // namespace tapedeck::tools
