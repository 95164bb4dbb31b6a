#include "feeds/tape/feed.hpp"

#include <algorithm>
#include <utility>

#include "engine/core/units.hpp"
#include "feeds/common/channel_event.hpp"

namespace tapedeck::tape {
namespace {

constexpr std::size_t kLength = sizeof(u16);
constexpr const char* kOtherContent = "a frame that does not hold the messages that it says";

}  // namespace

TapeFeed::TapeFeed(std::unique_ptr<feeds::ByteSource> frames,
                   std::unique_ptr<feeds::MessageDecoder> decoder, TapeOptions options)
    : frames_(std::move(frames)),
      decoder_(std::move(decoder)),
      options_(std::move(options)),
      counters_(decoder_ ? decoder_->counters() : own_counters_) {}

FeedStatus TapeFeed::poll(EventBuffer& out, Nanos now) {
  u32 budget = kMaxMessagesPerPoll;
  Step step = Step::went_on;
  while (step == Step::went_on && !ended_) step = this->step(out, budget, now);
  if (ended_) return FeedStatus::ended;
  return step == Step::nothing_yet ? FeedStatus::idle : FeedStatus::ready;
}

TapeFeed::Step TapeFeed::step(EventBuffer& out, u32& budget, Nanos now) {
  if (budget == 0 || out.room() < feeds::kMaxEventsPerMessage) return Step::full;
  if (left_ == 0) {
    // What was read is handed over before a pipe's writer is waited for.
    if (!out.empty() && !frames_->is_ready(kFrameHeaderBytes)) return Step::full;
    --budget;  // frames without messages count as work too
    return next_frame(out, now);
  }
  const u32 taken = in_checkpoint_                      ? decode_checkpoint(out, budget, now)
                    : frame_.content == Content::itch50 ? decode_messages(out, budget, now)
                                                        : decode_events(out, budget, now);
  budget -= std::min(budget, taken);
  return Step::went_on;
}

TapeFeed::Step TapeFeed::next_frame(EventBuffer& out, Nanos now) {
  if (!frames_->ensure(kFrameHeaderBytes)) return end_of_file();
  const std::byte* const at = frames_->window().data();
  // A `bad` frame is not one from a file, so only its kind is valid.
  const auto header = load_checked_header(at);
  if (header.kind == FrameKind::bad) {
    note_bad(header);
    return Step::full;  // finding its end may have taken long
  }
  if (is_numbered(header.kind)) {
    // A frame without messages may be missing too, with events that changed the books.
    const bool misses_frame = header.number != std::exchange(next_frame_, header.number);
    const bool misses_checkpoint = std::exchange(in_checkpoint_, false) || checkpoint_failed_;
    checkpoint_failed_ = false;
    if (misses_checkpoint) expected_ = 1;  // the books lack everything before
    if (header.first > expected_ || misses_frame || misses_checkpoint) {
      note_loss(header.first, now, out);
      return Step::went_on;
    }
  }
  if (!frames_->ensure(kFrameHeaderBytes + header.size)) return end_of_file();
  frames_->consume(kFrameHeaderBytes);
  if (is_numbered(header.kind)) {
    bad_since_frame_ = false;
    next_frame_ = header.number + 1;
  }
  enter(header);
  return Step::went_on;
}

void TapeFeed::enter(const FrameHeader& header) {
  frame_ = header;
  left_ = header.size;
  if (header.kind == FrameKind::end) return take_closing();
  if (header.kind == FrameKind::checkpoint && in_checkpoint_) return enter_checkpoint();
  if (header.kind != FrameKind::data || !is_decodable(header)) {
    if (!is_decodable(header)) spoil("a frame of another kind of record than the tape's");
    frames_->consume(std::exchange(left_, 0));
    return;
  }
  if (header.first < expected_) {
    frames_->consume(std::exchange(left_, 0));
    return spoil("messages that were there before");
  }
  next_number_ = header.first;
  expected_ = header.last + 1;
  events_.reset();
  if (header.size == 0 && header.last >= header.first) return spoil(kOtherContent);
  if (!decoder_) return;
  const bool given = options_.midnight != Nanos{0};
  decoder_->set_midnight(given ? options_.midnight : header.midnight);
}

u32 TapeFeed::decode_messages(EventBuffer& out, u32 budget, Nanos now) {
  const Bytes content = frames_->window().first(left_);
  const std::byte* at = content.data();
  const std::byte* const end = at + content.size();
  u32 taken = 0;
  while (at != end && taken < budget && out.room() >= feeds::kMaxEventsPerMessage) {
    const auto rest = static_cast<std::size_t>(end - at);
    const std::size_t length = rest < kLength ? 0 : load_be<u16>(at);
    if (length == 0 || rest < kLength + length || next_number_ > frame_.last) [[unlikely]] {
      const std::size_t out_of_band = length == 0 ? take_out_of_band({at, end}, out, now) : 0;
      if (out_of_band == 0) {
        spoil("a record that is not whole");
        at = end;
        break;
      }
      at += out_of_band;
      continue;
    }
    ++counters_.messages;
    const u32 before = out.size();
    (void)decoder_->decode({at + kLength, length}, next_number_, now, out);
    if (out.size() > before) newest_ = std::max(newest_, out.end()[-1].exchange_time);
    last_sequence_ = next_number_++;
    at += kLength + length;
    ++taken;
  }
  const auto used = static_cast<std::size_t>(at - content.data());
  counters_.bytes += used;
  frames_->consume(used);
  left_ -= used;
  if (left_ == 0 && next_number_ != frame_.last + 1) spoil(kOtherContent);
  return taken;
}

// Takes an out-of-band record between messages. Returns its size; 0 if it is invalid or unknown.
std::size_t TapeFeed::take_out_of_band(Bytes rest, EventBuffer& out, Nanos now) {
  if (rest.size() <= kLength) return 0;
  const auto out_of_band = static_cast<OutOfBand>(rest[kLength]);
  const Bytes what = rest.subspan(kLength + 1);
  if (out_of_band == OutOfBand::skip) {
    VarintReader reader{what};
    const u64 skipped = reader.get();
    if (reader.failed() || skipped > frame_.last - std::min(frame_.last, next_number_ - 1))
      return 0;
    next_number_ += skipped;
    return static_cast<std::size_t>(reader.at() - rest.data());
  }
  if (out_of_band != OutOfBand::event) return 0;
  EventDecoder alone;
  Event event;
  const std::size_t size = alone.decode(what, event);
  if (size == 0 || event.kind == Kind::restore) return 0;
  place(event, now);
  out.push() = event;
  return kLength + 1 + size;
}

u32 TapeFeed::decode_events(EventBuffer& out, u32 budget, Nanos now) {
  const Bytes content = frames_->window().first(left_);
  std::size_t used = 0;
  u32 taken = 0;
  while (used < content.size() && taken < budget && out.room() > 1) {  // a doubt may follow
    Event& event = out.push();
    const std::size_t size = events_.decode(content.subspan(used), event);
    if (size == 0 || event.kind == Kind::restore) {  // only checkpoints may contain it
      out.pop();
      spoil("an event that is not whole");
      used = content.size();
      break;
    }
    const bool in_range = event.sequence + 1 >= frame_.first && event.sequence <= frame_.last &&
                          event.sequence >= last_sequence_;
    if (!in_range) {
      out.pop();
      spoil(kOtherContent);
      used = content.size();
      break;
    }
    used += size;
    place(event, now);
    if (event.sequence != last_sequence_) {
      ++counters_.messages;
      ++taken;
    }
    last_sequence_ = std::max(last_sequence_, event.sequence);
    newest_ = std::max(newest_, event.exchange_time);
    if (options_.symbols.empty()) continue;
    if (is_wanted(event)) {
      if (event.kind == Kind::define) doubt_if_late(out);
      continue;
    }
    if ((event.flags & kLastOfEvent) != 0) ++counters_.filtered;
    out.pop();
  }
  counters_.bytes += used;
  frames_->consume(used);
  left_ -= used;
  const bool has_messages = frame_.last >= frame_.first;
  if (left_ == 0 && has_messages && last_sequence_ != frame_.last) spoil(kOtherContent);
  return taken;
}

// Adapts a tape's event to this replay: its due time, flags and exchange time.
void TapeFeed::place(Event& event, Nanos now) const {
  event.due_time = now;
  event.flags &= static_cast<EventFlags>(~(kPreroll | kOfCheckpoint));
  event.exchange_time = in_time(event.exchange_time);
}

// Unsigned arithmetic, because a tape may contain any time.
Nanos TapeFeed::in_time(Nanos on_tape) const {
  if (on_tape == kBeginningOfTime) return on_tape;
  return {static_cast<i64>(static_cast<u64>(on_tape.value) +
                           static_cast<u64>(options_.midnight.value))};
}

// An instrument stays wanted when it loses its name, because its book and its new name would be
// wrong without its events.
bool TapeFeed::is_wanted(const Event& event) {
  const u32 at = event.instrument.value;
  if (at >= kMaxInstrumentsPerChannel) {  // for the whole channel
    if (event.kind == Kind::clear) {
      for (Selected& each : selected_) each.missed = false;
    }
    return true;
  }
  if (selected_.size() <= at) selected_.resize(std::size_t{at} + 1);
  Selected& selected = selected_[at];
  if (event.kind == Kind::define && !selected.wanted) {
    selected.wanted = options_.symbols.contains(event.define.name());
  }
  if (!selected.wanted) note_left_out(event);
  return selected.wanted;
}

void TapeFeed::note_left_out(const Event& event) {
  Selected& selected = selected_[event.instrument.value];
  if (event.kind == Kind::clear) {
    selected.missed = false;
  } else if (has_order_fields(event.kind)) {
    selected.missed = true;
  } else if (event.kind == Kind::trading_state) {
    selected.state = event.state;
  }
}

// Makes the book of the newest event, a definition, doubtful if orders of it were left out.
void TapeFeed::doubt_if_late(EventBuffer& out) {
  const Event& define = out.end()[-1];
  Selected& selected = selected_[define.instrument.value];
  if (!std::exchange(selected.missed, false)) return;
  Event& doubt = out.push();
  doubt = define;
  doubt.kind = Kind::trading_state;
  doubt.flags = kSynthetic | kDoubtful;
  doubt.state = selected.state;
  ++late_names_;
}

// Emits a loss before the frame that begins with message `next`.
void TapeFeed::note_loss(Sequence next, Nanos now, EventBuffer& out) {
  const u64 messages = next > expected_ ? next - expected_ : 0;
  feeds::push_channel_event(Kind::loss, kCarryOn | kLastOfEvent, {last_sequence_, newest_}, now,
                            out)
      .loss = {expected_, std::max(expected_, next - 1)};
  ++gaps_;
  lost_messages_ += messages;
  ++counters_.gaps;
  counters_.lost += messages;
  if (bad_since_frame_) note_damage();
  expected_ = std::max(expected_, next);
}

void TapeFeed::note_bad(const FrameHeader& header) {
  (void)frames_->ensure(kFrameHeaderBytes + header.size);
  const Bytes text = frames_->window().subspan(kFrameHeaderBytes, header.size);
  ++bad_parts_;
  bad_since_frame_ = true;
  const bool misses_messages = header.messages > 0;
  if (!first_bad_) {
    first_bad_ = Damage{.file = frames_->name(),
                        .offset = header.offset,
                        .found = {reinterpret_cast<const char*>(text.data()), text.size()},
                        .expected = "a frame of a tape",
                        .hint =
                            "what its frames before and behind hold was used; the books are "
                            "marked STALE where messages are missing"};
  }
  frames_->consume(kFrameHeaderBytes + header.size);
  if (misses_messages) note_damage();
}

// Notes that damage of the tape has lost messages.
void TapeFeed::note_damage() {
  lost_by_damage_ = true;
  damage_ = first_bad_;
}

// Handles content that matches its hash, but that no recorder of this version writes.
void TapeFeed::spoil(const char* found) {
  ++bad_parts_;
  bad_since_frame_ = true;
  if (!first_bad_) {
    first_bad_ = Damage{.file = frames_->name(),
                        .offset = frame_.offset,
                        .found = found,
                        .expected = "records as docs/formats.md has them",
                        .hint = "the tape was not made by a recorder of this version"};
  }
  note_damage();
  // The messages of this frame that were not emitted are missing before the next frame.
  if (frame_.content == Content::itch50) expected_ = std::min(expected_, next_number_);
  if (frame_.content == Content::events) {
    expected_ = std::min(expected_, std::max(frame_.first, last_sequence_ + 1));
  }
}

void TapeFeed::take_closing() {
  const auto closing = Closing::load(frames_->window().first(left_));
  frames_->consume(std::exchange(left_, 0));
  if (!closing) return spoil("a closing that is not whole");
  finish(*closing);
}

void TapeFeed::finish(const Closing& closing) {
  closed_ = true;
  complete_ = closing.complete;
  source_is_empty_ = closing.counters.messages == 0;
  schema_ = closing.schema;
  if (!damage_) damage_ = closing.damage;
  last_sequence_ = closing.last_sequence;
  // Combine the counters of the recorded source with those of this reader.
  const u64 messages = counters_.messages;
  const u64 bytes = counters_.bytes;
  const u64 filtered = counters_.filtered;
  const u64 restored = counters_.restored;
  counters_ = closing.counters;
  counters_.messages = messages;
  counters_.bytes = bytes;
  counters_.filtered = filtered;
  counters_.restored = restored;
  counters_.gaps += gaps_;
  counters_.lost += lost_messages_;
}

TapeFeed::Step TapeFeed::end_of_file() {
  if (options_.follow && !closed_ && !frames_->damage()) return Step::nothing_yet;
  // Messages may have followed a cut or damaged part. Only a closing shows what did.
  if (first_bad_ && !closed_) note_damage();
  if (frames_->damage()) damage_ = frames_->damage();
  ended_ = true;
  return Step::ended;
}

std::vector<std::string> TapeFeed::warnings() const {
  std::vector<std::string> all;
  if (ended_ && !closed_) {
    all.push_back(frames_->name() + ": was not closed by its recorder: it ends with message " +
                  grouped(expected_ - 1) + " of the channel");
  }
  if (first_bad_ && !lost_by_damage_) {
    all.push_back(first_bad_->message() + " (no message was lost by it)");
  }
  if (bad_parts_ > 1) {
    all.push_back(frames_->name() + ": " + grouped(bad_parts_) +
                  " parts could not be used; the first is named above");
  }
  if (gaps_ > 0 && !lost_by_damage_) {
    all.push_back(frames_->name() + ": the recorder dropped " + counted(lost_messages_, "message") +
                  " that it had no time for");
  }
  if (late_names_ > 0) {
    all.push_back(frames_->name() + ": " + feeds::names_came_late(late_names_));
  }
  return all;
}

}  // namespace tapedeck::tape
