// Sequences MoldUDP64 packets: detects gaps, duplicates and session changes, and passes each
// message to a decoder once and in the wire's order. Knows no message format. One thread; no
// allocation per packet.
//
// 1. A `loss` event that names the gap precedes the first message after the gap. There is no
//    recovery yet, so a loss is flagged kCarryOn: books continue, marked STALE.
// 2. A packet or message that cannot be read is a loss too, so that no book becomes wrong
//    unnoticed.
// 3. `expected_` is the wire's next number and never decreases within a session. A packet without
//    numbers (anonymised captures) neither reads nor changes it.
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
  /// True when the sender ended the session, or the newest message was the format's closing
  /// message.
  [[nodiscard]] bool complete() const override { return session_ended_ || decoder_->complete(); }
  /// The wire's number of the newest message, read or lost; 0 when there are no numbers.
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
  // The number of the next message: the wire's, or the channel's when the wire has none.
  [[nodiscard]] u64 next_number() const { return sequenced_ ? expected_ : counters_.messages + 1; }

  std::unique_ptr<MessageDecoder> decoder_;
  FeedCounters& counters_;  // the decoder's

  // The datagram being decoded.
  Bytes rest_;
  u16 blocks_left_ = 0;
  u16 duplicates_left_ = 0;  // this many of the blocks left, the first ones, are duplicates
  bool sequenced_ = false;
  bool clear_ = false;              // a clear is to be emitted before anything else
  std::optional<LossFields> loss_;  // to be emitted before the next message

  // The session.
  u64 expected_ = 0;  // 0 before the first packet that has a number
  moldudp64::SessionName session_{};
  moldudp64::SessionName previous_session_{};
  bool session_ended_ = false;
  Nanos last_exchange_time_{0};

  // For the warnings.
  u64 sessions_resumed_ = 0;
  u64 unsequenced_packets_ = 0;
};

}  // namespace tapedeck::feeds
