#include "feeds/common/packet_sequencer.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::feeds {
namespace {

using Due = PacketSequencer::Due;
using Verdict = PacketSequencer::Verdict;
using Texts = std::vector<std::string>;

constexpr Nanos kNow{i64{1'000} * kNanosPerSecond};
constexpr Nanos kWait = SequencerLimits{}.wait;

// A packet that owns its bytes.
struct OwnedPacket {
  OwnedPacket(u64 number, const Texts& messages) : first(number) {
    for (const std::string& message : messages) {
      text += message;
      ends.push_back(static_cast<u32>(text.size()));
    }
  }
  [[nodiscard]] NumberedPacket view() const { return {first, ends, as_bytes_of(text)}; }

  u64 first;
  std::string text;
  std::vector<u32> ends;
};

// Delivers what a sequencer says, and keeps what was delivered.
class Receiver {
 public:
  explicit Receiver(PacketSequencer::Start start = PacketSequencer::Start::joined,
                    SequencerLimits limits = {})
      : sequencer(start, limits) {}

  Verdict offer(u64 first, const Texts& messages, Nanos now = kNow) {
    drain(now);
    const OwnedPacket packet{first, messages};
    const auto offered = sequencer.offer(packet.view(), now);
    if (offered.verdict == Verdict::deliver) take(packet.view(), offered.skip);
    drain(now);
    return offered.verdict;
  }
  void claim(u64 next, Nanos now = kNow) {
    sequencer.claim(next, now);
    drain(now);
  }
  void finish() {
    sequencer.finish();
    drain(kNow);
  }

  PacketSequencer sequencer;
  std::map<u64, std::string> delivered;
  Texts said;  // gaps and joins
  u64 newest = 0;

 private:
  void drain(Nanos now) {
    for (Due due = sequencer.next(now); due != Due::nothing; due = sequencer.next(now)) {
      if (due == Due::packet) {
        take(sequencer.held(), 0);
        continue;
      }
      said.push_back((due == Due::gap ? "gap " : "joined ") + std::to_string(sequencer.first()) +
                     ".." + std::to_string(sequencer.last()));
    }
  }
  void take(const NumberedPacket& packet, u32 skip) {
    ASSERT_LT(skip, packet.count());
    for (u64 k = skip; k < packet.count(); ++k) {
      const Bytes message = packet.message(k);
      ASSERT_GT(packet.first + k, newest) << "numbers ascend, and come once";
      newest = packet.first + k;
      delivered[newest] = {reinterpret_cast<const char*>(message.data()), message.size()};
    }
  }
};

TEST(PacketSequencer, WhatComesInOrderIsDeliveredAtOnce) {
  Receiver receiver;
  EXPECT_EQ(receiver.offer(1, {"a", "b"}), Verdict::deliver);
  EXPECT_EQ(receiver.offer(3, {"c"}), Verdict::deliver);
  EXPECT_EQ(receiver.delivered.size(), 3U);
  EXPECT_FALSE(receiver.sequencer.waits());
}

TEST(PacketSequencer, APacketBehindAGapIsHeldUntilTheGapIsFilled) {
  Receiver receiver;
  receiver.offer(1, {"a"});
  EXPECT_EQ(receiver.offer(3, {"c"}), Verdict::held);
  EXPECT_EQ(receiver.offer(4, {"d"}), Verdict::held);
  EXPECT_TRUE(receiver.sequencer.waits());
  EXPECT_EQ(receiver.offer(2, {"b"}), Verdict::deliver);
  EXPECT_EQ(receiver.newest, 4U);
  EXPECT_TRUE(receiver.said.empty());
}

TEST(PacketSequencer, AGapIsGivenUpWhenTheWaitHasPassedSinceTheNextPacketCame) {
  Receiver receiver;
  receiver.offer(1, {"a"});
  receiver.offer(3, {"c"});
  receiver.offer(4, {"d"}, kNow + kWait - Nanos{1});
  EXPECT_EQ(receiver.newest, 1U);
  receiver.offer(5, {"e"}, kNow + kWait);
  EXPECT_EQ(receiver.said, Texts{"gap 2..2"});
  EXPECT_EQ(receiver.newest, 5U);
  EXPECT_EQ(receiver.sequencer.counts().lost, 1U);
}

TEST(PacketSequencer, AGapIsGivenUpWhenTooManyPacketsOrBytesAreHeld) {
  Receiver by_packets{PacketSequencer::Start::joined, {.packets = 3}};
  by_packets.offer(1, {"a"});
  for (const u64 first : {3U, 4U, 5U}) by_packets.offer(first, {"m"});
  EXPECT_EQ(by_packets.newest, 1U);
  by_packets.offer(6, {"m"});
  EXPECT_EQ(by_packets.newest, 6U);

  Receiver by_bytes{PacketSequencer::Start::joined, {.bytes = 5}};
  by_bytes.offer(1, {"a"});
  by_bytes.offer(3, {"12345"});
  EXPECT_EQ(by_bytes.newest, 1U);
  by_bytes.offer(4, {"6"});
  EXPECT_EQ(by_bytes.newest, 4U);
}

TEST(PacketSequencer, WhatWasSentByAHeartbeatsWordIsMissedToo) {
  Receiver receiver;
  receiver.offer(1, {"a"});
  receiver.claim(2);
  EXPECT_FALSE(receiver.sequencer.waits());
  receiver.claim(4);
  EXPECT_TRUE(receiver.sequencer.waits());
  receiver.claim(4, kNow + kWait);
  EXPECT_EQ(receiver.said, Texts{"gap 2..3"});
  EXPECT_EQ(receiver.sequencer.expected(), 4U);
}

TEST(PacketSequencer, ANumberThatNoDayHasIsDamagedOnceTheStreamHasBegun) {
  Receiver receiver;
  EXPECT_EQ(receiver.offer(u64{1} << 40, {"m"}), Verdict::held);
  receiver.offer(1, {"a"});
  EXPECT_EQ(receiver.offer(u64{1} << 40, {"m"}), Verdict::damaged);
  EXPECT_FALSE(receiver.sequencer.claim(u64{1} << 40, kNow));
}

TEST(PacketSequencer, ANumberFarAheadEndsNothingWhileTheStreamGoesOn) {
  Receiver receiver;
  receiver.offer(1, {"a"});
  receiver.offer(u64{1} << 31, {"damaged"});
  for (u64 number = 2; number < 100; ++number) {
    const Nanos now{kNow.value + static_cast<i64>(number - 1) * kWait.value / 2};
    ASSERT_EQ(receiver.offer(number, {"m"}, now), Verdict::deliver);
  }
  EXPECT_TRUE(receiver.said.empty());
}

TEST(PacketSequencer, TheGapBeforeTheFirstPacketIsALateBeginningAndNoLoss) {
  Receiver receiver;
  receiver.offer(10, {"j"});
  receiver.finish();
  EXPECT_EQ(receiver.said, Texts{"joined 1..9"});
  EXPECT_EQ(receiver.sequencer.counts().lost + receiver.sequencer.counts().gaps, 0U);

  Receiver present{PacketSequencer::Start::begun};
  present.offer(10, {"j"});
  present.finish();
  EXPECT_EQ(present.said, Texts{"gap 1..9"});
  EXPECT_EQ(present.sequencer.counts().lost, 9U);
}

TEST(PacketSequencer, OverlapsAreDeliveredOnceAndCounted) {
  Receiver receiver;
  receiver.offer(1, {"a", "b", "c"});
  EXPECT_EQ(receiver.offer(1, {"a", "b", "c"}), Verdict::dropped);
  EXPECT_EQ(receiver.offer(3, {"c", "d"}), Verdict::deliver);
  receiver.offer(6, {"f", "g"});
  receiver.offer(6, {"f", "g", "h"});
  receiver.offer(7, {"g", "h", "i"});
  receiver.offer(5, {"e"});
  EXPECT_EQ(receiver.newest, 9U);
  EXPECT_EQ(receiver.delivered.size(), 9U);
  // 1..3 and 3 again, 6 and 7 again while held, 7 and 8 again when they were delivered.
  EXPECT_EQ(receiver.sequencer.counts().duplicates, 3U + 1 + 2 + 2);
  EXPECT_EQ(receiver.sequencer.counts().conflicting, 0U);
}

TEST(PacketSequencer, ACopyWithOtherBytesIsFoundDeliveredOrHeldAndHoweverItIsCut) {
  Receiver receiver;
  receiver.offer(1, {"a", "b", "c", "d"});
  receiver.offer(2, {"b", "X"});
  EXPECT_EQ(receiver.sequencer.counts().conflicting, 1U);
  receiver.offer(6, {"f"});
  receiver.offer(6, {"F"});
  EXPECT_EQ(receiver.sequencer.counts().conflicting, 2U);
  EXPECT_EQ(receiver.sequencer.counts().duplicates, 3U);
}

TEST(PacketSequencer, TheFirstCopyIsUsedHoweverPacketsOverlap) {
  Receiver receiver;
  receiver.offer(1, {"a"});
  receiver.offer(3, {"c"});
  receiver.offer(3, {"C", "d", "e"});
  receiver.offer(7, {"g"});
  receiver.offer(5, {"E", "f", "G", "h"});
  receiver.offer(2, {"b", "C"});
  std::string all;
  for (const auto& [number, message] : receiver.delivered) all += message;
  EXPECT_EQ(all, "abcdefgh");
  EXPECT_EQ(receiver.sequencer.counts().duplicates, 4U);
  EXPECT_EQ(receiver.sequencer.counts().conflicting, 4U);
}

TEST(PacketSequencer, AFirstCopyOfALostNumberIsLateAndASecondIsADuplicate) {
  Receiver receiver;
  receiver.offer(1, {"a"});
  receiver.offer(5, {"e"});
  receiver.claim(6, kNow + kWait);
  EXPECT_EQ(receiver.said, Texts{"gap 2..4"});
  receiver.offer(3, {"c"});
  receiver.offer(2, {"b", "c", "d"});
  EXPECT_EQ(receiver.sequencer.counts().late, 3U);
  EXPECT_EQ(receiver.sequencer.counts().duplicates, 1U);
  EXPECT_EQ(receiver.sequencer.counts().lost, 3U);
}

// What was delivered long ago is no longer compared, whatever sizes the packets had.
TEST(PacketSequencer, HistoryIsBoundedAndNeverComparesWithOtherNumbers) {
  Receiver receiver;
  Random random{5};
  std::vector<Texts> sent;
  u64 next = 1;
  for (int i = 0; i < 20'000; ++i) {
    Texts messages(1 + random.below(4));
    for (std::string& message : messages) {
      message.assign(random.below(random.chance(0.01) ? 60'000 : 60), 'x');
      message += std::to_string(next);
    }
    receiver.offer(next, messages);
    if (random.chance(0.2)) receiver.offer(next, messages);
    next += messages.size();
  }
  EXPECT_GT(receiver.sequencer.counts().duplicates, 0U);
  EXPECT_EQ(receiver.sequencer.counts().conflicting, 0U);
}

TEST(PacketSequencer, RestartForgetsTheStreamAndKeepsTheCounts) {
  Receiver receiver;
  receiver.offer(1, {"a"});
  receiver.offer(1, {"a"});
  receiver.offer(9, {"i"});
  receiver.sequencer.restart(PacketSequencer::Start::begun);
  receiver.newest = 0;
  EXPECT_EQ(receiver.sequencer.expected(), 1U);
  EXPECT_FALSE(receiver.sequencer.waits());
  EXPECT_EQ(receiver.offer(1, {"other"}), Verdict::deliver);
  EXPECT_EQ(receiver.sequencer.counts().duplicates, 1U);
  EXPECT_EQ(receiver.sequencer.counts().conflicting, 0U);
}

// A sender's stream over two lines with loss, reorder and duplication: what came in time on either
// line is delivered, once and in order, and every number is delivered, lost, or before the first.
void expect_balance(u64 seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random{seed};
  struct Sent {
    u64 at, first;
    Texts messages;
  };
  constexpr u64 kPackets = 400;
  std::vector<Sent> lines;
  std::set<u64> arrived;
  u64 number = 1;
  const double loss = random.chance(0.5) ? 0.05 : 0.3;
  for (u64 i = 0; i < kPackets; ++i) {
    Texts messages;
    const u64 first = number;
    for (u64 k = 1 + random.below(3); k > 0; --k) messages.push_back(std::to_string(number++));
    for (int line = 0; line < 2; ++line) {
      for (int copies = random.chance(0.05) ? 2 : 1; copies > 0; --copies) {
        if (random.chance(loss)) continue;
        lines.push_back({i * 10 + random.below(60), first, messages});
        for (u64 k = 0; k < messages.size(); ++k) arrived.insert(first + k);
      }
    }
  }
  std::ranges::stable_sort(lines, {}, &Sent::at);
  Receiver receiver;
  u64 offered = 0;
  for (const Sent& packet : lines) {
    receiver.offer(packet.first, packet.messages, kNow + Nanos{static_cast<i64>(packet.at)});
    offered += packet.messages.size();
  }
  receiver.claim(number);
  receiver.finish();
  const SequencerCounts& counts = receiver.sequencer.counts();
  std::set<u64> delivered;
  for (const auto& [at, message] : receiver.delivered) {
    EXPECT_EQ(message, std::to_string(at));
    delivered.insert(at);
  }
  EXPECT_EQ(delivered, arrived) << "times are within the wait: all that arrived fits in";
  EXPECT_EQ(counts.duplicates, offered - arrived.size());
  EXPECT_EQ(counts.conflicting + counts.late, 0U);
  const u64 before = arrived.empty() ? number - 1 : *arrived.begin() - 1;
  EXPECT_EQ(counts.lost, number - 1 - before - arrived.size());
}

TEST(PacketSequencer, TwoLinesAreOneStream) {
  for (const u64 seed : test::seeds(200)) expect_balance(seed);
}

}  // namespace
}  // namespace tapedeck::feeds
