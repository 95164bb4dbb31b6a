// An output has its name when it is whole, and nobody finds part of it there.
#include "engine/output/output_place.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/pipe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::output {
namespace {

namespace fs = std::filesystem;

class OutputPlaces : public ::testing::Test {
 protected:
  static void write(const output::OutputPlace& place, const std::string& content) {
    std::ofstream{place.written_to(), std::ios::binary} << content;
  }
  [[nodiscard]] std::size_t files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& each : fs::directory_iterator{folder_.path("")}) ++count;
    return count;
  }

  test::TemporaryFolder folder_{"output-place"};
  std::string path_ = folder_.path("out.csv");
};

TEST_F(OutputPlaces, HaveNothingUnderTheirNameUntilTheyAreWhole) {
  output::OutputPlace place{path_};
  write(place, "whole");
  EXPECT_FALSE(fs::exists(path_));
  place.keep();
  EXPECT_EQ(test::file_content(path_), "whole");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputPlaces, LeaveWhatLayThereWhenTheyAreNotKept) {
  folder_.write("out.csv", "before");
  {
    const output::OutputPlace place{path_};
    write(place, "half");
  }
  EXPECT_EQ(test::file_content(path_), "before");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputPlaces, KeepTheRightsOfWhatLayThere) {
  folder_.write("out.csv", "before");
  ASSERT_EQ(::chmod(path_.c_str(), 0600), 0);
  output::OutputPlace place{path_};
  write(place, "after");
  place.keep();
  struct stat now {};
  ASSERT_EQ(::stat(path_.c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777U, 0600U);
}

TEST_F(OutputPlaces, ReplaceWhatALinkLeadsToAndNotTheLink) {
  folder_.write("there.csv", "before");
  fs::create_symlink(folder_.path("there.csv"), path_);
  output::OutputPlace place{path_};
  write(place, "after");
  place.keep();
  EXPECT_TRUE(fs::is_symlink(path_));
  EXPECT_EQ(test::file_content(folder_.path("there.csv")), "after");
}

// In a folder that others write to, somebody may guess the name of a part.
TEST_F(OutputPlaces, AreNotWrittenWhereAPlantedLinkLeads) {
  const std::string others = folder_.write("others", "not ours");
  const std::string guessed = folder_.path(".out.csv.part-" + std::to_string(::getpid()));
  fs::create_symlink(others, guessed);
  output::OutputPlace place{path_};
  EXPECT_NE(place.written_to(), guessed);
  write(place, "ours");
  place.keep();
  EXPECT_EQ(test::file_content(others), "not ours");
  EXPECT_EQ(test::file_content(path_), "ours");
}

TEST_F(OutputPlaces, AreWrittenWhereTheyAreWhenTheyAreNoFiles) {
  const std::string pipe = test::made_pipe(folder_.path("pipe"));
  EXPECT_EQ(output::OutputPlace{pipe}.written_to(), pipe);
  EXPECT_EQ(output::OutputPlace{"/dev/null"}.written_to(), "/dev/null");
  EXPECT_EQ((output::OutputPlace{path_, false}.written_to()), path_);
}

TEST_F(OutputPlaces, SayWhereTheyAreWhenTheyCannotTakeTheirName) {
  output::OutputPlace place{path_};
  write(place, "whole");
  const std::string part = place.written_to();
  fs::create_directory(path_);
  folder_.write("out.csv/inside", "a folder that is not empty is not replaced");
  try {
    place.keep();
    FAIL() << "it was replaced";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("is whole, in " + part), std::string::npos)
        << error.what();
  }
  EXPECT_EQ(test::file_content(part), "whole");
}

// Memory can run out where no exception may pass: then no destructor runs, and what other threads
// were writing would stay beside the outputs for good.
TEST_F(OutputPlaces, LeaveNothingWhenTheProcessEndsWithoutDestructors) {
  folder_.write("kept.csv", "before");
  const auto end_at_once = [this] {
    const output::OutputPlace first{path_};
    auto closed = std::make_unique<output::OutputPlace>(folder_.path("closed.csv"));
    output::OutputPlace kept{folder_.path("kept.csv")};
    const output::OutputPlace last{folder_.path("last.csv")};
    write(first, "half");
    write(last, "half");
    write(kept, "whole");
    closed.reset();
    kept.keep();
    output::OutputPlace::abandon_all();
    std::_Exit(0);
  };
  EXPECT_EXIT(end_at_once(), ::testing::ExitedWithCode(0), "");
  EXPECT_EQ(test::file_content(folder_.path("kept.csv")), "whole");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputPlaces, OfTextAreWrittenAtOnce) {
  output::OutputFile file{path_};
  file.text() << "a," << 1 << "\n";
  file.close();
  EXPECT_EQ(test::file_content(path_), "a,1\n");
  output::OutputFile full{"/dev/full"};
  full.text() << "a";
  EXPECT_THROW(full.close(), std::runtime_error);
}

}  // namespace
}  // namespace tapedeck::output
