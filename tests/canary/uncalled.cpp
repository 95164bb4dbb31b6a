// One function that runs and one that nothing calls: tools/checks/coverage must tell them apart.
#include <gtest/gtest.h>

namespace {

int called() {
  return 1;
}

[[gnu::used]] int uncalled() {
  return 2;
}

TEST(Coverage, HasAFunctionThatRunsAndOneThatDoesNot) {
  EXPECT_EQ(called(), 1);
}

}  // namespace
