// What makes events of datagrams does not see where they come from: here, from a script.
#include "feeds/common/datagram_reader.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/feeds/pcap/feed_run.hpp"

namespace tapedeck::feeds {
namespace {

using test::mold;
using test::RecordingDecoder;
using test::Texts;

constexpr Nanos kMidnight{1'692'676'800 * kNanosPerSecond};
constexpr u32 kFirstSecond = 1'692'711'000;

struct ScriptedPacket {
  std::string payload;
  Nanos time;
  Wholeness wholeness = Wholeness::whole;
};

// Brings the packets of a script. An empty payload means that nothing is there at that poll.
class ScriptedDatagrams final : public DatagramSource {
 public:
  explicit ScriptedDatagrams(std::vector<ScriptedPacket> packets) : packets_(std::move(packets)) {}

  Received poll(DatagramSink& sink, Nanos /*now*/) override {
    while (next_ < packets_.size()) {
      const ScriptedPacket& packet = packets_[next_++];
      if (packet.payload.empty() && packet.wholeness == Wholeness::whole) {
        could_wait.push_back(sink.may_wait());
        return Received::nothing;
      }
      Datagram datagram;
      datagram.payload = as_bytes_of(packet.payload);
      datagram.size = packet.payload.size();
      datagram.time = packet.time;
      const Taken taken = sink.take(datagram, packet.wholeness);
      uses.push_back(taken.use);
      if (!taken.has_room) return Received::packets;
    }
    return Received::ended;
  }

  std::vector<bool> could_wait;
  std::vector<DatagramUse> uses;

 private:
  std::vector<ScriptedPacket> packets_;
  std::size_t next_ = 0;
};

// Reads a script to its end.
struct Reading {
  explicit Reading(std::vector<ScriptedPacket> packets) : source(std::move(packets)) {
    std::vector<Event> room(kMinPollBuffer);
    while (statuses.empty() || statuses.back() != FeedStatus::ended) {
      EventBuffer out{room.data(), kMinPollBuffer};
      statuses.push_back(reader.poll(source, out, Nanos{static_cast<i64>(statuses.size())}));
      events.insert(events.end(), out.begin(), out.end());
    }
  }

  ScriptedDatagrams source;
  RecordingDecoder::Record record;
  DatagramReader reader{
      std::make_unique<MoldUdp64Parser>(std::make_unique<RecordingDecoder>(record)),
      StreamOptions{.midnight = kMidnight}};
  std::vector<FeedStatus> statuses;
  std::vector<Event> events;
};

// Packets of one session: in order, missing, twice, late, and of another protocol.
std::vector<ScriptedPacket> some_packets(u64 seed) {
  Random random{seed};
  std::vector<ScriptedPacket> packets;
  u64 next = 1;
  for (u32 i = 0; i < 300; ++i) {
    const Nanos time{i64{kFirstSecond + i / 50} * kNanosPerSecond};
    const u64 dice = random.below(20);
    const u64 back = dice == 1 ? random.below(std::min<u64>(next, 8)) : 0;
    if (dice == 0) next += 1 + random.below(3);
    if (dice == 2) {
      packets.push_back({"\x01 another protocol over UDP", time});
      continue;
    }
    const Texts messages(1 + random.below(5), random.chance(0.2) ? "d" : "m");
    packets.push_back({mold(next - back, messages), time});
    if (back == 0) next += messages.size();
  }
  packets.push_back({mold(next, {"Z"}), Nanos{i64{kFirstSecond + 10} * kNanosPerSecond}});
  return packets;
}

TEST(DatagramReader, MakesTheSameOfAScriptAsOfACapture) {
  for (u64 seed = 1; seed <= 20; ++seed) {
    const std::vector<ScriptedPacket> packets = some_packets(seed);
    test::MadeCapture capture;
    for (const ScriptedPacket& packet : packets) {
      const auto second = static_cast<u32>(packet.time.value / kNanosPerSecond);
      capture.add(test::udp_frame(packet.payload), second);
    }
    const test::Outcome captured = test::run({capture}, kMidnight);
    const Reading scripted{packets};
    EXPECT_GT(captured.record.counters.gaps, 0U) << seed;
    EXPECT_GT(captured.record.counters.duplicates, 0U) << seed;
    EXPECT_EQ(scripted.record.messages, captured.record.messages) << seed;
    EXPECT_EQ(scripted.record.sequences, captured.record.sequences) << seed;
    EXPECT_TRUE(std::ranges::equal(scripted.events, captured.events, same_event)) << seed;
    FeedCounters counters = scripted.reader.counters();
    counters.bytes = captured.record.counters.bytes;  // of the file
    for (const FeedCounter& counter : kFeedCounters) {
      EXPECT_EQ(counters.*counter.count, captured.record.counters.*counter.count)
          << seed << ": " << counter.name;
    }
    EXPECT_EQ(scripted.reader.last_sequence(), captured.last_sequence) << seed;
    EXPECT_EQ(scripted.reader.said_complete(), captured.complete) << seed;
  }
}

TEST(DatagramReader, HandsOverItsEventsBeforeASourceThatHasNothingMayWait) {
  const Nanos time{i64{kFirstSecond} * kNanosPerSecond};
  const Reading reading{{{"", time}, {mold(1, {"m"}), time}, {"", time}, {"", time}}};
  EXPECT_EQ(reading.statuses, (std::vector<FeedStatus>{FeedStatus::idle, FeedStatus::ready,
                                                       FeedStatus::idle, FeedStatus::ended}));
  EXPECT_EQ(reading.source.could_wait, (std::vector<bool>{true, false, true}));
  EXPECT_EQ(reading.events.size(), 1U);
}

TEST(DatagramReader, SaysWhatItDidWithAPacket) {
  const Nanos time{i64{kFirstSecond} * kNanosPerSecond};
  const std::string whole = mold(1, {"m"});
  const Reading reading{{{whole, time},
                         {"of another protocol, and long enough", time},
                         {whole.substr(0, 5), time, Wholeness::cut},
                         {"", time, Wholeness::unreadable}}};
  using enum DatagramUse;
  EXPECT_EQ(reading.source.uses, (std::vector<DatagramUse>{taken, skipped, taken, taken}));
  EXPECT_EQ(reading.record.counters.malformed, 2U);
  EXPECT_EQ(reading.record.counters.skipped_packets, 1U);
}

}  // namespace
}  // namespace tapedeck::feeds
