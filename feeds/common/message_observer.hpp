// Observes the raw messages that a decoder receives, in order to copy or count them. Called on the
// channel's thread, in the order of the messages.
#pragma once

#include <memory>
#include <utility>

#include "feeds/common/message_decoder.hpp"

namespace tapedeck::feeds {

class MessageObserver {
 public:
  virtual ~MessageObserver() = default;

  /// Receives a whole message, unknown types included, before its events are handed over. Not
  /// called for a message that is too short for its type, or whose instrument was not requested.
  /// `sequence`: the message's number within the channel. `events`: the message's events, at the
  /// end of the poll's buffer; empty when the default on_messages() made the call, or when the feed
  /// makes the events later (LOBSTER). Both spans are valid only during the call.
  virtual void on_message(Bytes message, Sequence sequence, std::span<const Event> events) = 0;
  /// Receives `count` consecutive messages at once. All of them are whole, and their instruments
  /// were requested. In `framed`, a 16-bit big-endian length precedes each message, as in an ITCH
  /// file. `first` is the first message's number within the channel. `events` are the events of all
  /// `count` messages.
  virtual void on_messages(Bytes framed, Sequence first, u32 count,
                           std::span<const Event> /*events*/) {
    for (u32 i = 0; i < count; ++i) {
      const std::size_t length = load_be<u16>(framed.data());
      on_message(framed.subspan(sizeof(u16), length), first + i, {});
      framed = framed.subspan(sizeof(u16) + length);
    }
  }
  /// Receives the midnight (nanoseconds since 1970 UTC) that is added to the times of all later
  /// messages.
  virtual void on_midnight(Nanos /*midnight*/) {}
};

/// Decodes the message. Then passes it to `observer`, unless the message is too short or its
/// instrument was not requested.
template <class Decoder>
Decoded decode_observed(Decoder& decoder, MessageObserver& observer, Bytes message,
                        Sequence sequence, Nanos ingress, EventBuffer& out) {
  const u64 filtered = decoder.counters().filtered;
  const u32 before = out.size();
  const Decoded decoded = decoder.decode(message, sequence, ingress, out);
  const bool wanted = decoder.counters().filtered == filtered;
  if (decoded != Decoded::too_short && wanted) {
    observer.on_message(message, sequence, {out.begin() + before, out.end()});
  }
  return decoded;
}

/// Wraps a decoder so that an observer sees its messages, for transports that take any decoder.
class ObservedDecoder final : public MessageDecoder {
 public:
  /// `observer` must outlive the decoder.
  ObservedDecoder(std::unique_ptr<MessageDecoder> decoder, MessageObserver& observer)
      : decoder_(std::move(decoder)), observer_(observer) {}

  Decoded decode(Bytes message, Sequence sequence, Nanos ingress, EventBuffer& out) override {
    return decode_observed(*decoder_, observer_, message, sequence, ingress, out);
  }
  void set_midnight(Nanos midnight) override {
    decoder_->set_midnight(midnight);
    observer_.on_midnight(midnight);
  }
  [[nodiscard]] bool complete() const override { return decoder_->complete(); }
  [[nodiscard]] FeedCounters& counters() override { return decoder_->counters(); }
  void export_state(const std::function<void(Bytes)>& emit) const override {
    decoder_->export_state(emit);
  }
  bool import_state(Bytes record) override { return decoder_->import_state(record); }
  [[nodiscard]] std::optional<Instrument> imported_instrument(Instrument there) const override {
    return decoder_->imported_instrument(there);
  }

 private:
  std::unique_ptr<MessageDecoder> decoder_;
  MessageObserver& observer_;
};

}  // namespace tapedeck::feeds
