// Which cores a list names, and how a wrong one is told.
#include "engine/system/pinning.hpp"

#include <gtest/gtest.h>

#include "engine/core/error.hpp"

namespace tapedeck::system {
namespace {

std::string refusal_of(const std::string& text) {
  try {
    (void)parse_pins(text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return {};
}

TEST(ParsePins, TakesWordsCoresAndRanges) {
  EXPECT_EQ(parse_pins("none").mode, PinPlan::Mode::none);
  EXPECT_EQ(parse_pins("auto").mode, PinPlan::Mode::automatic);
  const std::vector<int> ours = allowed_cores();
  const std::string first = std::to_string(ours.front());
  EXPECT_EQ(parse_pins(first).cores, std::vector{ours.front()});
  EXPECT_EQ(parse_pins(first + "," + first).cores, (std::vector{ours.front(), ours.front()}));
  EXPECT_EQ(parse_pins(first + "-" + first).cores, std::vector{ours.front()});
  if (ours.size() < 2 || ours[1] != ours[0] + 1) GTEST_SKIP() << "no two neighbouring cores";
  const std::string second = std::to_string(ours[1]);
  EXPECT_EQ(parse_pins(first + "-" + second).cores, (std::vector{ours[0], ours[1]}));
  EXPECT_NE(refusal_of(second + "-" + first).find("does not ascend"), std::string::npos);
}

TEST(ParsePins, RefusesWhatIsNoCoreOfOurs) {
  EXPECT_NE(refusal_of("x").find("'x' is no core number"), std::string::npos);
  EXPECT_NE(refusal_of("0-x").find("'x' is no core number"), std::string::npos);
  EXPECT_NE(refusal_of("0-1-2").find("'0-1-2' is no core number"), std::string::npos);
  EXPECT_NE(refusal_of("").find("is no core number"), std::string::npos);
  EXPECT_NE(refusal_of("100000").find("is not among those"), std::string::npos);
  EXPECT_NE(refusal_of("-1").find("is no core number"), std::string::npos);
}

TEST(AssignCores, GoesRoundAList) {
  const PinPlan plan{PinPlan::Mode::list, {3, 5}};
  const auto assigned = assign_cores(plan, 3);
  ASSERT_EQ(assigned.size(), 3U);
  EXPECT_EQ(assigned[0], 3);
  EXPECT_EQ(assigned[1], 5);
  EXPECT_EQ(assigned[2], 3);
  EXPECT_EQ(assign_cores({}, 2), (std::vector<std::optional<int>>(2)));
}

}  // namespace
}  // namespace tapedeck::system
