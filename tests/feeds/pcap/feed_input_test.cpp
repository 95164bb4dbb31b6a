// PcapFeed on recorded input, and on input broken at every byte.
#include <algorithm>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/calendar.hpp"
#include "tests/feeds/pcap/feed_run.hpp"
#include "tests/support/data.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::feeds {
namespace {

using test::MadeCapture;
using test::mold;
using test::Outcome;
using test::run;
using test::Sources;
using test::Texts;
using test::udp_frame;

// The message type that a recorded file's name stands for.
char type_named(const std::string& file) {
  static const std::pair<const char*, char> kNames[] = {
      {"AddOrderNo", 'A'},     {"AddOrder", 'F'},      {"NonCross", 'P'},    {"Non-cross", 'P'},
      {"CrossTrade", 'Q'},     {"OrderCancel", 'X'},   {"OrderDelete", 'D'}, {"WithPrice", 'C'},
      {"OrderExecuted", 'E'},  {"OrderReplace", 'U'},  {"RegSho", 'Y'},      {"RegSHO", 'Y'},
      {"RetailInterest", 'N'}, {"TradingAction", 'H'}, {"SystemEvent", 'S'}, {"AuctionCollar", 'J'},
      {"Participant", 'L'},    {"Imbalance", 'I'}};
  for (const auto& [name, type] : kNames) {
    if (file.find(name) != std::string::npos) return type;
  }
  return '\0';
}

TEST(PcapFeedInput, EveryRecordedPacketParsesToItsLastByteAndHoldsWhatItsFileIsNamedFor) {
  TAPEDECK_NEED_DATA(folder, "pcap");
  std::map<char, int> all;
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".pcap" ||
        entry.path().string().find("TotalView") == std::string::npos) {
      continue;
    }
    SCOPED_TRACE(entry.path().string());
    Sources sources;
    sources.push_back(open_source(entry.path().string()));
    const Outcome outcome = run(std::move(sources));
    std::map<char, int> types;
    for (const auto& message : outcome.record.messages) types[message.front()] += 1;
    for (const auto& [type, count] : types) all[type] += count;
    if (name == "Multiple.Packets.pcap") {
      EXPECT_EQ(types, (std::map<char, int>{{'A', 36}, {'F', 2}, {'D', 1}}));
      // Two packets half a minute apart.
      EXPECT_EQ(outcome.record.counters.lost, 4'244'620U);
    } else {
      ASSERT_EQ(types.size(), 1U);
      EXPECT_EQ(types.begin()->first, type_named(name));
      EXPECT_EQ(outcome.record.counters.gaps, 0U);
    }
    EXPECT_FALSE(outcome.damage);
    EXPECT_EQ(outcome.record.counters.bytes, entry.file_size());
    EXPECT_EQ(outcome.record.counters.malformed, 0U);
    EXPECT_EQ(outcome.record.counters.oversized, 0U);
    EXPECT_EQ(outcome.record.counters.skipped_packets, 0U);
    EXPECT_EQ(outcome.record.midnights.back(), eastern_midnight(*parse_date("2023-08-22")));
    files += 1;
  }
  int messages = 0;
  for (const auto& [type, count] : all) messages += count;
  EXPECT_EQ(files, 49);
  EXPECT_EQ(messages, 227);
  EXPECT_EQ(all.size(), 16U);
}

TEST(PcapFeedInput, ARecordingOfAnotherProtocolIsSkippedPacketByPacket) {
  TAPEDECK_NEED_DATA(path, "iex/DEEP10.pcap.gz");
  Sources sources;
  sources.push_back(open_source(path.string()));
  const Outcome outcome = run(std::move(sources));
  EXPECT_EQ(outcome.record.counters.skipped_packets, 121'314U);
  EXPECT_EQ(outcome.record.counters.messages, 0U);
  EXPECT_EQ(outcome.losses(), 0U);
  EXPECT_TRUE(outcome.damage);
}

// A capture with all that the code has a branch for, small enough to break it at every byte.
std::string varied_capture() {
  const std::string tags = test::big16(0x8100) + test::big16(142) + test::big16(0x0800);
  MadeCapture capture;
  capture.add(udp_frame(mold(1, {"a", "bb", "d"})))
      .add(udp_frame(mold(0, {"g", ""}, "")))
      .add(test::ethernet(test::ipv4(test::udp(mold(4, {"c", "!", "?"}))), tags))
      .add(test::ethernet(test::ipv6(test::udp(mold(9, {"eee"}))), test::big16(0x86DD)))
      .add(udp_frame(mold(9, {"eee", "f"})))
      .add(udp_frame(mold(11, {})))
      .add(udp_frame(mold(1, {"h"}, "SESSION002")));
  return capture.content();
}

TEST(PcapFeedInput, EveryTruncationIsDamageUnlessItFallsBetweenPackets) {
  const std::string content = varied_capture();
  const Outcome whole = run(content);
  EXPECT_FALSE(whole.damage);
  EXPECT_EQ(whole.record.messages.size(), 10U);
  u64 undamaged = 0;
  for (std::size_t size = 0; size < content.size(); ++size) {
    // A copy of its own size, so that AddressSanitizer sees any read beyond it.
    const std::vector<char> cut(content.begin(), content.begin() + static_cast<long>(size));
    Sources files;
    files.push_back(memory_source("cut.pcap", std::as_bytes(std::span{cut})));
    const Outcome outcome = run(std::move(files));
    undamaged += outcome.damage ? 0U : 1U;
    ASSERT_LE(outcome.record.messages.size(), whole.record.messages.size());
    ASSERT_TRUE(std::equal(outcome.record.messages.begin(), outcome.record.messages.end(),
                           whole.record.messages.begin()));
  }
  EXPECT_EQ(undamaged, 7U);  // behind the header and behind each packet but the last
}

TEST(PcapFeedInput, NoFlippedByteCrashesOrLoops) {
  const std::string content = varied_capture();
  for (std::size_t at = 0; at < content.size(); at += test::stride(3, 1)) {
    for (const int mask : {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF}) {
      const std::vector<char> broken = [&] {
        std::vector<char> bytes(content.begin(), content.end());
        bytes[at] = static_cast<char>(bytes[at] ^ mask);
        return bytes;
      }();
      Sources files;
      files.push_back(memory_source("flip.pcap", std::as_bytes(std::span{broken})));
      const Outcome outcome = run(std::move(files));
      ASSERT_LE(outcome.polls, 2U) << at;
      ASSERT_LE(outcome.record.messages.size(), 30U) << at;
    }
  }
}

}  // namespace
}  // namespace tapedeck::feeds
