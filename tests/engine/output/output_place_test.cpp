// An output takes its name when it is whole, and has one writer at a time.
#include "engine/output/output_place.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/core/error.hpp"
#include "engine/output/write_all.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::output {
namespace {

namespace fs = std::filesystem;

class OutputPlaces : public ::testing::Test {
 protected:
  static void write(const OutputPlace& place, std::string_view content) {
    ASSERT_TRUE(write_all(place.file(), as_bytes_of(content)));
  }
  [[nodiscard]] std::size_t files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& each : fs::directory_iterator{folder_.path("")}) ++count;
    return count;
  }
  static void expect_refused(const std::string& path, const std::string& because,
                             Existing existing = Existing::replaced) {
    try {
      const OutputPlace place{path, existing};
      FAIL() << path << " was not refused";
    } catch (const PathError& error) {
      EXPECT_NE(std::string{error.what()}.find(because), std::string::npos) << error.what();
    }
  }
  [[nodiscard]] std::string content() const { return test::file_content(path_); }

  test::TemporaryFolder folder_{"output-place"};
  std::string path_ = folder_.path("out.csv");
  std::string part_ = folder_.path(".out.csv.part-1");
};

TEST_F(OutputPlaces, HaveNothingUnderTheirNameUntilTheyAreWhole) {
  OutputPlace place{path_};
  write(place, "whole");
  EXPECT_FALSE(fs::exists(path_));
  EXPECT_EQ(test::file_content(part_), "whole");
  sync_and_keep(place);
  EXPECT_EQ(content(), "whole");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputPlaces, LeaveWhatLayThereWhenTheyAreNotKept) {
  folder_.write("out.csv", "before");
  {
    const OutputPlace place{path_};
    write(place, "half");
  }
  EXPECT_EQ(content(), "before");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputPlaces, OfRecordingsReplaceNothing) {
  folder_.write("out.csv", "before");
  expect_refused(path_, "`force`", Existing::kept);
  fs::remove(path_);
  OutputPlace place{path_, Existing::kept};
  write(place, "whole");
  folder_.write("out.csv", "came meanwhile");
  EXPECT_THROW(sync_and_keep(place), std::runtime_error);
  EXPECT_EQ(content(), "came meanwhile");
}

