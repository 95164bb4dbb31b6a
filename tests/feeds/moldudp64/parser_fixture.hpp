// A MoldUDP64 parser with a sender before it and a recording decoder behind it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "feeds/moldudp64/parser.hpp"
#include "tests/support/recording_decoder.hpp"

namespace tapedeck::test {

class MoldUdp64ParserFixture : public ::testing::Test {
 protected:
  static constexpr Nanos kIngress{42};
  using Texts = std::vector<std::string>;
  using Range = std::pair<u64, u64>;

  static std::vector<std::byte> packet(const std::string& session, u64 sequence, u16 count,
                                       const Texts& messages) {
    feeds::moldudp64::Header header{{}, sequence, count};
    session.copy(header.session.data(), header.session.size());
    std::vector<Bytes> parts;
    for (const auto& message : messages) parts.push_back(as_bytes_of(message));
    std::vector<std::byte> bytes;
    feeds::moldudp64::append_packet(header, parts, bytes);
    return bytes;
  }
  void receive(Bytes payload, Nanos time = Nanos{0}) {
    parser_.begin({payload, payload.size(), time});
    finish();
  }
  // The capture ends: what waits for missing packets does not wait any longer.
  void end() {
    parser_.begin_end();
    finish();
  }
  void finish() {
    std::array<Event, 16> events;
    while (!parser_.finished()) {
      EventBuffer out{events.data(), static_cast<u32>(events.size())};
      parser_.step(4, kIngress, out);
      events_.insert(events_.end(), out.begin(), out.end());
    }
  }
  void send(u64 sequence, const Texts& messages) {
    receive(packet(session_, sequence, static_cast<u16>(messages.size()), messages));
  }
  void heartbeat(u64 sequence) {
    receive(packet(session_, sequence, feeds::moldudp64::kHeartbeat, {}));
  }
  void end_session(u64 sequence) {
    receive(packet(session_, sequence, feeds::moldudp64::kEndOfSession, {}));
  }
  void change_session(const std::string& name) { session_ = name; }

  void expect_messages(const Texts& messages) const { EXPECT_EQ(record_.messages, messages); }
  // Without a late beginning, which is no loss.
  std::vector<Range> losses() const {
    std::vector<Range> all;
    for (const Event& event : events_) {
      if (event.kind != Kind::loss || (event.flags & kJoined) != 0) continue;
      all.emplace_back(event.loss.first, event.loss.last);
    }
    return all;
  }
  void expect_losses(const std::vector<Range>& ranges) const { EXPECT_EQ(losses(), ranges); }
  void expect_kinds(const std::vector<Kind>& kinds) const {
    std::vector<Kind> got;
    for (const Event& event : events_) got.push_back(event.kind);
    EXPECT_EQ(got, kinds);
  }
  const FeedCounters& counters() const { return record_.counters; }

  std::string session_ = "SESSION001";
  RecordingDecoder::Record record_;
  feeds::MoldUdp64Parser parser_{std::make_unique<RecordingDecoder>(record_)};
  std::vector<Event> events_;
};

}  // namespace tapedeck::test
