// When a latency run's figures count: what is missing from them would have been the slowest.
#include "tools/lab/latency_figures.hpp"

#include <gtest/gtest.h>

namespace tapedeck::tools {
namespace {

LatencyFigures kept_up() {
  LatencyFigures run;
  run.messages = 1'000;
  run.offered_per_s = run.achieved_per_s = 1'000;
  run.spans.record({.due = {0}, .ingress = {0}, .dequeued = {0}, .booked = {100}});
  return run;
}

TEST(LatencyFigures, CountWhenTheLoadWasKeptUpWith) {
  LatencyFigures run = kept_up();
  EXPECT_EQ(run.why_invalid(), "");
  run.achieved_per_s = 990;
  EXPECT_EQ(run.why_invalid(), "");
  run.achieved_per_s = 989;
  EXPECT_EQ(run.why_invalid(),
            "the load was not kept up with: 989 messages/s achieved of 1000 offered");
}

TEST(LatencyFigures, DoNotCountWhenTheRunWasGivenUpHoweverGoodTheRateBeforeThat) {
  LatencyFigures run = kept_up();
  run.overdue = true;
  EXPECT_NE(run.why_invalid().find("given up"), std::string::npos);
}

TEST(LatencyFigures, DoNotCountWhenAnythingWasDropped) {
  LatencyFigures run = kept_up();
  run.dropped = 1;
  EXPECT_NE(run.why_invalid().find("1 event was dropped"), std::string::npos);
}

TEST(LatencyFigures, OfNothingDoNotCount) {
  LatencyFigures run = kept_up();
  run.messages = 0;
  EXPECT_NE(run.why_invalid(), "");
  run = kept_up();
  run.offered_per_s = run.achieved_per_s = 0;
  EXPECT_NE(run.why_invalid(), "");
}

TEST(LatencyFigures, DoNotCountWhenNoBookTookAnyEventThatWasSampled) {
  LatencyFigures run = kept_up();
  run.spans = {};
  EXPECT_NE(run.why_invalid().find("there are no times"), std::string::npos);
}

}  // namespace
}  // namespace tapedeck::tools
