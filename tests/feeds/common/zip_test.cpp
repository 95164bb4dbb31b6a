#include "feeds/common/zip.hpp"

#include <gtest/gtest.h>

#include "engine/core/error.hpp"
#include "engine/core/random.hpp"
#include "tests/support/compress.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/zip_writer.hpp"

namespace tapedeck::feeds {
namespace {

using test::ZipWriter;

class ZipTest : public ::testing::Test {
 protected:
  ZipArchive archive(const std::string& bytes) { return ZipArchive{folder_.write("a.zip", bytes)}; }
  static std::string text_of(std::size_t size) {
    Random random{7};
    std::string text(size, ' ');
    for (char& c : text) c = static_cast<char>('a' + random.below(26));
    return text;
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
  // The damage met when the archive's first entry is read to its end.
  std::string damage_of(const std::string& bytes) {
    const ZipArchive zip = archive(bytes);
    if (zip.damage()) return zip.damage()->message();
    if (zip.entries().empty()) return "no entries";
    const auto source = zip.open(zip.entries()[0]);
    drain(*source);
    return source->damage() ? source->damage()->message() : "none";
  }
  void expect_damage(const std::string& bytes, const std::string& words) {
    EXPECT_NE(damage_of(bytes).find(words), std::string::npos) << damage_of(bytes);
  }

  test::TemporaryFolder folder_{"zip"};
};

TEST_F(ZipTest, StoredAndDeflatedEntriesGiveTheirContent) {
  const std::string text = text_of(5'000'000);
  ZipWriter writer;
  writer.add({.name = "deflated.csv", .content = text});
  writer.add({.name = "stored.csv", .content = text, .deflated = false});
  writer.add({.name = "empty.csv", .content = ""});
  writer.add({.name = "empty-stored.csv", .content = "", .deflated = false});
  const ZipArchive zip = archive(writer.bytes_with_comment("a comment"));
  ASSERT_FALSE(zip.damage()) << zip.damage()->message();
  ASSERT_EQ(zip.entries().size(), 4U);
  for (const ZipEntry& entry : zip.entries()) {
    const auto source = zip.open(entry);
    EXPECT_EQ(drain(*source), entry.name.starts_with("empty") ? "" : text) << entry.name;
    EXPECT_FALSE(source->damage()) << source->damage()->message();
    EXPECT_EQ(source->raw_bytes_read(), entry.packed_size);
    EXPECT_EQ(source->fill(), Fill::end);
  }
}

TEST_F(ZipTest, TwoEntriesCanBeReadSideBySideAfterTheArchiveIsGone) {
  ZipWriter writer;
  writer.add({.name = "a", .content = text_of(300'000)});
  writer.add({.name = "b", .content = text_of(200'000)});
  std::unique_ptr<ByteSource> a;
  std::unique_ptr<ByteSource> b;
  {
    const ZipArchive zip = archive(writer.bytes_with_comment());
    a = zip.open(zip.entries()[0]);
    b = zip.open(zip.entries()[1]);
  }
  ASSERT_EQ(a->fill(), Fill::more);
  EXPECT_EQ(drain(*b), text_of(200'000));
  EXPECT_EQ(drain(*a), text_of(300'000));
}

TEST_F(ZipTest, ContentThatIsNotWhatTheDirectorySaysIsDamage) {
  const std::string text = text_of(10'000);
  const auto with = [](ZipWriter::Entry entry) {
    return ZipWriter{}.add(entry).bytes_with_comment();
  };
  expect_damage(with({.name = "a", .content = text, .crc_error = 1}), "the CRC-32");
  expect_damage(with({.name = "a", .content = text, .size = 9'999}), "more content");
  expect_damage(with({.name = "a", .content = text, .size = 10'001}), "10,001 bytes");
  expect_damage(with({.name = "a", .content = text, .deflated = false, .crc_error = 1}), "CRC-32");
  expect_damage(with({.name = "a", .content = text, .deflated = false, .method = 8}), "deflate");
}

TEST_F(ZipTest, WhatWeDoNotReadIsRefusedByName) {
  const auto with = [](ZipWriter::Entry entry) {
    return ZipWriter{}.add(entry).bytes_with_comment();
  };
  expect_damage(with({.name = "a", .content = "x", .flags = 1}), "encrypted");
  expect_damage(with({.name = "a", .content = "x", .method = 14}), "compression method 14");
  expect_damage(with({.name = "a", .content = "x", .size = 0xFFFFFFFF}), "zip64");
  std::string parts = with({.name = "a", .content = "x"});
  parts[parts.size() - 18] = 1;  // the number of this part
  expect_damage(parts, "in several");
  expect_damage("PK, but no archive", "directory at a zip archive's end");
}

TEST_F(ZipTest, AnArchiveCutShortAnywhereIsDamage) {
  const std::string whole =
      ZipWriter{}.add({.name = "a", .content = text_of(200)}).bytes_with_comment();
  ASSERT_EQ(damage_of(whole), "none");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(damage_of(whole.substr(0, size)), "none") << size;
  }
}

// Copies to a medium of fixed blocks leave zeros behind the archive.
TEST_F(ZipTest, ZerosBehindTheArchiveArePadding) {
  for (const std::string& comment : {std::string{}, std::string{"made by"}}) {
    const std::string whole =
        ZipWriter{}.add({.name = "a", .content = text_of(200)}).bytes_with_comment(comment);
    for (const std::size_t zeros : {1U, 21U, 22U, 23U, 511U, 4096U, 70'000U, 1'000'000U}) {
      EXPECT_EQ(damage_of(whole + std::string(zeros, '\0')), "none") << zeros;
    }
    expect_damage(whole + std::string(9, '\0') + "x", "directory at a zip archive's end");
  }
  const std::string padded{"PK\3\4\0\0\0", 7};
  expect_damage(padded + std::string(100'000, '\0'), "directory at a zip archive's end");
}

TEST_F(ZipTest, AFlippedByteNeverGivesOtherContentInSilence) {
  const std::string text = text_of(200);
  const std::string whole = ZipWriter{}.add({.name = "a", .content = text}).bytes_with_comment();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x11);
    const ZipArchive zip = archive(flipped);
    if (zip.damage() || zip.entries().empty()) continue;
    const auto source = zip.open(zip.entries()[0]);
    const std::string got = drain(*source);
    EXPECT_TRUE(source->damage() || got == text) << at;
  }
}

TEST_F(ZipTest, AnEntryThatSwellsBeyondBeliefIsDamage) {
  const std::string zeros(std::size_t{64} << 20, '\0');
  expect_damage(ZipWriter{}.add({.name = "a", .content = zeros}).bytes_with_comment(),
                "expected at most 1,000 for each");
}

TEST_F(ZipTest, AnEntryThatMaySwellIsReadInBoundedSteps) {
  const std::string zeros(std::size_t{64} << 20, '\0');
  const std::string bytes = ZipWriter{}.add({.name = "a", .content = zeros}).bytes_with_comment();
  const ZipArchive zip{folder_.write("a.zip", bytes), 2 * kMaxRatio};
  const auto source = zip.open(zip.entries()[0]);
  u64 total = 0;
  while (source->fill() == Fill::more) {
    ASSERT_LE(source->window().size(), 2 * kMaxWindow);
    total += source->window().size();
    source->consume(source->window().size());
  }
  EXPECT_FALSE(source->damage());
  EXPECT_EQ(total, zeros.size());
}

TEST_F(ZipTest, WhatCannotBeOpenedIsAUsageErrorThatNamesThePath) {
  try {
    const ZipArchive zip{folder_.path("missing.zip")};
    FAIL() << "a missing file was opened";
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string{error.what()}.find("missing.zip"), std::string::npos);
  }
  EXPECT_THROW(ZipArchive{folder_.path("")}, ConfigError);
}

TEST_F(ZipTest, AnArchiveThatIsPackedOnceMoreIsToldFromADamagedOne) {
  const ZipArchive archive{folder_.write("a.zip.gz", test::gzip(std::string(500, 'x')))};
  ASSERT_TRUE(archive.damage());
  EXPECT_NE(archive.damage()->message().find("unpack it first"), std::string::npos)
      << archive.damage()->message();
}

TEST_F(ZipTest, ArchivesAreToldByTheirFirstBytes) {
  EXPECT_TRUE(looks_like_zip(as_bytes_of("PK\x03\x04...")));
  EXPECT_FALSE(looks_like_zip(as_bytes_of("PK")));
  EXPECT_FALSE(looks_like_zip(as_bytes_of("34200.004,1,2,3,4,1")));
}

}  // namespace
}  // namespace tapedeck::feeds
