// What is appended arrives whole and in order, whoever reads; what does not is counted, and nobody
// who will not read can hold up the end.
#include "engine/output/async_file.hpp"

#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::output {
namespace {

// More than all chunks and a pipe hold together.
constexpr std::size_t kMuch = 2 * output::AsyncFile::kChunks * output::AsyncFile::kChunkBytes;

std::string noise(std::size_t size) {
  Random random{7};
  std::string text;
  while (text.size() < size) text += std::to_string(random.next());
  text.resize(size);
  return text;
}

class AsyncFiles : public ::testing::Test {
 protected:
  AsyncFiles() { std::signal(SIGPIPE, SIG_IGN); }  // as main() does

  // In pieces of many lengths.
  static void append(output::AsyncFile& file, std::string_view text) {
    Random random{11};
    while (!text.empty()) {
      const std::size_t size = std::min<std::size_t>(text.size(), 1 + random.below(100'000));
      file.append(as_bytes_of(text.substr(0, size)));
      text.remove_prefix(size);
    }
  }
  static std::string error_of_closing(output::AsyncFile& file) {
    try {
      file.close();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return {};
  }
  static bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  test::TemporaryFolder folder_{"background-file"};
  thread::StopFlag stop_;
};

TEST_F(AsyncFiles, AFileHoldsWhatWasAppendedAndNothingOfBefore) {
  const std::string path = folder_.write("a.csv", std::string(100, 'x'));
  output::AsyncFile file{path, stop_};
  append(file, "a,b\n1,2\n");
  file.close();
  EXPECT_EQ(test::file_content(path), "a,b\n1,2\n");
}

TEST_F(AsyncFiles, MoreThanAllChunksHoldArrivesInOrder) {
  const std::string path = folder_.path("a.csv");
  const std::string text = noise(kMuch + 12'345);
  output::AsyncFile file{path, stop_};
  append(file, text);
  file.close();
  EXPECT_TRUE(test::file_content(path) == text);
}

TEST_F(AsyncFiles, ASlowReaderGetsEveryByte) {
  const std::string path = test::made_pipe(folder_.path("pipe"));
  const std::string text = noise(kMuch);
  output::AsyncFile file{path, stop_};  // before anybody reads
  test::PipeReader reader{path, {.piece = 30'000, .pause_us = std::chrono::microseconds{300}}};
  append(file, text);
  file.close();
  EXPECT_TRUE(reader.content() == text);
}

TEST_F(AsyncFiles, WhatIsFlushedArrivesWhileTheFileIsStillOpen) {
  const std::string path = test::made_pipe(folder_.path("pipe"));
  test::PipeReader reader{path, {.at_most = 5}};
  output::AsyncFile file{path, stop_};
  append(file, "early");
  file.flush();
  EXPECT_EQ(reader.content(), "early");
  append(file, ", and what nobody reads");
  EXPECT_TRUE(contains(error_of_closing(file), "23 of 28 bytes were not written"));
}

TEST_F(AsyncFiles, AFullDiskIsToldWithWhatWasNotWritten) {
  output::AsyncFile file{"/dev/full", stop_};
  append(file, noise(kMuch));
  EXPECT_EQ(error_of_closing(file),
            "/dev/full: No space left on device; 4,194,304 of 4,194,304 bytes were not written");
}

TEST_F(AsyncFiles, AReaderThatGoesAwayIsToldAndHoldsNobodyUp) {
  const std::string path = test::made_pipe(folder_.path("pipe"));
  output::AsyncFile file{path, stop_};
  test::PipeReader reader{path, {.at_most = 10}};
  append(file, noise(kMuch));
  const std::string error = error_of_closing(file);
  EXPECT_TRUE(contains(error, path + ": Broken pipe; ")) << error;
  EXPECT_TRUE(contains(error, " of 4,194,304 bytes were not written")) << error;
}

TEST_F(AsyncFiles, APipeThatNobodyOpensIsGivenUpAfterAStop) {
  const std::string path = test::made_pipe(folder_.path("pipe"));
  output::AsyncFile file{path, stop_};
  stop_.request();
  append(file, noise(kMuch));
  const std::string error = error_of_closing(file);
  EXPECT_TRUE(contains(error, "nobody has opened this pipe")) << error;
  EXPECT_TRUE(contains(error, "4,194,304 of 4,194,304 bytes were not written")) << error;
}

TEST_F(AsyncFiles, APipeThatIsOpenAndNotReadIsGivenUpAfterAStop) {
  const std::string path = test::made_pipe(folder_.path("pipe"));
  const int idle = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  output::AsyncFile file{path, stop_};
  stop_.request();
  append(file, noise(kMuch));
  const std::string error = error_of_closing(file);
  EXPECT_TRUE(contains(error, "its reader took nothing more after the stop")) << error;
  ::close(idle);
}

TEST_F(AsyncFiles, OneThatIsNeverClosedDoesNotWaitForAReader) {
  const std::string path = test::made_pipe(folder_.path("pipe"));
  {
    output::AsyncFile file{path, stop_};
    append(file, "nobody will read this");
  }
  EXPECT_TRUE(std::filesystem::is_fifo(path)) << "and the pipe is still one";
}

TEST_F(AsyncFiles, WhatCannotBeOpenedIsAUsageError) {
  EXPECT_THROW((output::AsyncFile{folder_.path(""), stop_}), ConfigError);
  EXPECT_THROW((output::AsyncFile{folder_.path("no/such/folder.csv"), stop_}), ConfigError);
}

}  // namespace
}  // namespace tapedeck::output
