// Reads MoldUDP64 packets: puts them in order, detects gaps, duplicates and session changes, and
// passes each message to a decoder, once and in the order of the wire's sequence numbers. Does not
// know the messages' format. One thread; no allocation for a packet that comes in order.
//
// 1. feeds/common/packet_sequencer.hpp says which packets wait for others, and when missing numbers
//    are given up. Before the first message after a gap, the parser emits a `loss` event with these
//    numbers. There is no recovery yet, so the event is flagged kCarryOn: books continue, marked
//    STALE. If the first packet's number is not 1, the event is flagged kJoined: books are SUSPECT.
// 2. A message that cannot be read gives a loss event of its number, so that no book becomes wrong
//    unnoticed. What is missing at the end of a packet, because the packet is cut or states more
//    messages than it holds, is missing like a packet that did not come: another copy may bring it.
//    An empty message only counts as malformed.
// 3. A session that follows another empties the books and begins at number 1. Packets of the
// session
//    before are not used any more.
// 4. A packet without numbers (in an anonymised capture) is decoded at once.
#pragma once

#include <memory>
#include <optional>

#include "feeds/common/datagram_parser.hpp"
#include "feeds/common/message_decoder.hpp"
#include "feeds/common/packet_sequencer.hpp"
#include "feeds/moldudp64/packet.hpp"

namespace tapedeck::feeds {

class MoldUdp64Parser final : public DatagramParser {
 public:
  explicit MoldUdp64Parser(std::unique_ptr<MessageDecoder> decoder, SequencerLimits limits = {});

  [[nodiscard]] bool recognises(const Datagram& datagram) override;
  [[nodiscard]] std::size_t header_bytes() const override { return moldudp64::kHeaderBytes; }
  void begin(const Datagram& datagram) override;
  void begin_unreadable(Nanos time) override;
  void begin_end() override;
  u32 step(u32 max_messages, Nanos ingress, EventBuffer& out) override;
  [[nodiscard]] bool finished() const override { return at_ == until_ && !clear_ && !loss_; }

  void set_midnight(Nanos midnight) override { decoder_->set_midnight(midnight); }
  /// Returns true if the sender ended the session, or if the newest message was the format's
  /// closing message.
  [[nodiscard]] bool complete() const override;
  /// Returns the wire's number of the newest message, whether it was read or given up; 0 if the
  /// packets have no numbers.
  [[nodiscard]] u64 last_sequence() const override;
  [[nodiscard]] FeedCounters& counters() override { return counters_; }
  [[nodiscard]] std::vector<std::string> warnings() const override;

 private:
  // A loss to emit before the next message.
  struct PendingLoss {
    LossFields range;
    EventFlags flags;
  };
  // What warnings() tells.
  struct Oddities {
    u64 unsequenced_packets = 0;
    u64 sessions_replaced = 0;
    u64 stragglers = 0;  // packets of the session before
    u64 damaged_numbers = 0;
    u64 empty_blocks = 0;
    u64 short_packets = 0;  // that hold fewer messages than they state
    bool padded_with_nul = false;
    u64 joined_at = 0;
    moldudp64::SessionName joined_session{};
  };

  void advance();
  [[nodiscard]] bool read_header(Bytes payload);
  [[nodiscard]] std::span<const u32> stated_blocks(const Datagram& datagram, Bytes blocks);
  void take_waiting();
  [[nodiscard]] bool offer();
  [[nodiscard]] bool enter_session();
  void deliver_from(u32 skip);
  [[nodiscard]] bool take_due();
  u32 take_messages(u32 most, Nanos ingress, EventBuffer& out);
  void take_message(Bytes message, u64 number, Nanos ingress, EventBuffer& out);
  void emit_pending(Nanos ingress, EventBuffer& out);
  void emit_loss(const PendingLoss& loss, Nanos ingress, EventBuffer& out);
  Event& push(Kind kind, EventFlags flags, Nanos ingress, EventBuffer& out);
  void note_counts();

  std::unique_ptr<MessageDecoder> decoder_;
  FeedCounters& counters_;  // the decoder's
  PacketSequencer sequencer_;

  // The newest datagram, until it is offered to the sequencer. Its header and its blocks are read
  // once and used where they lie: a copy of what was just written waits for the writes.
  moldudp64::Header header_;
  bool is_of_session_ = false;  // of the header
  moldudp64::BlockEnds ends_;
  const std::byte* recognised_ = nullptr;  // the payload of header_ and ends_, until begin()
  std::size_t recognised_bytes_ = 0;
  NumberedPacket waiting_packet_;  // each message with the length before it
  bool waiting_ = false;           // for packets that come before it, or for another session
  Nanos now_{0};

  // What is being delivered, or is offered to be delivered:
  NumberedPacket packet_;
  std::size_t at_ = 0, until_ = 0;  // messages of packet_
  bool sequenced_ = false;
  u64 missing_behind_ = 0;  // messages that a packet without numbers states and does not hold
  bool clear_ = false;      // a clear has to be emitted before anything else
  std::optional<PendingLoss> loss_;

  // State of the session:
  bool in_session_ = false;  // a packet with numbers has come
  moldudp64::SessionName session_{};
  moldudp64::SessionName previous_session_{};
  u64 end_ = 0;          // the number that the sender has said comes after the session; 0: not said
  bool ending_ = false;  // begin_end() was called
  bool unreadable_ = false;  // since the last message a datagram came that cannot be read
  Nanos last_exchange_time_{0};
  Oddities oddities_;
};

}  // namespace tapedeck::feeds
