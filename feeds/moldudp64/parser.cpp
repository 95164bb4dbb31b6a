#include "feeds/moldudp64/parser.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "engine/core/units.hpp"
#include "feeds/common/channel_event.hpp"

namespace tapedeck::feeds {
namespace {

// A step needs room for this many events to continue: a message's events, or a clear and a loss.
constexpr u32 kRoomPerStep = kMaxEventsPerMessage;
static_assert(kRoomPerStep >= 2, "a session change with a gap is a clear and a loss");
static_assert(moldudp64::kMaxSequence == PacketSequencer::kMaxFirst);

}  // namespace

MoldUdp64Parser::MoldUdp64Parser(std::unique_ptr<MessageDecoder> decoder, SequencerLimits limits)
    : decoder_(std::move(decoder)),
      counters_(decoder_->counters()),
      sequencer_(PacketSequencer::Start::joined, limits) {}

bool MoldUdp64Parser::read_header(Bytes payload) {
  if (!moldudp64::read_header(payload, header_)) return false;
  is_of_session_ = in_session_ && moldudp64::is_same(header_.session, session_);
  return true;
}

bool MoldUdp64Parser::recognises(const Datagram& datagram) {
  assert(finished() && "the datagram before is finished first");
  recognised_ = nullptr;
  if (!read_header(datagram.payload)) return false;
  if (!is_of_session_ && !moldudp64::is_plausible(header_.session)) return false;
  if (!moldudp64::has_packet_blocks(header_, datagram.payload, datagram.size, ends_)) return false;
  recognised_ = datagram.payload.data();
  recognised_bytes_ = datagram.payload.size();
  return true;
}

void MoldUdp64Parser::begin(const Datagram& datagram) {
  assert(finished() && "the datagram before is finished first");
  const bool is_found =
      recognised_ == datagram.payload.data() && recognised_bytes_ == datagram.payload.size();
  recognised_ = nullptr;
  if (!(is_found || read_header(datagram.payload)) || header_.sequence > moldudp64::kMaxSequence) {
    begin_unreadable(datagram.time);
    return;
  }
  now_ = datagram.time;
  const Bytes blocks = datagram.payload.subspan(moldudp64::kHeaderBytes);
  if (!is_found || header_.messages() == 0) (void)ends_.find(blocks);
  const std::span<const u32> ends = stated_blocks(datagram, blocks);
  if (is_of_session_ && header_.sequenced() && !sequencer_.waits()) {
    packet_ = {header_.sequence, ends, blocks};
    if (offer()) return;
  } else {
    oddities_.padded_with_nul |= moldudp64::pad_with_blanks(header_.session);
    waiting_packet_ = {header_.sequence, ends, blocks};
    waiting_ = true;
  }
  advance();
}

// Returns the ends of the blocks that the header states, as far as they are there.
std::span<const u32> MoldUdp64Parser::stated_blocks(const Datagram& datagram, Bytes blocks) {
  const std::span<const u32> ends = ends_.all();
  if (ends.size() < header_.messages()) {
    ++counters_.malformed;
    if (!datagram.is_cut()) ++oddities_.short_packets;
    return ends;
  }
  const std::span<const u32> stated = ends.first(header_.messages());
  const std::size_t end = stated.empty() ? 0 : stated.back();
  if (end < blocks.size()) ++counters_.oversized;
  return stated;
}

void MoldUdp64Parser::begin_unreadable(Nanos time) {
  now_ = time;
  ++counters_.malformed;
  // Numbers will show what is missing, if there are any.
  if (!in_session_ && oddities_.unsequenced_packets > 0) {
    loss_ = PendingLoss{{counters_.messages + 1, counters_.messages + 1}, 0};
  } else {
    unreadable_ = true;
  }
  advance();
}

void MoldUdp64Parser::begin_end() {
  ending_ = true;
  sequencer_.finish();
  advance();
}

// Goes on to what is to be delivered or emitted next, if there is anything.
void MoldUdp64Parser::advance() {
  while (finished()) {
    if (const u64 missing = std::exchange(missing_behind_, 0); missing > 0) {
      loss_ = PendingLoss{{counters_.messages + 1, counters_.messages + missing}, 0};
      continue;
    }
    if (sequencer_.waits() && take_due()) continue;
    if (!waiting_) break;
    take_waiting();
  }
  if (ending_ && finished() && std::exchange(unreadable_, false)) {
    const u64 next = in_session_ ? sequencer_.expected() : counters_.messages + 1;
    loss_ = PendingLoss{{next, next}, 0};
  }
}

// Takes what the sequencer says is due; false: nothing.
bool MoldUdp64Parser::take_due() {
  switch (sequencer_.next(now_)) {
    case PacketSequencer::Due::nothing:
      return false;
    case PacketSequencer::Due::packet:
      packet_ = sequencer_.held();
      deliver_from(0);
      sequenced_ = true;
      break;
    case PacketSequencer::Due::gap:
      loss_ = PendingLoss{{sequencer_.first(), sequencer_.last()}, 0};
      break;
    case PacketSequencer::Due::joined:
      loss_ = PendingLoss{{sequencer_.first(), sequencer_.last()}, kJoined};
      oddities_.joined_at = sequencer_.last() + 1;
      oddities_.joined_session = session_;
      break;
  }
  unreadable_ = false;
  note_counts();
  return true;
}

void MoldUdp64Parser::take_waiting() {
  if (!header_.sequenced()) {
    waiting_ = false;
    ++oddities_.unsequenced_packets;
    if (std::exchange(unreadable_, false) && !in_session_) {
      loss_ = PendingLoss{{counters_.messages + 1, counters_.messages + 1}, 0};
    }
    sequenced_ = false;
    missing_behind_ = header_.messages() - waiting_packet_.count();
    packet_ = waiting_packet_;
    deliver_from(0);
    return;
  }
  if (header_.session != session_ && !enter_session()) return;
  waiting_ = false;
  packet_ = waiting_packet_;
  (void)offer();
}

// Offers the newest packet, which is of the session and has a number, to the sequencer. Returns
// true if it is delivered and has messages.
inline bool MoldUdp64Parser::offer() {
  if (header_.count == moldudp64::kEndOfSession) end_ = std::max(end_, header_.sequence);
  const PacketSequencer::Offered offered = sequencer_.offer(packet_, now_);
  const bool in_order = offered.verdict == PacketSequencer::Verdict::deliver;
  if (!in_order || offered.skip > 0) note_counts();
  if (offered.verdict == PacketSequencer::Verdict::damaged) {
    ++counters_.malformed;
    ++oddities_.damaged_numbers;
    return false;
  }
  // Messages that the packet states and does not hold were sent.
  if (header_.messages() > packet_.count()) {
    (void)sequencer_.claim(header_.sequence + header_.messages(), now_);
  }
  if (!in_order) return false;
  unreadable_ = false;
  sequenced_ = true;
  deliver_from(offered.skip);
  return !finished();
}

// Returns true once the parser is in the header's session. A session before it is brought to its
// end first. Only messages begin a session: a heartbeat of another one is nothing.
bool MoldUdp64Parser::enter_session() {
  const bool had_messages = sequencer_.has_begun() || sequencer_.waits();
  if (!in_session_ || (!had_messages && header_.messages() > 0)) {
    in_session_ = true;
    session_ = header_.session;
    return true;
  }
  if (header_.messages() == 0) {
    waiting_ = false;
    return false;
  }
  if (header_.session == previous_session_) {
    waiting_ = false;
    ++oddities_.stragglers;
    sequencer_.count_straggler(header_.sequence, header_.messages());
    note_counts();
    return false;
  }
  sequencer_.finish();
  if (sequencer_.waits()) return false;
  previous_session_ = std::exchange(session_, header_.session);
  // A reader that sees a session follow another was there at its beginning.
  sequencer_.restart(PacketSequencer::Start::begun);
  ++oddities_.sessions_replaced;
  end_ = 0;
  clear_ = true;
  return false;
}

void MoldUdp64Parser::deliver_from(u32 skip) {
  at_ = skip;
  until_ = packet_.ends.size();
}

inline void MoldUdp64Parser::take_message(Bytes message, u64 number, Nanos ingress,
                                          EventBuffer& out) {
  if (message.empty()) {
    ++counters_.malformed;
    ++oddities_.empty_blocks;
    return;
  }
  counters_.messages += 1;
  const u32 before = out.size();
  const Decoded decoded = decoder_->decode(message, counters_.messages, ingress, out);
  if (out.size() > before) last_exchange_time_ = (out.end() - 1)->exchange_time;
  if (decoded == Decoded::too_short) emit_loss({{number, number}, 0}, ingress, out);
}

u32 MoldUdp64Parser::step(u32 max_messages, Nanos ingress, EventBuffer& out) {
  u32 taken = 0;
  while (!finished() && out.room() >= kRoomPerStep) {
    if (clear_ || loss_) {
      emit_pending(ingress, out);
    } else {
      if (taken == max_messages) break;
      taken += take_messages(max_messages - taken, ingress, out);
    }
    if (finished()) advance();
  }
  return taken;
}

// Takes messages of the packet that is being delivered, at most `most`, as far as there is room.
u32 MoldUdp64Parser::take_messages(u32 most, Nanos ingress, EventBuffer& out) {
  const u32* const ends = packet_.ends.data();
  const std::byte* const bytes = packet_.bytes.data();
  std::size_t begin = at_ == 0 ? 0 : ends[at_ - 1];
  u32 taken = 0;
  for (; at_ != until_ && taken < most && out.room() >= kRoomPerStep; ++taken) {
    const std::size_t end = ends[at_];
    const u64 number = sequenced_ ? packet_.first + at_ : counters_.messages + 1;
    ++at_;
    const std::size_t header = moldudp64::kLengthBytes;
    take_message({bytes + begin + header, end - begin - header}, number, ingress, out);
    begin = end;
  }
  return taken;
}

void MoldUdp64Parser::emit_pending(Nanos ingress, EventBuffer& out) {
  if (clear_) push(Kind::clear, kLastOfEvent, ingress, out);
  if (loss_) emit_loss(*loss_, ingress, out);
  clear_ = false;
  loss_.reset();
}

void MoldUdp64Parser::emit_loss(const PendingLoss& loss, Nanos ingress, EventBuffer& out) {
  const auto flags = static_cast<EventFlags>(kCarryOn | kLastOfEvent | loss.flags);
  push(Kind::loss, flags, ingress, out).loss = loss.range;
}

Event& MoldUdp64Parser::push(Kind kind, EventFlags flags, Nanos ingress, EventBuffer& out) {
  return push_channel_event(kind, flags, {counters_.messages, last_exchange_time_}, ingress, out);
}

// Only an end behind all messages ends the session. (A request for 65,535 messages looks like one.)
bool MoldUdp64Parser::complete() const {
  return (end_ != 0 && end_ >= sequencer_.expected()) || decoder_->complete();
}

u64 MoldUdp64Parser::last_sequence() const {
  return sequencer_.has_begun() ? sequencer_.expected() - 1 : 0;
}

void MoldUdp64Parser::note_counts() {
  const SequencerCounts& counts = sequencer_.counts();
  counters_.gaps = counts.gaps;
  counters_.lost = counts.lost;
  counters_.duplicates = counts.duplicates;
  counters_.conflicting = counts.conflicting;
  counters_.late = counts.late;
}

std::vector<std::string> MoldUdp64Parser::warnings() const {
  std::vector<std::string> all;
  const auto add = [&all](u64 count, std::string_view one, std::string_view many) {
    if (count > 0) all.push_back(counted(count, one, many));
  };
  if (oddities_.joined_at != 0) {
    all.push_back("session " + moldudp64::text_of(oddities_.joined_session) +
                  " was joined at message " + grouped(oddities_.joined_at) +
                  ": the messages before it are missing, and the books lack what they left");
  }
  add(oddities_.unsequenced_packets,
      "MoldUDP64 packet carries no session or sequence number; one like it could be lost unnoticed",
      "MoldUDP64 packets carry no session or sequence number; among them a lost packet cannot be "
      "noticed");
  if (oddities_.sessions_replaced > 0) {
    all.push_back("session " + moldudp64::text_of(previous_session_) + " was replaced by " +
                  moldudp64::text_of(session_) + ", and every book was emptied" +
                  (oddities_.sessions_replaced > 1
                       ? "; " + counted(oddities_.sessions_replaced, "session") + " were replaced"
                       : ""));
  }
  add(oddities_.stragglers, "packet is of a session that had been replaced, and was not used",
      "packets are of a session that had been replaced, and were not used");
  add(counters_.conflicting,
      "message came again with other bytes under the same number; the first copy was used",
      "messages came again with other bytes under the same number; the first copy was used");
  add(counters_.late, "message came too late, and was not used",
      "messages came too late, and were not used");
  add(oddities_.damaged_numbers, "MoldUDP64 packet has a sequence number that cannot be",
      "MoldUDP64 packets have a sequence number that cannot be");
  add(oddities_.empty_blocks, "MoldUDP64 block has length 0", "MoldUDP64 blocks have length 0");
  add(oddities_.short_packets, "MoldUDP64 packet states more messages than it holds",
      "MoldUDP64 packets state more messages than they hold");
  if (oddities_.padded_with_nul) {
    all.emplace_back("session names are padded with NUL instead of blanks");
  }
  return all;
}

}  // namespace tapedeck::feeds
