#include "feeds/common/byte_source.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/error.hpp"
#include "engine/core/memory.hpp"
#include "engine/core/random.hpp"
#include "tests/support/compress.hpp"
#include "tests/support/pipe.hpp"

namespace tapedeck::feeds {
namespace {

class ByteSourceTest : public ::testing::Test {
 protected:
  ByteSourceTest() {
    folder_ =
        std::filesystem::temp_directory_path() / ("tapedeck-bytes-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  ~ByteSourceTest() override { std::filesystem::remove_all(folder_); }

  static std::string text_of(std::size_t size) {
    Random random{7};
    std::string text(size, ' ');
    for (char& c : text) c = static_cast<char>('a' + random.below(26));
    return text;
  }
  std::string write(const std::string& name, const std::string& content) {
    const auto path = (folder_ / name).string();
    std::ofstream{path, std::ios::binary} << content;
    return path;
  }
  // Takes the whole content in uneven steps.
  static std::string drain(ByteSource& source) {
    std::string all;
    Random random{3};
    while (true) {
      const Bytes window = source.window();
      if (window.empty()) {
        if (source.fill() != Fill::more) return all;
        continue;
      }
      const std::size_t count = 1 + random.below(window.size());
      all.append(reinterpret_cast<const char*>(window.data()), count);
      source.consume(count);
    }
  }

  std::filesystem::path folder_;
};

TEST_F(ByteSourceTest, RawGzipAndZstdGiveTheSameContent) {
  const std::string text = text_of(5'000'000);
  for (const auto& content : {text, test::gzip(text), test::zstd(text)}) {
    const auto source = open_source(write("file", content));
    EXPECT_EQ(drain(*source), text);
    EXPECT_FALSE(source->damage());
    EXPECT_EQ(source->offset(), text.size());
    EXPECT_EQ(source->raw_bytes_read(), content.size());
  }
}

TEST_F(ByteSourceTest, ContentIsMovedOrShownInAnyTurnWithoutALossOrACopyTooMany) {
  const std::string text = text_of(1'500'000);
  for (const auto& content : {text, test::gzip(text)}) {
    const auto source = open_source(write("file", content));
    Random random{11};
    std::string all;
    std::vector<std::byte> room(100'000);
    for (Fill last = Fill::more; last == Fill::more;) {
      EXPECT_EQ(source->offset(), all.size());
      if (random.chance(0.5)) {
        std::size_t moved = 0;
        last = source->move_to(std::span{room}.first(1 + random.below(room.size())), moved);
        EXPECT_EQ(last == Fill::more, moved > 0);
        all.append(reinterpret_cast<const char*>(room.data()), moved);
        continue;
      }
      if (random.chance(0.5) && source->window().size() < kMaxWindow) last = source->fill();
      const Bytes window = source->window();
      const std::size_t count = random.below(window.size() + 1);
      all.append(reinterpret_cast<const char*>(window.data()), count);
      source->consume(count);
    }
    all += drain(*source);
    EXPECT_TRUE(all == text) << all.size();
    EXPECT_FALSE(source->damage());
    std::size_t moved = 7;
    EXPECT_EQ(source->move_to(room, moved), Fill::end);
    EXPECT_EQ(moved, 0U);
  }
}

TEST_F(ByteSourceTest, AFileThatIsCutWhileItIsMovedIsDamage) {
  const std::string path = write("cut", text_of(300'000));
  const auto source = open_source(path);
  std::filesystem::resize_file(path, 100'000);
  std::vector<std::byte> room(1'000'000);
  std::size_t moved = 0;
  u64 all = 0;
  Fill last = Fill::more;
  while ((last = source->move_to(room, moved)) == Fill::more) all += moved;
  EXPECT_EQ(last, Fill::damaged);
  EXPECT_EQ(all, 100'000U);
  ASSERT_TRUE(source->damage());
  EXPECT_EQ(source->damage()->offset, 100'000U);
}

TEST_F(ByteSourceTest, MembersAndFramesOneAfterAnotherAreOneContent) {
  const std::string text = text_of(100'000);
  EXPECT_EQ(drain(*open_source(write("a", test::gzip(text) + test::gzip(text)))), text + text);
  EXPECT_EQ(drain(*open_source(write("b", test::zstd(text) + test::zstd(text)))), text + text);
}

// gzip(1): zeros behind a member are padding, as of a tape's blocks, and `gzip -t` only warns.
// Python's gzip module reads a further member behind them.
TEST_F(ByteSourceTest, ZerosBehindAGzipMemberArePadding) {
  const std::string text = text_of(100'000);
  const std::string member = test::gzip(text);
  for (const std::size_t zeros : {1U, 511U, 700'000U}) {
    const std::string padding(zeros, '\0');
    const auto padded = open_source(write("padded", member + padding));
    EXPECT_EQ(drain(*padded), text) << zeros;
    EXPECT_FALSE(padded->damage()) << zeros;
    const auto two = open_source(write("two", member + padding + member));
    EXPECT_EQ(drain(*two), text + text) << zeros;
    EXPECT_FALSE(two->damage()) << zeros;
    const auto garbage = open_source(write("garbage", member + padding + "x"));
    EXPECT_EQ(drain(*garbage), text) << zeros;
    EXPECT_TRUE(garbage->damage()) << zeros;
  }
}

TEST_F(ByteSourceTest, CompressedDataCutShortIsDamageAfterWhatWasReadable) {
  const std::string text = text_of(300'000);
  for (const auto& whole : {test::gzip(text), test::zstd(text)}) {
    const auto source = open_source(write("cut", whole.substr(0, whole.size() * 3 / 4)));
    const std::string got = drain(*source);
    EXPECT_EQ(got, text.substr(0, got.size()));
    ASSERT_TRUE(source->damage());
    EXPECT_EQ(source->damage()->offset, got.size());
    EXPECT_NE(source->damage()->message().find("end of the file inside"), std::string::npos);
  }
}

TEST_F(ByteSourceTest, AFlippedByteInCompressedDataIsDamage) {
  std::string whole = test::gzip(text_of(300'000));
  whole[whole.size() / 2] = static_cast<char>(whole[whole.size() / 2] ^ 0x40);
  const auto source = open_source(write("flip", whole));
  drain(*source);
  EXPECT_TRUE(source->damage());
}

TEST_F(ByteSourceTest, AnEmptyFileEndsAtOnce) {
  const auto source = open_source(write("empty", ""));
  EXPECT_EQ(source->fill(), Fill::end);
  EXPECT_FALSE(source->damage());
}

TEST_F(ByteSourceTest, WhatCannotBeOpenedIsAUsageErrorThatNamesThePath) {
  try {
    (void)open_source((folder_ / "missing").string());
    FAIL() << "a missing file was opened";
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string{error.what()}.find("missing"), std::string::npos);
  }
  EXPECT_THROW((void)open_source(folder_.string()), ConfigError);
}

TEST_F(ByteSourceTest, ALargeFileTakesNoMoreMemoryThanAPieceOfIt) {
  constexpr std::size_t kSize = std::size_t{96} << 20;
  const std::string path = write("large", std::string(kSize, 'x'));
  const u64 before = peak_rss_bytes();
  const auto source = open_source(path);
  u64 sum = 0;
  do {
    sum += source->window().size();
    source->consume(source->window().size());
  } while (source->fill() == Fill::more);
  EXPECT_EQ(sum, kSize);
  EXPECT_EQ(source->raw_bytes_read(), kSize);
#ifndef TAPEDECK_SANITIZED
  EXPECT_LT(peak_rss_bytes() - before, u64{8} << 20);
#else
  (void)before;
#endif
}

TEST_F(ByteSourceTest, AFileThatIsCutWhileItIsReadIsDamageAfterWhatWasThere) {
  const std::string text = text_of(2'000'000);
  const std::string path = write("shrinking", text);
  const auto source = open_source(path);
  ASSERT_EQ(source->fill(), Fill::more);
  std::filesystem::resize_file(path, 1'000'000);
  EXPECT_EQ(drain(*source), text.substr(0, 1'000'000));
  ASSERT_TRUE(source->damage());
  EXPECT_EQ(source->damage()->offset, 1'000'000U);
  EXPECT_NE(source->damage()->message().find("1,000,000 more bytes"), std::string::npos)
      << source->damage()->message();
}

TEST_F(ByteSourceTest, AFileThatGrowsWhileItIsReadEndsWhereItEndedWhenItWasOpened) {
  const std::string text = text_of(300'000);
  const std::string path = write("growing", text);
  const auto source = open_source(path);
  ASSERT_EQ(source->fill(), Fill::more);
  std::ofstream{path, std::ios::binary | std::ios::app} << "and more";
  EXPECT_EQ(drain(*source), text);
  EXPECT_FALSE(source->damage());
  EXPECT_EQ(source->raw_bytes_read(), source->raw_bytes_total());
}

TEST_F(ByteSourceTest, AWindowGrowsAsFarAsARecordNeeds) {
  const std::string text = text_of(1'500'000);
  const auto source = open_source(write("wide", text));
  ASSERT_TRUE(source->ensure(1'000'000));
  source->consume(999'999);
  ASSERT_TRUE(source->ensure(500'001));
  EXPECT_EQ(drain(*source), text.substr(999'999));
}

// Sought to random places, with some read in between; at each the content is what it is there.
void expect_to_be_sought(ByteSource& source, const std::string& text) {
  constexpr u64 kSeed = 11;
  Random random{kSeed};
  for (int round = 0; round < 200; ++round) {
    const u64 at = round == 0 ? text.size() : random.below(text.size() + 1);
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", at " + std::to_string(at));
    ASSERT_TRUE(source.seek(at));
    ASSERT_EQ(source.offset(), at);
    ASSERT_TRUE(source.window().empty());
    const std::size_t count = std::min<u64>(random.below(40'000), text.size() - at);
    ASSERT_TRUE(source.ensure(count));
    const std::string_view got{reinterpret_cast<const char*>(source.window().data()), count};
    ASSERT_TRUE(got == std::string_view{text}.substr(at, count));
    source.consume(count / 2);
    ASSERT_EQ(source.offset(), at + count / 2);
  }
}

TEST_F(ByteSourceTest, AFileGoesOnWhereItIsSought) {
  const std::string text = text_of(700'000);
  const auto source = open_source(write("sought", text));
  expect_to_be_sought(*source, text);
  ASSERT_TRUE(source->seek(123'456));
  EXPECT_TRUE(drain(*source) == text.substr(123'456));
  EXPECT_EQ(source->fill(), Fill::end);
  ASSERT_TRUE(source->seek(0)) << "its end was only where it was read to";
  EXPECT_TRUE(drain(*source) == text);
  EXPECT_FALSE(source->damage());
}

TEST_F(ByteSourceTest, MemoryGoesOnWhereItIsSought) {
  const std::string text = text_of(90'000);
  for (const std::size_t step : {std::size_t{1'000}, SIZE_MAX}) {
    const auto source = memory_source("memory", as_bytes_of(text), step);
    expect_to_be_sought(*source, text);
    ASSERT_TRUE(source->seek(5));
    EXPECT_TRUE(drain(*source) == text.substr(5));
  }
}

// Whoever refuses to go somewhere else is where he was.
void expect_refusal(ByteSource& source, u64 to) {
  const u64 offset = source.offset();
  const Bytes window = source.window();
  ASSERT_FALSE(source.seek(to));
  EXPECT_EQ(source.offset(), offset);
  EXPECT_EQ(source.window().data(), window.data());
  EXPECT_EQ(source.window().size(), window.size());
}

TEST_F(ByteSourceTest, NothingIsSoughtBeyondItsEnd) {
  const std::string text = text_of(50'000);
  const auto file = open_source(write("short", text));
  const auto memory = memory_source("memory", as_bytes_of(text), 3'000);
  for (ByteSource* source : {file.get(), memory.get()}) {
    expect_refusal(*source, text.size() + 1);
    ASSERT_TRUE(source->ensure(1'000));
    source->consume(400);
    expect_refusal(*source, text.size() + 1);
    expect_refusal(*source, ~u64{0});
    EXPECT_TRUE(drain(*source) == text.substr(400));
  }
}

TEST_F(ByteSourceTest, WhatIsCompressedCannotBeSought) {
  const std::string text = text_of(50'000);
  for (const auto& content : {test::gzip(text), test::zstd(text)}) {
    const auto source = open_source(write("packed", content));
    expect_refusal(*source, 0);
    ASSERT_TRUE(source->ensure(1'000));
    source->consume(400);
    expect_refusal(*source, 10);
    EXPECT_TRUE(drain(*source) == text.substr(400));
  }
}

TEST_F(ByteSourceTest, APipeCannotBeSought) {
  const std::string text = text_of(50'000);
  const std::string path = test::made_pipe((folder_ / "pipe").string());
  std::thread writer{[&] { std::ofstream{path, std::ios::binary} << text; }};
  const auto source = open_source(path);
  expect_refusal(*source, 0);
  EXPECT_TRUE(source->ensure(1'000));
  expect_refusal(*source, 10);
  EXPECT_TRUE(drain(*source) == text);
  writer.join();
}

TEST_F(ByteSourceTest, AFileThatWasFoundDamagedStaysSo) {
  const std::string path = write("shrunk", text_of(600'000));
  const auto source = open_source(path);
  ASSERT_EQ(source->fill(), Fill::more);
  std::filesystem::resize_file(path, 300'000);
  (void)drain(*source);
  ASSERT_TRUE(source->damage());
  expect_refusal(*source, 0);
  EXPECT_EQ(source->fill(), Fill::damaged);
}

TEST_F(ByteSourceTest, WhatSwellsBeyondBeliefIsDamage) {
  const std::string zeros(std::size_t{4} << 20, '\0');
  const std::string bomb = write("bomb", test::zstd(zeros));
  ASSERT_LT(std::filesystem::file_size(bomb), zeros.size() / kMaxRatio);
  const auto source = open_source(bomb);
  const std::string read = drain(*source);
  ASSERT_TRUE(source->damage());
  EXPECT_LT(read.size(), zeros.size());
  EXPECT_NE(source->damage()->message().find("at most 1,000 for each"), std::string::npos)
      << source->damage()->message();
  EXPECT_EQ(source->fill(), Fill::damaged);
  EXPECT_TRUE(drain(*open_source(bomb, Growth::none, 1'000'000)) == zeros);
  // No more than gzip can, which is what it does with zeros.
  const auto gzipped =
      open_source(write("zeros", test::gzip(std::string(std::size_t{64} << 20, 0))));
  (void)drain(*gzipped);
  EXPECT_TRUE(gzipped->damage());
}

// A short content may be all of one letter.
TEST_F(ByteSourceTest, ALittleThatSwellsIsNoBomb) {
  const std::string text(500'000, 'a');
  for (const auto& content : {test::gzip(text), test::zstd(text)}) {
    const auto source = open_source(write("little", content));
    EXPECT_TRUE(drain(*source) == text);
    EXPECT_FALSE(source->damage());
  }
}

TEST_F(ByteSourceTest, ManyPackedFilesThatWereLookedAtTakeLittleMemory) {
  const std::string text = text_of(200'000);
  const std::string gzipped = write("many.gz", test::gzip(text));
  const std::string packed = write("many.zst", test::zstd(text));
  const u64 before = peak_rss_bytes();
  std::vector<std::unique_ptr<ByteSource>> sources;
  constexpr u64 kMany = 150;
  for (u64 i = 0; i < kMany; ++i) {
    sources.push_back(open_source(i % 2 == 0 ? gzipped : packed));
    ASSERT_TRUE(sources.back()->ensure(4'096));
  }
  constexpr u64 kEach = u64{1} << 20;  // with what a codec and a sanitizer keep of it
  EXPECT_LT(peak_rss_bytes() - before, kMany * kEach);
  for (const auto& source : sources) ASSERT_TRUE(drain(*source) == text);
}

class GrowingFile : public ByteSourceTest {
 protected:
  std::unique_ptr<ByteSource> followed() {
    auto source = open_source(write("growing", text_of(5'000)), Growth::expected);
    EXPECT_EQ(drain(*source).size(), 5'000U);
    EXPECT_EQ(source->fill(), Fill::end) << "for now";
    return source;
  }
  static void expect_end(ByteSource& source, const std::string& because) {
    EXPECT_EQ(source.fill(), Fill::damaged);
    ASSERT_TRUE(source.damage());
    EXPECT_NE(source.damage()->found.find(because), std::string::npos) << source.damage()->found;
    EXPECT_EQ(source.fill(), Fill::damaged);
  }
  [[nodiscard]] std::string path() const { return (folder_ / "growing").string(); }
};

TEST_F(GrowingFile, IsReadOnAsItGrows) {
  const auto source = followed();
  std::ofstream{path(), std::ios::binary | std::ios::app} << "more";
  EXPECT_EQ(drain(*source), "more");
  EXPECT_FALSE(source->damage());
}

TEST_F(GrowingFile, ThatIsCutIsNotWaitedFor) {
  const auto source = followed();
  std::filesystem::resize_file(path(), 4'000);
  expect_end(*source, "cut shorter");
}

TEST_F(GrowingFile, ThatIsBegunAnewIsNotWaitedFor) {
  const auto source = followed();
  std::ofstream{path(), std::ios::binary} << std::string(5'000, 'x');
  expect_end(*source, "begun anew");
}

TEST_F(GrowingFile, ThatIsReplacedOrGoneIsNotWaitedFor) {
  const auto replaced = followed();
  std::filesystem::rename(write("other", text_of(5'000)), path());
  expect_end(*replaced, "another file in the place");
  const auto gone = followed();
  std::filesystem::remove(path());
  expect_end(*gone, "nothing any more");
}

}  // namespace
}  // namespace tapedeck::feeds
