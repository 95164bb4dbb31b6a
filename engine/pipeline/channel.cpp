#include "engine/pipeline/channel.hpp"

#include <algorithm>

namespace tapedeck::pipeline {

u32 Channel::poll() {
  const Nanos now = clock_.now();
  if (first_poll_.value == 0) first_poll_ = now;
  taken_at_ = now;
  scratch_.clear();
  in_sections_ = 0;
  if (feed_ended_) {
    append_damage();
    ended_ = true;
    return 0;
  }
  const u64 before = feed_->counters().messages;
  const FeedStatus status = feed_->poll(scratch_, now);
  idle_ = status == FeedStatus::idle;
  if (status == FeedStatus::ended) {
    feed_ended_ = true;
    ended_ = damage_of(*feed_) == nullptr;  // damage adds one more event at the next poll
  }
  const u64 taken = feed_->counters().messages - before;
  look_over();
  return static_cast<u32>(taken);
}

void Channel::take_section() {
  const u32 first = in_sections_;
  u32 end = scratch_.size();
  section_.mark = nullptr;
  if (!cuts_.has_cuts()) {
    cuts_.advance(newest_);
  } else {
    for (u32 i = first; i < end; ++i) {
      const auto passed = pass(scratch_.begin()[i]);
      if (!passed) [[likely]]
        continue;
      section_.mark = mark(Kind::cut, *passed);
      end = i;
    }
  }
  section_.events = {scratch_.begin() + first, end - first};
  in_sections_ = end;
  if (section_.mark != nullptr || !ended_ || end_marked_) return;
  end_marked_ = true;
  section_.mark = mark(Kind::end, {cuts_.next(), cuts_.next()});
}

// Advances channel time to an event, and returns the cuts that this passes.
std::optional<CutFields> Channel::pass(const Event& event) {
  // A loss has no time of its own, and only times of the source advance channel time.
  if (event.kind == Kind::loss) return {};
  if ((event.flags & kPreroll) == 0) return cuts_.pass(event.exchange_time);
  cuts_.pass_preroll(event.exchange_time);
  return {};
}

const Event* Channel::mark(Kind kind, const CutFields& cut) {
  mark_ = event_of(kind);
  mark_.cut = cut;
  return &mark_;
}

Event Channel::event_of(Kind kind) const {
  Event event{};
  event.exchange_time = cuts_.channel_time();
  event.sequence = feed_->counters().messages;
  event.instrument = kEveryInstrument;
  event.kind = kind;
  event.flags = kLastOfEvent;
  return event;
}

void Channel::publish_progress() {
  progress_.messages.store(feed_->counters().messages, std::memory_order_relaxed);
  progress_.events.store(events_read_, std::memory_order_relaxed);
  if (recording_ != nullptr) {
    const ReadProgress progress = recording_->progress();
    progress_.raw_bytes_read.store(progress.read, std::memory_order_relaxed);
    progress_.raw_bytes_total.store(progress.total, std::memory_order_relaxed);
  }
  if (!scratch_.empty()) {
    progress_.channel_time.store(scratch_.end()[-1].exchange_time.value, std::memory_order_relaxed);
  }
}

// One pass over the events of a poll, for all counters of the channel.
void Channel::look_over() {
  u64 controls = 0;
  Nanos newest = newest_;
#pragma GCC unroll 4
  for (const Event& event : scratch_) {
    if (is_control(event.kind)) [[unlikely]] {
      ++controls;
      if (event.kind == Kind::loss) continue;  // a loss has no time of its own
    }
    newest = std::max(newest, event.exchange_time);
  }
  events_read_ += scratch_.size() - controls;
  newest_ = newest;
}

void Channel::append_damage() {
  scratch_.push() = loss_after(*feed_, cuts_.channel_time());
}

}  // namespace tapedeck::pipeline
