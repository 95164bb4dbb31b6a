// What is inside packets, for targets that are about packets: mostly messages of a made-up format,
// which cost nothing to decode, so that a second has thousands of inputs; sometimes ITCH 5.0.
#pragma once

#include <memory>

#include "feeds/itch50/decoder.hpp"
#include "tests/fuzz/oracles.hpp"

namespace tapedeck::fuzz {

/// Every message is a notice; '!' is too short, '?' unknown, 'Z' the last.
class NoticeDecoder final : public feeds::MessageDecoder {
 public:
  feeds::Decoded decode(Bytes message, Sequence sequence, Nanos ingress,
                        EventBuffer& out) override {
    const char type = message.empty() ? '!' : static_cast<char>(message.front());
    if (type == '!') {
      ++counters_.malformed;
      return feeds::Decoded::too_short;
    }
    if (type == '?') {
      ++counters_.unknown_type;
      return feeds::Decoded::unknown_type;
    }
    complete_ = type == 'Z';
    Event& event = out.push();
    event = Event{};
    event.exchange_time = midnight_;
    event.due_time = ingress;
    event.sequence = sequence;
    event.instrument = kNoInstrument;
    event.kind = Kind::notice;
    event.flags = kLastOfEvent;
    event.notice.type = type;
    return feeds::Decoded::ok;
  }
  void set_midnight(Nanos midnight) override { midnight_ = midnight; }
  [[nodiscard]] bool complete() const override { return complete_; }
  [[nodiscard]] FeedCounters& counters() override { return counters_; }

 private:
  FeedCounters counters_;
  Nanos midnight_{0};
  bool complete_ = false;
};

inline std::unique_ptr<feeds::MessageDecoder> any_decoder(u8 choice) {
  if (choice % 8 == 7) return std::make_unique<itch50::Decoder>();
  return std::make_unique<NoticeDecoder>();
}

}  // namespace tapedeck::fuzz
