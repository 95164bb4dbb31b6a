#include "engine/pipeline/shard_stage.hpp"

#include <algorithm>
#include <utility>

namespace tapedeck::pipeline {

ShardStage::ShardStage(Shard& shard, std::vector<Inlet> inlets, const Clock& clock,
                       std::function<void()> when_done)
    : shard_(shard),
      inlets_(std::move(inlets)),
      clock_(clock),
      when_done_(std::move(when_done)),
      open_(inlets_.size()) {}

u32 ShardStage::poll() {
  u32 work = 0;
  for (std::size_t channel = 0; channel < inlets_.size(); ++channel) {
    Inlet& inlet = inlets_[channel];
    if (inlet.ended) continue;
    thread::Batch* const batch = inlet.ring->receive();
    if (batch == nullptr) continue;
    take(inlet, *batch, static_cast<ChannelId>(channel));
    ++work;
  }
  if (work == 0) {
    shard_.keep_warm();
    // After a failure the books may be in the middle of an event.
    if (!abandoned_) shard_.serve_requests();
  }
  return work;
}

void ShardStage::take(Inlet& inlet, thread::Batch& batch, ChannelId channel) {
  in_hand_ = &batch;
  in_hand_of_ = &inlet;
  bool ended = false;
  if (abandoned_) {
    ended = batch.has_barriers && std::ranges::any_of(batch.content(), [](const Event& e) {
              return e.kind == Kind::end;
            });
  } else {
    ended = shard_.apply(channel, batch.content(), batch.has_barriers, batch.taken_at);
    shard_.publish();
  }
  in_hand_ = nullptr;
  inlet.ring->give_back(&batch);
  inlet.bell->ring();
  if (ended) close(inlet);
}

void ShardStage::close(Inlet& inlet) {
  inlet.ended = true;
  if (--open_ > 0) return;
  finished_at_ = clock_.now();
  when_done_();
}

void ShardStage::abandon() noexcept {
  abandoned_ = true;
  if (in_hand_ == nullptr) return;
  // The batch that was being applied may have carried its channel's end.
  thread::Batch& batch = *std::exchange(in_hand_, nullptr);
  const bool ended =
      std::ranges::any_of(batch.content(), [](const Event& e) { return e.kind == Kind::end; });
  in_hand_of_->ring->give_back(&batch);
  in_hand_of_->bell->ring();
  if (ended) close(*in_hand_of_);
}

}  // namespace tapedeck::pipeline