TEST_F(OutputPlaces, HaveOneWriterAtATime) {
  {
    const OutputPlace first{path_};
    expect_refused(path_, "is being written by another process");
    EXPECT_TRUE(fs::exists(part_)) << "the first writer's";
  }
  OutputPlace first{path_};
  ASSERT_TRUE(first.show());
  expect_refused(path_, "is being written by another process");
  write(first, "whole");
  sync_and_keep(first);
  expect_refused(path_, "is being written by another process");
  EXPECT_EQ(content(), "whole");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputPlaces, ReplaceTheTemporaryFileOfAKilledProcess) {
  const pid_t child = ::fork();
  if (child == 0) {
    const OutputPlace place{path_};
    (void)write_all(place.file(), as_bytes_of(std::string_view{"half"}));
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(test::file_content(part_), "half");
  OutputPlace place{path_};
  write(place, "whole");
  sync_and_keep(place);
  EXPECT_EQ(content(), "whole");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputPlaces, KeepTheRightsOfWhatLayThere) {
  folder_.write("out.csv", "before");
  ASSERT_EQ(::chmod(path_.c_str(), 0640), 0);
  OutputPlace place{path_};
  struct stat now {};
  ASSERT_EQ(::stat(part_.c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777U, 0640U) << "also while it is written";
  write(place, "after");
  sync_and_keep(place);
  ASSERT_EQ(::stat(path_.c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777U, 0640U);
}

TEST_F(OutputPlaces, ThatAreNewHaveTheModeOfTheUmask) {
  const mode_t before = ::umask(027);
  OutputPlace place{path_};
  ::umask(before);
  sync_and_keep(place);
  struct stat now {};
  ASSERT_EQ(::stat(path_.c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777U, 0640U);
}

TEST_F(OutputPlaces, ReplaceWhatALinkLeadsToAndNotTheLink) {
  fs::create_directory(folder_.path("sub"));
  folder_.write("sub/there.csv", "before");
  fs::create_symlink("sub/there.csv", path_);
  OutputPlace place{path_};
  write(place, "after");
  sync_and_keep(place);
  EXPECT_TRUE(fs::is_symlink(path_));
  EXPECT_EQ(test::file_content(folder_.path("sub/there.csv")), "after");
}

TEST_F(OutputPlaces, MakeWhatALinkToNothingLeadsTo) {
  fs::create_symlink("there.csv", path_);
  OutputPlace place{path_};
  write(place, "new");
  sync_and_keep(place);
  EXPECT_TRUE(fs::is_symlink(path_));
  EXPECT_EQ(test::file_content(folder_.path("there.csv")), "new");
}

TEST_F(OutputPlaces, LinksThatGoInACircleAreRefused) {
  fs::create_symlink("b.csv", path_);
  fs::create_symlink("out.csv", folder_.path("b.csv"));
  expect_refused(path_, "Too many levels of symbolic links");
}

// In a folder that others write to, somebody may put a link where an output is expected.
TEST_F(OutputPlaces, DoNotFollowAnothersLinkOutOfASharedFolder) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can make a link of another user";
  const std::string shared = folder_.path("shared");
  const std::string precious = folder_.write("precious.csv", "not ours");
  fs::create_directory(shared);
  ASSERT_EQ(::chmod(shared.c_str(), 01777), 0);
  fs::create_symlink(precious, shared + "/out.csv");
  fs::create_symlink(folder_.path(""), shared + "/folder");
  EXPECT_NO_THROW(OutputPlace{shared + "/out.csv"}) << "a link of our own";
  for (const char* link : {"/out.csv", "/folder"}) {
    ASSERT_EQ(::lchown((shared + link).c_str(), 12'345, 12'345), 0);
  }
  expect_refused(shared + "/out.csv", "a link of another user");
  expect_refused(shared + "/folder/precious.csv", "a link of another user");
  ASSERT_EQ(::chmod(shared.c_str(), 0755), 0);
  EXPECT_NO_THROW(OutputPlace{shared + "/out.csv"}) << "the folder is not shared";
  EXPECT_EQ(test::file_content(precious), "not ours");
}

// There, somebody may also guess the name of a temporary file.
TEST_F(OutputPlaces, AreNotWrittenWhereAPlantedLinkLeads) {
  const std::string others = folder_.write("others", "not ours");
  fs::create_symlink(others, part_);
  fs::create_hard_link(others, folder_.path(".out.csv.part-2"));
  OutputPlace place{path_};
  write(place, "ours");
  sync_and_keep(place);
  EXPECT_EQ(test::file_content(others), "not ours");
  EXPECT_EQ(content(), "ours");
  EXPECT_TRUE(fs::is_symlink(part_)) << "and the link stays";
}

TEST_F(OutputPlaces, AreWrittenWhereTheyAreWhenTheyAreNoFiles) {
  const std::string pipe = test::made_pipe(folder_.path("pipe"));
  for (const std::string& path : {pipe, std::string{"/dev/null"}}) {
    const OutputPlace first{path};
    EXPECT_TRUE(first.is_direct()) << path;
    EXPECT_NO_THROW(OutputPlace{path}) << path << " may have many writers";
  }
  EXPECT_TRUE(fs::is_fifo(pipe));
}

// What a shell has opened has no name to take, and its position is the shell's.
TEST_F(OutputPlaces, ThatAreDescriptorsAreWrittenFromTheirPosition) {
  folder_.write("out.csv", "before ");
  const int open = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  {
    OutputPlace place{"/dev/fd/" + std::to_string(open)};
    EXPECT_TRUE(place.is_direct());
    write(place, "after");
    sync_and_keep(place);
  }
  EXPECT_EQ(::close(open), 0) << "the shell's own stays open";
  EXPECT_EQ(content(), "before after");
  expect_refused("/dev/fd/1000", "cannot be written");
}

TEST_F(OutputPlaces, ThatCannotBeAreRefusedAndLeaveNothing) {
  expect_refused(folder_.path(""), "is a folder");
  expect_refused(folder_.path("none/out.csv"), "No such file or directory");
  expect_refused("", "No such file or directory");
  folder_.write("file", "");
  expect_refused(folder_.path("file/out.csv"), "Not a directory");
  expect_refused(folder_.path(std::string(300, 'x')), "File name too long");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputPlaces, ThatAreFollowedHaveTheirNameFromTheBeginning) {
  {
    OutputPlace place{path_};
    ASSERT_TRUE(place.show());
    write(place, "header");
    EXPECT_EQ(content(), "header");
    EXPECT_EQ(files(), 1U);
  }
  EXPECT_EQ(files(), 0U) << "it was not settled, so it is worth nothing";
  {
    OutputPlace place{path_};
    ASSERT_TRUE(place.show());
    ASSERT_TRUE(place.settle());
    write(place, "some");
  }
  EXPECT_EQ(content(), "some") << "it is not whole, but stays";
}

TEST_F(OutputPlaces, ThatAreFollowedLeaveAnEarlierFileUntilTheyAreSettled) {
  folder_.write("out.csv", "before");
  for (const bool settles : {false, true}) {
    OutputPlace place{path_};
    ASSERT_TRUE(place.show());
    write(place, "header");
    EXPECT_EQ(content(), "before");
    if (!settles) continue;
    ASSERT_TRUE(place.settle());
    write(place, " and more");
  }
  EXPECT_EQ(content(), "header and more");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputPlaces, SayWhereTheyAreWhenTheyCannotTakeTheirName) {
  {
    OutputPlace place{path_};
    write(place, "whole");
    fs::create_directory(path_);
    folder_.write("out.csv/inside", "a folder that is not empty is not replaced");
    try {
      sync_and_keep(place);
      FAIL() << "it was replaced";
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string{error.what()}.find("is whole, in " + part_), std::string::npos)
          << error.what();
    }
  }
  EXPECT_EQ(test::file_content(part_), "whole");
}

// Memory can run out where no exception may pass: then no destructor runs, and what other threads
// were writing would stay beside the outputs for good.
TEST_F(OutputPlaces, LeaveNothingWhenTheProcessEndsWithoutDestructors) {
  folder_.write("kept.csv", "before");
  const auto end_at_once = [this] {
    const OutputPlace first{path_};
    auto closed = std::make_unique<OutputPlace>(folder_.path("closed.csv"));
    OutputPlace kept{folder_.path("kept.csv")};
    OutputPlace shown{folder_.path("shown.tape")};
    const OutputPlace last{folder_.path("last.csv")};
    const bool was_shown = shown.show();
    write(first, "half");
    write(last, "half");
    write(kept, "whole");
    closed.reset();
    sync_and_keep(kept);
    OutputPlace::abandon_all();
    std::_Exit(was_shown ? 0 : 1);
  };
  EXPECT_EXIT(end_at_once(), ::testing::ExitedWithCode(0), "");
  EXPECT_EQ(test::file_content(folder_.path("kept.csv")), "whole");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputPlaces, OfTextAreWrittenAtOnce) {
  OutputFile file{path_};
  file.text() << "a," << 1 << "\n";
  file.close();
  EXPECT_EQ(content(), "a,1\n");
  OutputFile full{"/dev/full"};
  full.text() << "a";
  EXPECT_THROW(full.close(), std::runtime_error);
}

TEST_F(OutputPlaces, OfOneFileAreKnownByWhateverPath) {
  folder_.write("out.csv", "");
  fs::create_hard_link(path_, folder_.path("hard.csv"));
  fs::create_symlink("out.csv", folder_.path("link.csv"));
  fs::create_symlink("none.csv", folder_.path("dangling.csv"));
  const auto identity = [this](const std::string& name) {
    return identity_of(output_target(folder_.path(name)));
  };
  EXPECT_EQ(identity("out.csv"), identity("hard.csv"));
  EXPECT_EQ(identity("out.csv"), identity("link.csv"));
  EXPECT_EQ(identity("none.csv"), identity("dangling.csv"));
  EXPECT_EQ(identity("none.csv"), identity("./none.csv"));
  EXPECT_NE(identity("out.csv"), identity("none.csv"));
  EXPECT_FALSE(identity_of(output_target("/dev/null")));
}

}  // namespace
}  // namespace tapedeck::output
