#include "feeds/tape/chunk_maker.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "engine/core/interval.hpp"

namespace tapedeck::tape {
namespace {

// A chunk that is not full is handed over after this time, because a reader may be following the
// tape.
constexpr Nanos kLongestOpen{kNanosPerSecond / 4};

// Writes the head of an out-of-band record: a message length of 0, and a byte with its kind.
std::byte* begin_out_of_band(std::byte* at, OutOfBand out_of_band) {
  store_be(at, u16{0});
  at[2] = static_cast<std::byte>(out_of_band);
  return at + 3;
}

}  // namespace

void ChunkMaker::on_message(Bytes message, Sequence sequence, std::span<const Event> events) {
  if (content_ != Content::itch50) return;
  if (events.data() != nullptr) {
    record_events_up_to(events.data());
    recorded_ = events.data() + events.size();
  }
  if (!events.empty() && events.back().exchange_time >= next_checkpoint_) [[unlikely]]
    pass_checkpoint(events.back().exchange_time);
  const Sequence before = std::exchange(last_, sequence);
  if (!open(before + 1)) {
    ++dropped_;
    return;
  }
  if (sequence > before + 1) put_skip(sequence - before - 1);
  std::array<std::byte, sizeof(u16)> length{};
  store_be(length.data(), static_cast<u16>(message.size()));
  chunk_->append(length);
  chunk_->append(message);
  ++chunk_->messages;
  if (!events.empty()) note_time(events.back().exchange_time);
  if (chunk_->content.size() >= chunk_bytes_) hand_on();
}

// A tape has the framing of a file, so messages are copied together with their lengths.
void ChunkMaker::on_messages(Bytes framed, Sequence first, u32 count,
                             std::span<const Event> events) {
  if (content_ != Content::itch50) return;
  record_events_up_to(events.data());
  recorded_ = events.data() + events.size();
  if (checkpoints_.value > 0) [[unlikely]] {
    const auto is_beyond = [this](const Event& event) {
      return event.exchange_time >= next_checkpoint_;
    };
    for (auto beyond = std::ranges::find_if(events, is_beyond); beyond != events.end();
         beyond = std::ranges::find_if(events, is_beyond)) {
      const auto passed = static_cast<u32>(beyond->sequence - first);
      std::size_t size = 0;
      for (u32 i = 0; i < passed; ++i) size += sizeof(u16) + load_be<u16>(framed.data() + size);
      if (passed > 0) put_messages(framed.first(size), first, passed, {events.begin(), beyond});
      pass_checkpoint(beyond->exchange_time);
      framed = framed.subspan(size);
      first += passed;
      count -= passed;
      events = {beyond, events.end()};
    }
  }
  put_messages(framed, first, count, events);
}

void ChunkMaker::put_messages(Bytes framed, Sequence first, u32 count,
                              std::span<const Event> events) {
  for (const Event& event : events) newest_ = std::max(newest_, event.exchange_time);
  if (framed.size() > std::min(kMostRecord, chunk_bytes_)) {
    return MessageObserver::on_messages(framed, first, count, events);
  }
  const Sequence before = std::exchange(last_, first + count - 1);
  if (!open(before + 1)) {
    dropped_ += count;
    return;
  }
  if (first > before + 1) put_skip(first - before - 1);
  chunk_->append(framed);
  chunk_->messages += count;
  if (!events.empty()) note_time(events.front().exchange_time);
  if (chunk_->content.size() >= chunk_bytes_) hand_on();
}

void ChunkMaker::on_midnight(Nanos midnight) {
  if (midnight == midnight_) return;
  hand_on();
  midnight_ = midnight;
}

// Passes the next checkpoint, because the current message has this time, at or beyond it.
void ChunkMaker::pass_checkpoint(Nanos time) {
  // Before the first message there is nothing to make a checkpoint of.
  if (next_checkpoint_ != kBeginningOfTime) {
    if (sink_.has_time_for_checkpoint()) {
      hand_on();
      checkpoint_due_ = true;
    } else {
      ++checkpoints_skipped_;
    }
  }
  const Nanos passed = floor_to(time, checkpoints_);
  if (__builtin_add_overflow(passed.value, checkpoints_.value, &next_checkpoint_.value))
    next_checkpoint_ = kNever;
}

void ChunkMaker::end_poll(const Event* end, Nanos now) {
  record_events_up_to(end);
  if (chunk_ == nullptr) return;
  if (opened_at_.value == 0) opened_at_ = now;
  if (now - opened_at_ > kLongestOpen) hand_on();
}

void ChunkMaker::finish(const Closing& closing) {
  hand_on();
  // The closing waits for a chunk under any policy, because it cannot delay the channel any more.
  chunk_ = &sink_.take();
  chunk_->kind = FrameKind::end;
  chunk_->first = last_ + 1;
  closing.store(chunk_->content);
  hand_on();
}

void ChunkMaker::record_events_up_to(const Event* end) {
  for (; recorded_ != end; ++recorded_) record_event(*recorded_);
}

void ChunkMaker::record_event(const Event& event) {
  const bool new_message = content_ == Content::events && event.sequence > last_;
  const bool may_be_due = new_message && event.kind != Kind::loss;
  if (may_be_due && event.exchange_time >= next_checkpoint_) [[unlikely]]
    pass_checkpoint(event.exchange_time);
  const Sequence before = last_;
  if (new_message) last_ = event.sequence;
  if (!open(before + 1)) {
    if (new_message) ++dropped_;
    return;
  }
  std::array<std::byte, 3 + kMaxEncodedEvent> bytes;
  std::byte* end = bytes.data();
  if (content_ == Content::itch50) {
    EventEncoder alone;
    end = alone.encode(event, begin_out_of_band(end, OutOfBand::event));
  } else {
    end = encoder_.encode(event, end);
  }
  assert(end <= bytes.data() + bytes.size());
  chunk_->append({bytes.data(), end});
  if (new_message) ++chunk_->messages;
  if (event.kind != Kind::loss) note_time(event.exchange_time);
  // A message's events stay in one chunk, unless there are too many.
  const std::size_t size = chunk_->content.size();
  const bool ends = (event.flags & kLastOfEvent) != 0 || size >= chunk_bytes_ + kMostRecord / 2;
  if (size >= chunk_bytes_ && ends) hand_on();
}

void ChunkMaker::put_skip(u64 numbers) {
  std::array<std::byte, 3 + kMaxVarint> bytes;
  chunk_->append(
      {bytes.data(), put_varint(begin_out_of_band(bytes.data(), OutOfBand::skip), numbers)});
}

void ChunkMaker::note_time(Nanos time) {
  newest_ = std::max(newest_, time);
  if (chunk_->first_time == kBeginningOfTime) chunk_->first_time = time;
}

// Provides a chunk to write into. Returns false when none is free and the sink does not wait.
bool ChunkMaker::open(Sequence first) {
  if (chunk_ != nullptr) [[likely]]
    return true;
  chunk_ = sink_.try_take();
  if (chunk_ == nullptr) return false;
  chunk_->first = first;
  chunk_->midnight = midnight_;
  chunk_->checkpoint_before = std::exchange(checkpoint_due_, false);
  encoder_.reset();
  opened_at_ = {0};
  return true;
}

void ChunkMaker::hand_on() {
  if (chunk_ == nullptr) return;
  chunk_->last = last_;
  chunk_->last_time = newest_;
  sink_.emit(*chunk_);
  chunk_ = nullptr;
}

}  // namespace tapedeck::tape
