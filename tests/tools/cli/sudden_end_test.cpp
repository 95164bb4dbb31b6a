// Ends of the process that run no destructors, and still leave no part of an output behind.
#include <csignal>
#include <filesystem>
#include <new>

#include <gtest/gtest.h>

#include "engine/output/output_place.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/cli/activity.hpp"
#include "tools/cli/signals.hpp"

namespace tapedeck::tools {
namespace {

template <typename Error>
void throw_it() {
  throw Error{};
}

class SuddenEndDeathTest : public ::testing::Test {
 protected:
  test::TemporaryFolder folder_{"sudden-end"};
  std::string path_ = folder_.path("out.csv");
};

TEST_F(SuddenEndDeathTest, OfASecondSignalLeavesNoPart) {
  const auto end = [this] {
    const output::OutputPlace place{path_};
    end_process_after(SIGINT);
  };
  EXPECT_EXIT(end(), ::testing::ExitedWithCode(128 + SIGINT), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path("")));
}

TEST_F(SuddenEndDeathTest, OfMemoryThatRunsOutWhereNoExceptionPassesLeavesNoPart) {
  const auto end = [this] {
    const output::OutputPlace place{path_};
    const Activity activity{"testing"};
    end_quietly_out_of_memory();
    []() noexcept { throw_it<std::bad_alloc>(); }();
  };
  EXPECT_EXIT(end(), ::testing::ExitedWithCode(1), "memory ran out while testing");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path("")));
}

TEST_F(SuddenEndDeathTest, OfADefectLeavesNoPart) {
  const auto end = [this] {
    const output::OutputPlace place{path_};
    end_quietly_out_of_memory();
    []() noexcept { throw_it<int>(); }();
  };
  EXPECT_EXIT(end(), ::testing::KilledBySignal(SIGABRT), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path("")));
}

}  // namespace
}  // namespace tapedeck::tools
