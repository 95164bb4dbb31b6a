// A message decoder that writes down what it is given. A message's first byte says what to make of
// it: '!' is too short, '?' of an unknown type, 'd' becomes two events, 'Z' ends the day.
#pragma once

#include <string>
#include <vector>

#include "feeds/common/message_decoder.hpp"

namespace tapedeck::test {

class RecordingDecoder final : public feeds::MessageDecoder {
 public:
  struct Record {
    std::vector<std::string> messages;
    std::vector<Sequence> sequences;
    std::vector<Nanos> midnights;
    FeedCounters counters;
  };
  /// `record` outlives the decoder, so that a test can look at it.
  explicit RecordingDecoder(Record& record) : record_(record) {}

  feeds::Decoded decode(Bytes message, Sequence sequence, Nanos ingress,
                        EventBuffer& out) override {
    record_.messages.emplace_back(reinterpret_cast<const char*>(message.data()), message.size());
    record_.sequences.push_back(sequence);
    const char type = record_.messages.back().front();
    if (type == '!') {
      record_.counters.malformed += 1;
      return feeds::Decoded::too_short;
    }
    if (type == '?') {
      record_.counters.unknown_type += 1;
      return feeds::Decoded::unknown_type;
    }
    complete_ = type == 'Z';
    if (type == 'd') push(Kind::define, 0, sequence, ingress, out);
    push(Kind::notice, kLastOfEvent, sequence, ingress, out);
    return feeds::Decoded::ok;
  }
  void set_midnight(Nanos midnight) override { record_.midnights.push_back(midnight); }
  [[nodiscard]] bool complete() const override { return complete_; }
  [[nodiscard]] FeedCounters& counters() override { return record_.counters; }

  /// The exchange time of the events of message `sequence`.
  static Nanos time_of(Sequence sequence) { return {1'000 * static_cast<i64>(sequence)}; }

 private:
  static void push(Kind kind, EventFlags flags, Sequence sequence, Nanos ingress,
                   EventBuffer& out) {
    Event& event = out.push();
    event = Event{};
    event.exchange_time = time_of(sequence);
    event.due_time = ingress;
    event.sequence = sequence;
    event.kind = kind;
    event.flags = flags;
  }

  Record& record_;
  bool complete_ = false;
};

}  // namespace tapedeck::test
