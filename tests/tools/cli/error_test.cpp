#include "tools/cli/error.hpp"

#include <gtest/gtest.h>

#include "engine/core/recording.hpp"

namespace tapedeck::tools {
namespace {

TEST(FlagsOfFields, AFieldsNameInBackquotesBecomesItsFlag) {
  EXPECT_EQ(with_flags("give `date`, or `snapshot_every` 1s"),
            "give --date, or --snapshot-every 1s");
}

TEST(FlagsOfFields, WhatIsNoFieldStaysAsItIs) {
  for (const char* text : {"", "no quote", "one ` quote", "`Day 1.itch` is no field", "``"}) {
    EXPECT_EQ(with_flags(text), text);
  }
  EXPECT_EQ(with_flags("`A.itch` and `date`"), "`A.itch` and --date");
  EXPECT_EQ(with_flags("`odd name`date`"), "`odd name--date");
}

TEST(FlagsOfFields, AnErrorNamesItsFieldAsAFlagAndThePathAsItIs) {
  EXPECT_EQ(with_flags(ConfigError{"snapshot_full", "both", "must be block or skip"}),
            "--snapshot-full both: must be block or skip");
  EXPECT_EQ(with_flags(ConfigError{"model", {}, "take fewer `venues`"}),
            "--model: take fewer --venues");
  EXPECT_EQ(with_flags(PathError{"date/day.itch", "cannot be opened"}),
            "date/day.itch: cannot be opened");
}

TEST(FlagsOfFields, DamageSaysFlagsInItsHint) {
  const Damage damage{.file = "day.itch",
                      .offset = 7,
                      .found = "a length of 0",
                      .expected = "a message",
                      .hint = "try `framing` type"};
  EXPECT_TRUE(with_flags(damage).ends_with("; try --framing type")) << with_flags(damage);
}

}  // namespace
}  // namespace tapedeck::tools
