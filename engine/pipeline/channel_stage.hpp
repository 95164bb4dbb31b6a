// The stage (thread object) of a channel: polls the channel's feed and distributes the events to
// the shards' rings.
//
// Invariants:
//  1. Every non-empty batch is handed over before poll() returns, so that no event waits for a
//     batch to fill.
//  2. When a ring has no credit (empty batch) for a droppable event, QueueFull::block stops at the
//     event and tries it again at the next poll. QueueFull::drop does the same if the events of the
//     channel's poll may not be dropped (Channel::may_drop()). Otherwise it discards and counts the
//     event, and remembers its instrument, if any. A `loss` event for that instrument goes into the
//     ring as soon as there is room, before the ring's next data.
//  3. An event that is not droppable goes into every ring that it concerns, in order. The channel
//     waits for that as long as necessary.
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

class CutAssembler;

class ChannelStage final : public thread::Stage {
 public:
  /// The way to one shard. A channel has one outlet per shard, in the order of the shard numbers.
  struct Outlet {
    thread::BatchRing* ring;
    thread::Doorbell* bell;
  };
  ChannelStage(Channel& channel, const std::vector<Outlet>& outlets, const ShardMap& map,
               QueueFull full, const thread::StopFlag& stop, const CutAssembler* cuts);

  [[nodiscard]] u32 poll() override;
  [[nodiscard]] bool done() const override { return end_sent_; }
  [[nodiscard]] std::optional<Nanos> longest_sleep() const override {
    // Returns a limit only when the source has nothing. A stage that waits for an empty batch needs
    // no limit, because its doorbell wakes it.
    if (!waits_for_source()) return {};
    return channel_.feed().descriptor() ? kLookAtClock : kLookAtSource;
  }
  /// Adds the source's descriptor while only the source is waited for.
  void add_descriptors(std::vector<int>& descriptors) const override {
    const auto descriptor = channel_.feed().descriptor();
    if (descriptor && waits_for_source()) descriptors.push_back(*descriptor);
  }
  void abandon() noexcept override;

  [[nodiscard]] u64 dropped() const { return dropped_; }

 private:
  struct Target {
    Outlet outlet;
    thread::OpenBatch open;
    std::map<Instrument, LossFields> losses;  // not sent yet
  };

  [[nodiscard]] bool waits_for_source() const { return channel_.idle() && !in_section_; }
  u32 take();
  void begin_section();
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

  Channel& channel_;
  std::vector<Target> targets_;
  const ShardMap& map_;
  QueueFull full_;
  const thread::StopFlag& stop_;
  const CutAssembler* cuts_;
  std::deque<Nanos> unfinished_cuts_;
  std::vector<u16> shard_by_instrument_;
  bool in_section_ = false;  // the channel's section is not dealt yet
  std::size_t next_ = 0;     // the section's first event that is not dealt yet
  u32 next_target_ = 0;      // the next ring of the current broadcast
  bool may_drop_ = false;    // events of the newest poll
  u64 dropped_ = 0;
  bool abandoned_ = false;
  bool end_sent_ = false;
};

}  // namespace tapedeck::pipeline
