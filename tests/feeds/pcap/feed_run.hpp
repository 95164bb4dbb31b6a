// Runs a PcapFeed over MoldUDP64 to its end and keeps all that can be seen of it.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "feeds/moldudp64/parser.hpp"
#include "feeds/pcap/feed.hpp"
#include "tests/support/made_capture.hpp"
#include "tests/support/recording_decoder.hpp"

namespace tapedeck::test {

namespace moldudp64 = feeds::moldudp64;
namespace pcap = feeds::pcap;

using Texts = std::vector<std::string>;
using Sources = std::vector<std::unique_ptr<feeds::ByteSource>>;

inline std::string mold(u64 sequence, const Texts& messages,
                        const std::string& session = "SESSION001") {
  moldudp64::Header header{{}, sequence, static_cast<u16>(messages.size())};
  session.copy(header.session.data(), header.session.size());
  std::vector<Bytes> parts;
  for (const auto& message : messages) parts.push_back(as_bytes_of(message));
  std::vector<std::byte> bytes;
  moldudp64::append_packet(header, parts, bytes);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What a feed made of its input, polled to its end.
struct Outcome {
  RecordingDecoder::Record record;
  std::optional<Damage> damage;
  std::vector<Event> events;
  Texts warnings;
  u64 last_sequence = 0;
  u64 raw_bytes = 0;
  u64 polls = 0;
  u64 most_messages_a_poll = 0;
  u64 met[pcap::kCarries] = {};
  bool complete = false;
  bool time_from_capture = false;

  [[nodiscard]] u64 losses() const {
    return static_cast<u64>(
        std::ranges::count_if(events, [](const Event& e) { return e.kind == Kind::loss; }));
  }
  [[nodiscard]] u64 carried(pcap::Carries carries) const { return met[static_cast<int>(carries)]; }
};

inline Outcome run(Sources files, std::optional<Nanos> midnight = {}) {
  Outcome outcome;
  feeds::PcapFeed feed{
      std::move(files),
      std::make_unique<feeds::MoldUdp64Parser>(std::make_unique<RecordingDecoder>(outcome.record)),
      {.midnight = midnight}};
  std::vector<Event> room(kMinPollBuffer);
  FeedStatus status = FeedStatus::ready;
  while (status != FeedStatus::ended) {
    EventBuffer out{room.data(), kMinPollBuffer};
    const u64 before = feed.counters().messages;
    status = feed.poll(out, Nanos{static_cast<i64>(outcome.polls)});
    const u64 messages = feed.counters().messages - before;
    outcome.most_messages_a_poll = std::max(outcome.most_messages_a_poll, messages);
    outcome.events.insert(outcome.events.end(), out.begin(), out.end());
    outcome.polls += 1;
  }
  EventBuffer out{room.data(), kMinPollBuffer};
  EXPECT_EQ(feed.poll(out, Nanos{0}), FeedStatus::ended);
  EXPECT_TRUE(out.empty());
  outcome.damage = feed.damage();
  outcome.warnings = feed.warnings();
  outcome.last_sequence = feed.last_sequence();
  outcome.raw_bytes = feed.progress().read;
  outcome.complete = feed.complete();
  outcome.time_from_capture = feed.time_from_capture();
  for (int i = 0; i < pcap::kCarries; ++i) outcome.met[i] = feed.met(static_cast<pcap::Carries>(i));
  return outcome;
}

inline Outcome run(const std::vector<MadeCapture>& captures, std::optional<Nanos> midnight = {}) {
  Sources files;
  for (const MadeCapture& capture : captures) {
    files.push_back(feeds::memory_source("made.pcap", as_bytes_of(capture.content())));
  }
  return run(std::move(files), midnight);
}

inline Outcome run(const std::string& content) {
  Sources files;
  files.push_back(feeds::memory_source("made.pcap", as_bytes_of(content)));
  return run(std::move(files));
}

}  // namespace tapedeck::test
