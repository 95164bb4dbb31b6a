#include "engine/pipeline/channel.hpp"

#include <algorithm>

namespace tapedeck::pipeline {

u32 Channel::poll() {
  const Nanos now = clock_.now();
  if (first_poll_.value == 0) first_poll_ = now;
  taken_at_ = now;
  scratch_.clear();
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
    ended_ = !feed_->damage();  // damage adds one more event at the next poll
  }
  const u64 taken = feed_->counters().messages - before;
  look_over();
  return static_cast<u32>(taken);
}

void Channel::publish_progress() {
  progress_.messages.store(feed_->counters().messages, std::memory_order_relaxed);
  progress_.events.store(events_read_, std::memory_order_relaxed);
  progress_.raw_bytes_read.store(feed_->raw_bytes_read(), std::memory_order_relaxed);
  progress_.raw_bytes_total.store(feed_->raw_bytes_total(), std::memory_order_relaxed);
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
