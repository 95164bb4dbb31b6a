#include "engine/pipeline/inline_stage.hpp"

#include <algorithm>

namespace tapedeck::pipeline {

InlineStage::InlineStage(std::vector<Channel*> channels, Shard& shard, const Clock& clock,
                         const thread::StopFlag& stop, std::function<void()> when_done)
    : open_(std::move(channels)),
      shard_(shard),
      clock_(clock),
      stop_(stop),
      when_done_(std::move(when_done)) {}

u32 InlineStage::poll() {
  // The first of equal times has the lowest number, because channels keep their order.
  const auto time_of = [](const Channel* channel) { return channel->channel_time(); };
  const auto lowest = std::ranges::min_element(open_, {}, time_of);
  if (poll_channel(static_cast<std::size_t>(lowest - open_.begin()))) return 1;
  if (open_.size() == 1) return 0;
  std::vector<Channel*> others = open_;
  std::ranges::stable_sort(others, {}, time_of);
  for (Channel* const channel : others) {
    const auto at = std::ranges::find(open_, channel) - open_.begin();
    if (poll_channel(static_cast<std::size_t>(at))) return 1;
  }
  return 0;
}

void InlineStage::abandon() noexcept {
  if (open_.empty()) return;
  open_.clear();
  if (when_done_) when_done_();
}

// Returns false when the channel, a live one, had nothing.
bool InlineStage::poll_channel(std::size_t at) {
  Channel& channel = *open_[at];
  bool had_events = false;
  if (stop_.requested()) {
    channel.stop();
  } else {
    channel.poll();
    had_events = !channel.polled().empty();
  }
  const bool ended = apply(channel);
  channel.publish_progress();
  shard_.publish();  // may throw, so that the channel counts as open until then
  if (!ended) return had_events || !channel.idle();
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
  finished_at_ = clock_.now();
  if (open_.empty() && when_done_) when_done_();
  return true;
}

// Returns true if the channel has ended.
bool InlineStage::apply(Channel& channel) {
  bool ended = false;
  while (channel.next_section()) {
    const Section& section = channel.section();
    shard_.apply(channel.number(), section.events, false, channel.taken_at());
    if (section.mark == nullptr) continue;
    ended = shard_.apply(channel.number(), {section.mark, 1}, true, channel.taken_at());
  }
  return ended;
}

}  // namespace tapedeck::pipeline
