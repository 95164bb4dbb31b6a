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
  const auto time_of = [](const Channel* channel) { return channel->cuts().channel_time(); };
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
  if (stop_.requested()) {
    channel.stop();
    channel.scratch().clear();
  } else {
    channel.poll();
    apply(channel);
    channel.publish_progress();
  }
  if (channel.ended()) {
    mark(channel, Kind::end, {channel.cuts().next(), channel.cuts().next()});
    shard_.publish();  // may throw, so that the channel counts as open until then
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
    finished_at_ = clock_.now();
    if (open_.empty() && when_done_) when_done_();
    return true;
  }
  shard_.publish();
  return !channel.idle() || !channel.scratch().empty();
}

void InlineStage::apply(Channel& channel) {
  const std::span<const Event> events{channel.scratch().begin(), channel.scratch().size()};
  if (!channel.cuts().has_cuts()) {
    channel.cuts().advance(channel.newest());
    shard_.apply(channel.number(), events, false, channel.taken_at());
    return;
  }
  std::size_t done = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].kind == Kind::loss) continue;
    if ((events[i].flags & kPreroll) != 0) {
      channel.cuts().pass_preroll(events[i].exchange_time);
      continue;
    }
    const auto passed = channel.cuts().pass(events[i].exchange_time);
    if (!passed) [[likely]]
      continue;
    shard_.apply(channel.number(), events.subspan(done, i - done), false, channel.taken_at());
    done = i;
    mark(channel, Kind::cut, *passed);
  }
  shard_.apply(channel.number(), events.subspan(done), false, channel.taken_at());
}

void InlineStage::mark(const Channel& channel, Kind kind, const CutFields& cut) {
  Event event{};
  event.instrument = kEveryInstrument;
  event.kind = kind;
  event.cut = cut;
  shard_.apply(channel.number(), {&event, 1}, true, channel.taken_at());
}

}  // namespace tapedeck::pipeline
