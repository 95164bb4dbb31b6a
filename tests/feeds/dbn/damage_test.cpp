// What is wrong with a file is told by name and place, and is never believed.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/compress.hpp"
#include "tests/support/dbn_file_writer.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::feeds::dbn {
namespace {

using test::dbn_head;
using test::DbnFile;
using test::DbnRun;
using test::same_events;

DbnFile small(u8 version) {
  DbnFile file{dbn_head(version)};
  file.definition("ESH4")
      .add('B', 1, 100, 1)
      .other(0x01, 80)
      .trade('B', 100, 1)
      .cancel('B', 1, 100, 1);
  return file;
}

void expect_damage(const FileFeed& feed, u64 offset, const std::string& words) {
  ASSERT_TRUE(feed.damage()) << words;
  EXPECT_EQ(feed.damage()->file, "a.dbn");
  EXPECT_EQ(feed.damage()->offset, offset) << feed.damage()->message();
  EXPECT_NE(feed.damage()->message().find(words), std::string::npos) << feed.damage()->message();
  EXPECT_FALSE(feed.complete());
}

TEST(DbnDamage, EveryCutInsideARecordIsToldWithTheRecordsOffset) {
  for (const u8 version : test::kDbnVersions) {
    const DbnFile file = small(version);
    const std::string_view whole = file.bytes();
    const auto& records = file.records();
    const DbnRun complete{file};
    for (std::size_t cut = records.front(); cut < whole.size(); ++cut) {
      const DbnRun run{{whole.substr(0, cut)}};
      const auto after = std::ranges::upper_bound(records, cut);
      const std::size_t begun = after[-1];
      const bool at_boundary = begun == cut;
      EXPECT_EQ(run.feed->complete(), at_boundary) << cut;
      EXPECT_EQ(run.feed->counters().bytes, begun);
      if (!at_boundary) expect_damage(*run.feed, begun, "the end of the file");
      ASSERT_LE(run.events.size(), complete.events.size());
      EXPECT_TRUE(std::equal(
          run.events.begin(), run.events.end(), complete.events.begin(),
          [](const Event& a, const Event& b) { return std::memcmp(&a, &b, sizeof a) == 0; }));
    }
  }
}

TEST(DbnDamage, EveryCutInsideTheMetadataIsToldWithThePlaceWhereItWasRead) {
  for (const u8 version : test::kDbnVersions) {
    const DbnFile file = small(version);
    u64 reached = 0;
    for (std::size_t cut = 0; cut < file.records().front(); ++cut) {
      const DbnRun run{{std::string_view{file.bytes()}.substr(0, cut)}};
      ASSERT_TRUE(run.feed->damage()) << cut;
      const u64 offset = run.feed->damage()->offset;
      EXPECT_LE(offset, cut);
      EXPECT_LE(cut - offset, 108U) << "the fixed part is the longest piece";
      EXPECT_GE(offset, reached);
      reached = offset;
      expect_damage(*run.feed, offset, "the end of the file inside the metadata");
      EXPECT_TRUE(run.events.empty());
    }
  }
}

TEST(DbnDamage, AVersionOfTheFutureIsRefusedByName) {
  for (const int version : {0, 4, 5, 255}) {
    std::string content = small(3).bytes();
    content[3] = static_cast<char>(version);
    const DbnRun run{{content}};
    expect_damage(*run.feed, 0, "DBN version " + std::to_string(version));
    EXPECT_NE(run.feed->damage()->expected.find("1, 2 or 3"), std::string::npos);
    EXPECT_TRUE(run.events.empty());
  }
}

TEST(DbnDamage, WhatIsNotDbnIsToldSo) {
  const DbnRun run{{std::string_view{"hello, this is no market data"}}};
  expect_damage(*run.feed, 0, "not DBN");
}

// A wrong length may be harmless (of what nobody reads), else it is damage; never other events.
TEST(DbnDamage, AWrongLengthInTheMetadataIsDamageOrChangesNothing) {
  u64 damaged = 0;
  for (const u8 version : test::kDbnVersions) {
    const DbnFile file = small(version);
    const DbnRun expected{file};
    for (const auto& [at, size] : file.lengths()) {
      const auto* const field = reinterpret_cast<const std::byte*>(file.bytes().data()) + at;
      const u64 right = size == 2 ? load_le<u16>(field) : load_le<u32>(field);
      for (const u64 wrong :
           {u64{0}, u64{1}, right - 1, right, right + 1, right + 2, right + 8, right + 56,
            u64{0x7FFF}, u64{0xFFFF}, u64{0x7FFF'FFFF}, u64{0xFFFF'FFFF}}) {
        std::string content = file.bytes();
        auto* const into = reinterpret_cast<std::byte*>(content.data()) + at;
        size == 2 ? store_le(into, static_cast<u16>(wrong))
                  : store_le(into, static_cast<u32>(wrong));
        const DbnRun run{{content}};
        if (run.feed->damage()) {
          ++damaged;
          EXPECT_TRUE(run.events.empty());
          EXPECT_FALSE(run.feed->damage()->expected.empty());
        } else {
          EXPECT_TRUE(same_events(run.events, expected.events)) << at << ": " << wrong;
        }
      }
    }
  }
  EXPECT_GT(damaged, 200U);
}

TEST(DbnDamage, NoByteOfALengthCanBeAnythingElseUnnoticed) {
  for (const u8 version : test::kDbnVersions) {
    const DbnFile file = small(version);
    const DbnRun expected{file};
    for (const auto& [at, size] : file.lengths()) {
      for (std::size_t byte = at; byte < at + size; ++byte) {
        for (int value = 0; value < 256; ++value) {
          std::string content = file.bytes();
          content[byte] = static_cast<char>(value);
          const DbnRun run{{content}};
          if (run.feed->damage()) continue;
          ASSERT_TRUE(same_events(run.events, expected.events)) << byte << ": " << value;
        }
      }
    }
  }
}

// Whatever one byte becomes: an end with or without damage, and no more events than bytes allow.
TEST(DbnDamage, AnyOtherByteIsSurvived) {
  for (const u8 version : test::kDbnVersions) {
    const DbnFile file = small(version);
    for (std::size_t at = 0; at < file.size(); ++at) {
      for (const int flip : {0x01, 0x80, 0xFF}) {
        std::string content = file.bytes();
        content[at] = static_cast<char>(content[at] ^ flip);
        const DbnRun run{{content}};
        EXPECT_LE(run.feed->counters().messages, file.size() / 16);
        EXPECT_LE(run.events.size(), 8 * run.feed->counters().messages);
      }
    }
  }
}

TEST(DbnDamage, ARecordShorterThanItsTypeEndsTheChannel) {
  for (const auto& [type, size] : std::vector<std::pair<u8, std::size_t>>{{0xA0, 52},
                                                                          {0xA0, 16},
                                                                          {0x00, 44},
                                                                          {0x12, 36},
                                                                          {0x13, 396},
                                                                          {0x15, 316},
                                                                          {0x16, 172},
                                                                          {0x17, 316}}) {
    DbnFile file{dbn_head(2)};
    file.add('B', 1, 100, 1).other(type, size).add('B', 2, 100, 1);
    const DbnRun run{file};
    expect_damage(*run.feed, file.records()[1], "with a length of " + std::to_string(size));
    EXPECT_EQ(run.feed->counters().malformed, 1U);
    EXPECT_EQ(run.kinds(), "define trading_state add*") << "what came before was used";
  }
}

TEST(DbnDamage, ALengthThatHoldsNoHeaderEndsTheChannel) {
  for (const char units : {'\0', '\1', '\3'}) {
    DbnFile file{dbn_head(2)};
    file.add('B', 1, 100, 1).add('B', 2, 100, 1);
    std::string content = file.bytes();
    content[file.records()[1]] = units;
    const DbnRun run{{content}};
    expect_damage(*run.feed, file.records()[1],
                  "with a length of " + std::to_string(4 * units) + " bytes");
    EXPECT_EQ(run.kinds(), "define trading_state add*");
  }
  DbnFile zeros{dbn_head(2)};
  const std::string content = zeros.bytes() + std::string(7, '\0');
  expect_damage(*DbnRun{{content}}.feed, zeros.size(), "with a length of 0 bytes");
}

TEST(DbnDamage, AMappingOfNoDateIsDamage) {
  for (const u32 date : {20231301U, 20230230U, 0U, 4'294'967'295U}) {
    test::DbnHead head;
    head.mappings = {{"ESH4", {{date, 20231226, "7"}}}};
    const DbnRun run{DbnFile{head}};
    ASSERT_TRUE(run.feed->damage());
    EXPECT_NE(run.feed->damage()->found.find(std::to_string(date)), std::string::npos);
  }
}

TEST(DbnDamage, ACompressedFileThatWasCutIsDamagedWhereItEnds) {
  test::TemporaryFolder folder{"dbn-damage"};
  const std::string packed = test::zstd(small(2).bytes());
  for (std::size_t cut = 8; cut < packed.size(); ++cut) {
    std::vector<std::unique_ptr<ByteSource>> files;
    files.push_back(open_source(folder.write("cut.dbn.zst", packed.substr(0, cut))));
    FileFeed feed{std::move(files)};
    (void)test::drain(feed);
    ASSERT_TRUE(feed.damage()) << cut;
    EXPECT_NE(feed.damage()->found.find("zstd"), std::string::npos) << feed.damage()->message();
  }
}

TEST(DbnDamage, ADamagedFileEndsTheChannelThoughOthersFollow) {
  const DbnFile file = small(2);
  const std::string cut = file.bytes().substr(0, file.size() - 1);
  const DbnRun run{{cut, file.bytes()}};
  expect_damage(*run.feed, file.records().back(), "55 bytes into a record of type 0xa0");
  EXPECT_EQ(run.feed->counters().messages, 4U);
}

}  // namespace
}  // namespace tapedeck::feeds::dbn
