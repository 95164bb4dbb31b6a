// The engine of `--shards 0`: one thread polls all channels and applies their events itself. This
// inline run is the reference for all threaded runs, which must give equal results. On a machine
// with one core it is also the fastest.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/pipeline/channel.hpp"
#include "engine/pipeline/shard.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::pipeline {

class InlineStage final : public thread::Stage {
 public:
  /// Calls `when_done` once, after the last channel has ended.
  InlineStage(std::vector<Channel*> channels, Shard& shard, const Clock& clock,
              const thread::StopFlag& stop, std::function<void()> when_done = {});

  /// Polls the channel with the lowest channel time, of equal ones the channel with the lowest
  /// number. If this channel is live and has no data, polls the other channels in the same order
  /// until one has data, so that a silent channel delays no other channel.
  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override { return open_.empty(); }
  [[nodiscard]] std::optional<Nanos> longest_sleep() const override { return kLookAtSource; }
  void abandon() noexcept override;
  [[nodiscard]] Nanos finished_at() const { return finished_at_; }

 private:
  bool poll_channel(std::size_t at);
  bool apply(Channel& channel);

  std::vector<Channel*> open_;
  Shard& shard_;
  const Clock& clock_;
  const thread::StopFlag& stop_;
  std::function<void()> when_done_;
  Nanos finished_at_{0};
};

}  // namespace tapedeck::pipeline
