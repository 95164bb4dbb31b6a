#include "engine/pipeline/channel_stage.hpp"

#include <cassert>
#include <utility>

#include "engine/pipeline/cut_assembler.hpp"

namespace tapedeck::pipeline {

ChannelStage::ChannelStage(Channel& channel, const std::vector<Outlet>& outlets,
                           const ShardMap& map, QueueFull full, const thread::StopFlag& stop,
                           const CutAssembler* cuts)
    : channel_(channel), map_(map), full_(full), stop_(stop), cuts_(cuts) {
  assert(!outlets.empty());
  targets_.reserve(outlets.size());
  for (const Outlet& outlet : outlets)
    targets_.push_back({.outlet = outlet, .open = {}, .losses = {}});
}

u32 ChannelStage::poll() {
  u32 work = deal();
  if (!in_section_ && !end_sent_) {
    hand_over_all();  // a batch holds events of one poll only
    work += take();
    work += deal();
  }
  work += emit_losses();
  hand_over_all();
  open_batches();
  if (work > 0) {
    channel_.publish_progress();
    channel_.progress().dropped.store(dropped_, std::memory_order_relaxed);
  }
  return work;
}

void ChannelStage::abandon() noexcept {
  abandoned_ = true;
  channel_.stop();
  // The end may have reached some rings already. What comes before it is left out.
  const Section& section = channel_.section();
  const bool is_last = in_section_ && section.mark != nullptr && section.mark->kind == Kind::end;
  if (!is_last || next_ < section.events.size()) next_target_ = 0;
  if (!is_last) return begin_section();
  next_ = section.events.size();
}

// Polls the channel, and returns how much work that was.
u32 ChannelStage::take() {
  u32 work = 0;
  if (stop_.requested()) {
    channel_.stop();
  } else {
    work = channel_.poll() + static_cast<u32>(channel_.polled().size());
    // A source that may have more at once counts as work even without events, as after skipped
    // packets.
    if (channel_.ended() || !channel_.idle()) ++work;
    if (!channel_.polled().empty()) ask_for_batch_of(channel_.polled().front());
  }
  may_drop_ = full_ == QueueFull::drop && channel_.may_drop();
  begin_section();
  return work;
}

void ChannelStage::begin_section() {
  in_section_ = channel_.next_section();
  next_ = 0;
}

// Deals events and marks as far as the rings allow, and returns how many were dealt.
u32 ChannelStage::deal() {
  u32 dealt = 0;
  while (in_section_) {
    const std::span<const Event> events = channel_.section().events;
    if (next_ == 0 && !events.empty() && too_far_ahead()) return dealt;
    for (; next_ < events.size(); ++next_, ++dealt) {
      if (!deal_one(events[next_])) return dealt;
    }
    if (const Event* const mark = channel_.section().mark) {
      if (!broadcast(*mark)) return dealt;
      end_sent_ = mark->kind == Kind::end;
      if (!end_sent_ && cuts_ != nullptr) unfinished_cuts_.push_back(mark->cut.last);
      ++dealt;
    }
    begin_section();
  }
  return dealt;
}

bool ChannelStage::deal_one(const Event& event) {
  if (event.instrument == kEveryInstrument) return broadcast(event);
  if (event.kind == Kind::define) note_instrument(event);
  assert(shard_of(event.instrument) < targets_.size());
  Target& target = targets_[shard_of(event.instrument)];
  if (is_droppable(event)) [[likely]]
    return put_data(target, event);
  // A loss that the feed reports comes after the losses of earlier drops.
  if (event.kind == Kind::loss && !put_losses(target)) return false;
  return put_control(target, event);
}

bool ChannelStage::broadcast(const Event& event) {
  for (; next_target_ < targets_.size(); ++next_target_) {
    Target& target = targets_[next_target_];
    if (!put_losses(target) || !put_control(target, event)) return false;
  }
  next_target_ = 0;
  return true;
}

bool ChannelStage::put_control(Target& target, const Event& event) {
  open(target, thread::Spend::control);
  if (!target.open) return false;
  target.open.push(event);
  if (target.open.full()) hand_over(target);
  return true;
}

bool ChannelStage::put_data(Target& target, const Event& event) {
  open(target, thread::Spend::data);
  if (!target.open) {
    if (!may_drop_) return false;
    ++dropped_;
    if (event.instrument == kNoInstrument) return true;  // no book misses a market-wide notice
    const auto [at, is_new] =
        target.losses.try_emplace(event.instrument, LossFields{event.sequence, event.sequence});
    if (!is_new) at->second.last = event.sequence;
    return true;
  }
  // Sending losses may fill the open batch. This event then begins the next batch.
  if (!target.losses.empty()) {
    if (!put_losses(target)) return false;
    if (!target.open) return put_data(target, event);
  }
  target.open.push(event);
  if (target.open.full()) hand_over(target);
  return true;
}

bool ChannelStage::put_losses(Target& target) {
  while (!target.losses.empty()) {
    const auto first = target.losses.begin();
    Event loss = channel_.event_of(Kind::loss);
    loss.instrument = first->first;
    loss.loss = first->second;
    if (!put_control(target, loss)) return false;
    target.losses.erase(first);
  }
  return true;
}

// Sends losses as soon as a ring has room again, because a book with lost events would pass as good
// until its next event, which may come much later.
u32 ChannelStage::emit_losses() {
  u32 told = 0;
  for (Target& target : targets_) {
    if (target.losses.empty()) continue;
    open(target, thread::Spend::data);
    if (!target.open) continue;
    const std::size_t before = target.losses.size();
    put_losses(target);
    told += static_cast<u32>(before - target.losses.size());
  }
  return told;
}

// True when more of this channel's cuts are half reported than may be kept in memory, so that the
// slowest must catch up. False once a stop was requested, because a stage that failed may never
// report, and no more input will be read.
bool ChannelStage::too_far_ahead() {
  if (cuts_ == nullptr || abandoned_ || stop_.requested()) return false;
  const Nanos completed = cuts_->completed();
  while (!unfinished_cuts_.empty() && unfinished_cuts_.front() <= completed) {
    unfinished_cuts_.pop_front();
  }
  return unfinished_cuts_.size() >= kMaxCutsAhead;
}

void ChannelStage::note_instrument(const Event& define) {
  const u32 at = define.instrument.value;
  if (at >= kMaxInstrumentsPerChannel) return;  // no book has it either
  if (shard_by_instrument_.size() <= at) shard_by_instrument_.resize(std::size_t{at} + 1);
  shard_by_instrument_[at] =
      static_cast<u16>(map_.shard_of(channel_.number(), define.instrument, define.define.name()));
}

u32 ChannelStage::shard_of(Instrument instrument) const {
  if (instrument.value < shard_by_instrument_.size()) {
    return shard_by_instrument_[instrument.value];
  }
  return map_.owner_shard(channel_.number());  // of no instrument, or of one that was never defined
}

// Acquires a batch to write into unless one is open. There is none without a credit.
void ChannelStage::open(Target& target, thread::Spend spend) {
  if (!target.open) target.open = target.outlet.ring->acquire(spend);
  if (target.open && target.open.empty()) target.open.set_taken_at(channel_.taken_at());
}

// Prefetches the batch of a poll's first event, whose memory the shard's core used last, so that it
// arrives while the event is dealt.
void ChannelStage::ask_for_batch_of(const Event& event) {
  const thread::OpenBatch& open = targets_[shard_of(event.instrument)].open;
  if (open) open.ask_for_memory();
}

// Acquires the batches for the next events before the events come.
void ChannelStage::open_batches() {
  for (Target& target : targets_) {
    if (!target.open) target.open = target.outlet.ring->acquire(thread::Spend::data);
  }
}

void ChannelStage::hand_over(Target& target) {
  target.outlet.ring->hand_over(std::move(target.open));
  target.outlet.bell->ring();
}

void ChannelStage::hand_over_all() {
  for (Target& target : targets_) {
    if (!target.open.empty()) hand_over(target);
  }
}

}  // namespace tapedeck::pipeline
