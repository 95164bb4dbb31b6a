#include "feeds/moldudp64/parser.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace tapedeck::feeds {
namespace {

using moldudp64::Header;

// A step needs room for this many events to continue: a message's events, or a clear and a loss.
constexpr u32 kRoomPerStep = kMaxEventsPerMessage;
static_assert(kRoomPerStep >= 2, "a session change with a gap is a clear and a loss");

u64 saturating_add(u64 a, u64 b) {
  return b > std::numeric_limits<u64>::max() - a ? std::numeric_limits<u64>::max() : a + b;
}

}  // namespace

MoldUdp64Parser::MoldUdp64Parser(std::unique_ptr<MessageDecoder> decoder)
    : decoder_(std::move(decoder)), counters_(decoder_->counters()) {}

bool MoldUdp64Parser::recognises(Bytes payload) const {
  const auto header = moldudp64::parse_header(payload);
  return header && moldudp64::is_plausible(header->session);
}

void MoldUdp64Parser::begin(Bytes payload) {
  assert(finished() && "the datagram before is finished first");
  const auto header = moldudp64::parse_header(payload);
  if (!header || header->sequence > moldudp64::kMaxSequence) {
    begin_unreadable();
    return;
  }
  sequenced_ = header->sequenced();
  duplicates_left_ = 0;
  rest_ = payload.subspan(moldudp64::kHeaderBytes);
  blocks_left_ = header->messages();
  if (sequenced_) {
    enter_session(*header);
    put_in_order(*header);
  } else {
    unsequenced_packets_ += 1;
  }
  if (header->count == moldudp64::kEndOfSession) session_ended_ = true;
  if (header->messages() == 0) count_left_over();
}

void MoldUdp64Parser::begin_unreadable() {
  counters_.malformed += 1;
  rest_ = {};
  blocks_left_ = 0;
  sequenced_ = expected_ != 0;
  loss_ = LossFields{next_number(), next_number()};
}

void MoldUdp64Parser::enter_session(const Header& header) {
  if (header.session == session_) return;
  const bool is_first = expected_ == 0;
  if (!is_first && header.session == previous_session_) sessions_resumed_ += 1;
  previous_session_ = std::exchange(session_, header.session);
  session_ended_ = false;
  // A reader that joins late cannot know what came before. A reader that sees a new session follow
  // another was there at its beginning.
  expected_ = is_first ? header.sequence : kFirstSequence;
  clear_ = !is_first;
}

void MoldUdp64Parser::put_in_order(const Header& header) {
  if (header.sequence > expected_) {
    loss_ = LossFields{expected_, header.sequence - 1};
    count_gap(header.sequence - expected_);
    expected_ = header.sequence;
    return;
  }
  const u64 seen_before = std::min<u64>(expected_ - header.sequence, header.messages());
  counters_.duplicates += seen_before;
  duplicates_left_ = static_cast<u16>(seen_before);
  if (seen_before == header.messages()) blocks_left_ = 0;
}

void MoldUdp64Parser::count_gap(u64 messages) {
  counters_.gaps += 1;
  counters_.lost = saturating_add(counters_.lost, messages);
}

u32 MoldUdp64Parser::step(u32 max_messages, Nanos ingress, EventBuffer& out) {
  u32 taken = 0;
  while (!finished() && out.room() >= kRoomPerStep) {
    if (clear_ || loss_) {
      emit_pending(ingress, out);
      continue;
    }
    if (taken == max_messages) break;
    const moldudp64::Block block = moldudp64::take_block(rest_);
    if (!block.whole) {
      drop_rest();
      continue;
    }
    blocks_left_ -= 1;
    if (duplicates_left_ > 0) {
      duplicates_left_ -= 1;
    } else {
      take_message(block.message, ingress, out);
      taken += 1;
    }
    if (blocks_left_ == 0) count_left_over();
  }
  return taken;
}

void MoldUdp64Parser::take_message(Bytes message, Nanos ingress, EventBuffer& out) {
  const u64 number = next_number();
  if (sequenced_) expected_ += 1;
  if (message.empty()) {
    counters_.malformed += 1;
    return;
  }
  counters_.messages += 1;
  const u32 before = out.size();
  const Decoded decoded = decoder_->decode(message, counters_.messages, ingress, out);
  if (out.size() > before) last_exchange_time_ = (out.end() - 1)->exchange_time;
  if (decoded == Decoded::too_short) emit_loss({number, number}, ingress, out);
}

// Drops the rest of a packet after a block that does not end inside it, because the next block's
// position is unknown.
void MoldUdp64Parser::drop_rest() {
  counters_.malformed += 1;
  const u64 lost = u64{blocks_left_} - duplicates_left_;
  loss_ = LossFields{next_number(), next_number() + lost - 1};
  if (sequenced_) {
    count_gap(lost);
    expected_ += lost;
  }
  blocks_left_ = 0;
}

void MoldUdp64Parser::count_left_over() {
  if (!rest_.empty()) counters_.oversized += 1;
}

void MoldUdp64Parser::emit_pending(Nanos ingress, EventBuffer& out) {
  if (clear_) push(Kind::clear, kLastOfEvent, ingress, out);
  if (loss_) emit_loss(*loss_, ingress, out);
  clear_ = false;
  loss_.reset();
}

void MoldUdp64Parser::emit_loss(LossFields loss, Nanos ingress, EventBuffer& out) {
  push(Kind::loss, kCarryOn | kLastOfEvent, ingress, out).loss = loss;
}

// Pushes an event that comes from no message. It has the number and the time of the newest message.
Event& MoldUdp64Parser::push(Kind kind, EventFlags flags, Nanos ingress, EventBuffer& out) {
  Event& event = out.push();
  event = Event{};
  event.exchange_time = last_exchange_time_;
  event.due_time = ingress;
  event.sequence = counters_.messages;
  event.instrument = kEveryInstrument;
  event.kind = kind;
  event.flags = flags;
  return event;
}

std::vector<std::string> MoldUdp64Parser::warnings() const {
  std::vector<std::string> all;
  if (unsequenced_packets_ > 0) {
    all.push_back(std::to_string(unsequenced_packets_) +
                  " MoldUDP64 packets carry no session or sequence number; among them a lost "
                  "packet cannot be noticed");
  }
  if (sessions_resumed_ > 0) {
    all.push_back("a MoldUDP64 session came back after another one, " +
                  std::to_string(sessions_resumed_) +
                  " times, and emptied every book each time; the capture seems to hold several "
                  "feeds: keep one of them by its multicast group");
  }
  return all;
}

}  // namespace tapedeck::feeds
