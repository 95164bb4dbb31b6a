// A shard with everything that readers can see of it, driven by hand on one thread.
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "engine/pipeline/shard.hpp"
#include "engine/thread/doorbell.hpp"
#include "tests/support/scripted_feed.hpp"

namespace tapedeck::test {

class PublishedShard {
 public:
  explicit PublishedShard(std::span<const strategy::StrategyPlan> plans = {})
      : shard_(0, {.track_changes = true}, plans) {
    shard_.books().open_channel(0, true);
    shard_.show_values();
    shard_.show_depth(bell_);
    shard_.show_trades();
  }

  /// Applies the events of a script that have been added since the last call, as one batch, and
  /// publishes them.
  void book(const Script& script) {
    const std::span<const Event> all{script.events()};
    apply(all.subspan(done_));
    done_ = all.size();
  }
  void apply(std::span<const Event> batch) {
    shard_.apply(0, batch, false, Nanos{0});
    shard_.publish();
  }
  /// What the stage does while there are no events.
  void idle() { shard_.serve_requests(); }

  [[nodiscard]] pipeline::Shard& shard() { return shard_; }
  [[nodiscard]] const pipeline::ShardPublisher& published() const { return shard_.published(); }
  [[nodiscard]] pipeline::DepthBoard& depth() const { return *published().depth(); }
  [[nodiscard]] pipeline::TradeRing& trades() const { return *published().trades(); }
  [[nodiscard]] const book::Book& book_of(u32 instrument) const {
    return *shard_.books().find(0, Instrument{instrument});
  }

 private:
  thread::Doorbell bell_;
  pipeline::Shard shard_;
  std::size_t done_ = 0;
};

}  // namespace tapedeck::test
