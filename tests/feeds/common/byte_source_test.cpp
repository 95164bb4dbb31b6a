#include "feeds/common/byte_source.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/error.hpp"
#include "engine/core/memory.hpp"
#include "engine/core/random.hpp"
#include "tests/support/compress.hpp"

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

TEST_F(ByteSourceTest, MembersAndFramesOneAfterAnotherAreOneContent) {
  const std::string text = text_of(100'000);
  EXPECT_EQ(drain(*open_source(write("a", test::gzip(text) + test::gzip(text)))), text + text);
  EXPECT_EQ(drain(*open_source(write("b", test::zstd(text) + test::zstd(text)))), text + text);
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
  } catch (const UsageError& error) {
    EXPECT_NE(std::string{error.what()}.find("missing"), std::string::npos);
  }
  EXPECT_THROW((void)open_source(folder_.string()), UsageError);
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
  EXPECT_NE(source->damage()->message().find("1000000 more bytes"), std::string::npos)
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

}  // namespace
}  // namespace tapedeck::feeds
