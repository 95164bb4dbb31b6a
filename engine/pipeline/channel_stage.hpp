// The feed thread's stage: polls its channel and distributes the events to the shards' rings.
//
// Invariants:
//  1. Every non-empty batch is handed over before poll() returns, so that no event waits for a
//     batch to fill.
//  2. When a ring has no credit for an event, QueueFull::block stops at the event and goes on with
//     it at the next poll. QueueFull::drop does the same at an event whose due time is kNotTimed.
//     It discards and counts any other droppable event, and remembers the event's instrument, if
//     any. A `loss` event for that instrument goes into the ring as soon as there is room, ahead of
//     the ring's next data.
//  3. Events that are not droppable go into every ring that they concern, in order, however long
//     that takes.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "engine/pipeline/channel.hpp"
#include "engine/pipeline/engine_config.hpp"
#include "engine/pipeline/shard_map.hpp"
#include "engine/thread/batch_ring.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::pipeline {

class ChannelStage final : public thread::Stage {
 public:
  /// One outlet per shard, by shard number.
  struct Outlet {
    thread::BatchRing* ring;
    thread::Doorbell* bell;
  };
  ChannelStage(Channel& channel, const std::vector<Outlet>& outlets, const ShardMap& map,
               QueueFull full, const thread::StopFlag& stop, const CutAssembler* cuts);

  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override { return end_sent_; }
  [[nodiscard]] std::optional<Nanos> longest_sleep() const override {
    // Has a value only when the source has nothing, because a stage that waits for a batch is woken
    // by its bell.
    const bool all_dealt = next_ == channel_.scratch().size() && !announced_;
    return channel_.idle() && all_dealt ? std::optional{kLookAtSource} : std::nullopt;
  }
  void abandon() noexcept override;

  [[nodiscard]] u64 dropped() const { return dropped_; }

 private:
  struct Target {
    Outlet outlet;
    thread::OpenBatch open;
    std::map<Instrument, LossFields> losses;  // not sent yet
  };

  u32 deal();
  bool deal_one(const Event& event);
  bool broadcast(const Event& event);
  bool put_data(Target& target, const Event& event);
  bool put_control(Target& target, const Event& event);
  bool put_losses(Target& target);
  u32 emit_losses();
  bool too_far_ahead();
  void note_instrument(const Event& define);
  void open(Target& target, thread::Spend spend);
  void ask_for_batch_of(const Event& event);
  void open_batches();
  void hand_over(Target& target);
  void hand_over_all();
  [[nodiscard]] u32 shard_of(Instrument instrument) const;
  [[nodiscard]] Event event_of(Kind kind) const;

  Channel& channel_;
  std::vector<Target> targets_;
  const ShardMap& map_;
  QueueFull full_;
  const thread::StopFlag& stop_;
  const CutAssembler* cuts_;
  std::deque<Nanos> unfinished_cuts_;
  std::vector<u16> shard_by_instrument_;
  u32 next_ = 0;                    // first event of the scratch that has not been dealt
  std::optional<Event> announced_;  // a cut or the end on its way into all rings
  u32 next_target_ = 0;             // the next ring of a broadcast under way
  u64 dropped_ = 0;
  bool abandoned_ = false;
  bool end_sent_ = false;
};

}  // namespace tapedeck::pipeline
