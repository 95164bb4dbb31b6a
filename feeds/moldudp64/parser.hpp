// Reads MoldUDP64 packets: detects gaps, duplicates and session changes, and passes each message to
// a decoder, once and in the order of the wire's sequence numbers. Does not know the messages'
// format. One thread; no allocation per packet.
//
// 1. Before the first message after a gap, the parser emits a `loss` event with the missing
//    numbers. There is no recovery yet, so the event is flagged kCarryOn: books continue, marked
//    STALE.
// 2. A packet or message that cannot be read also gives a loss event, so that no book becomes wrong
//    unnoticed. Exception: an empty message only counts as malformed.
// 3. `expected_` is the next sequence number on the wire. It never decreases within a session. A
//    packet without numbers (in an anonymised capture) is not compared with `expected_` and does
//    not change it.
#pragma once

#include <memory>
#include <optional>

#include "feeds/common/datagram_parser.hpp"
#include "feeds/common/message_decoder.hpp"
#include "feeds/moldudp64/packet.hpp"

namespace tapedeck::feeds {

class MoldUdp64Parser final : public DatagramParser {
 public:
  explicit MoldUdp64Parser(std::unique_ptr<MessageDecoder> decoder);

  [[nodiscard]] bool recognises(Bytes payload) const override;
  [[nodiscard]] std::size_t header_bytes() const override { return moldudp64::kHeaderBytes; }
  void begin(Bytes payload) override;
  void begin_unreadable() override;
  u32 step(u32 max_messages, Nanos ingress, EventBuffer& out) override;
  [[nodiscard]] bool finished() const override { return blocks_left_ == 0 && !clear_ && !loss_; }

  void set_midnight(Nanos midnight) override { decoder_->set_midnight(midnight); }
  /// Returns true if the sender ended the session, or if the newest message was the format's
  /// closing message.
  [[nodiscard]] bool complete() const override { return session_ended_ || decoder_->complete(); }
  /// Returns the wire's number of the newest message, whether it was read or lost; 0 if the packets
  /// have no numbers.
  [[nodiscard]] u64 last_sequence() const override { return expected_ == 0 ? 0 : expected_ - 1; }
  [[nodiscard]] FeedCounters& counters() override { return counters_; }
  [[nodiscard]] std::vector<std::string> warnings() const override;

 private:
  // The first number of every session.
  static constexpr u64 kFirstSequence = 1;

  void enter_session(const moldudp64::Header& header);
  void put_in_order(const moldudp64::Header& header);
  void count_gap(u64 messages);
  void take_message(Bytes message, Nanos ingress, EventBuffer& out);
  void drop_rest();
  void count_left_over();
  void emit_pending(Nanos ingress, EventBuffer& out);
  void emit_loss(LossFields loss, Nanos ingress, EventBuffer& out);
  Event& push(Kind kind, EventFlags flags, Nanos ingress, EventBuffer& out);
  // Returns the number of the next message: the wire's number, or the channel's number if the
  // packet has no numbers.
  [[nodiscard]] u64 next_number() const { return sequenced_ ? expected_ : counters_.messages + 1; }

  std::unique_ptr<MessageDecoder> decoder_;
  FeedCounters& counters_;  // the decoder's

  // State of the datagram being decoded:
  Bytes rest_;
  u16 blocks_left_ = 0;
  u16 duplicates_left_ = 0;  // how many of the remaining blocks, from the first on, are duplicates
  bool sequenced_ = false;
  bool clear_ = false;              // a clear has to be emitted before anything else
  std::optional<LossFields> loss_;  // a loss that has to be emitted before the next message

  // State of the session:
  u64 expected_ = 0;  // 0 before the first packet that has a number
  moldudp64::SessionName session_{};
  moldudp64::SessionName previous_session_{};
  bool session_ended_ = false;
  Nanos last_exchange_time_{0};

  // Counts for warnings():
  u64 sessions_resumed_ = 0;
  u64 unsequenced_packets_ = 0;
};

}  // namespace tapedeck::feeds
