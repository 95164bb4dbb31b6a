// Death tests of what callers promise: code that breaks a promise stops where asserts are compiled
// in. Files with such tests are empty where NDEBUG is defined.
#pragma once

#include <gtest/gtest.h>

namespace tapedeck::test {

class ContractTest : public ::testing::Test {
 protected:
  // Each case starts its program anew, because a fork of a process with threads could hang.
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

}  // namespace tapedeck::test
