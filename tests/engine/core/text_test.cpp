#include "engine/core/text.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace tapedeck {
namespace {

TEST(Nearest, OffersTheSlipAndNotAnotherWord) {
  const std::array<std::string, 3> flags{"--shards", "--symbols", "--json"};
  EXPECT_EQ(nearest("--shard", flags), "--shards");
  EXPECT_EQ(nearest("--jsno", flags), "--json");
  EXPECT_FALSE(nearest("--completely-different", flags));
  EXPECT_FALSE(nearest("--from", flags));
  EXPECT_EQ(nearest("--Json", flags), "--json");
}

}  // namespace
}  // namespace tapedeck
