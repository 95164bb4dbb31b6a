// The environment chooses the seeds, so that a run by night goes through others and more.
#include "tests/support/seeds.hpp"

#include <gtest/gtest.h>

namespace tapedeck::test {
namespace {

// A variable of the environment, given another value for a while.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value, 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (before_.empty()) {
      ::unsetenv(name_);
    } else {
      ::setenv(name_, before_.c_str(), 1);
    }
  }

 private:
  const char* name_;
  std::string before_;
};

TEST(Seeds, BeginWithOneUnlessTheEnvironmentSaysOtherwise) {
  const Variable first{"TAPEDECK_FIRST_SEED", ""};
  const Variable times{"TAPEDECK_TIMES_SEEDS", ""};
  EXPECT_EQ(seeds(3), (std::vector<u64>{1, 2, 3}));
}

TEST(Seeds, AreOthersAndMoreWhereTheEnvironmentSaysSo) {
  const Variable first{"TAPEDECK_FIRST_SEED", "100"};
  const Variable times{"TAPEDECK_TIMES_SEEDS", "2"};
  EXPECT_EQ(seeds(2), (std::vector<u64>{100, 101, 102, 103}));
}

}  // namespace
}  // namespace tapedeck::test
