#include "engine/pipeline/cut_stage.hpp"

#include <algorithm>
#include <utility>

namespace tapedeck::pipeline {

CutStage::CutStage(CutAssembler& assembler, std::span<CutChunkPool* const> pools,
                   thread::Doorbell& bell, std::vector<thread::Doorbell*> channels)
    : assembler_(assembler), bell_(bell), channels_(std::move(channels)) {
  // Room for all reports of so many channels; with more of them the queue grows when it has to.
  constexpr std::size_t kChannelsWithRoom = 64;
  const std::size_t reports = kMaxCutsAhead * std::min(channels_.size(), kChannelsWithRoom);
  for (CutChunkPool* const pool : pools) sources_.emplace_back(*pool, reports);
}

void CutStage::report(CutChunk* report) {
  sources_[report->head.shard].queue.push(report);
  bell_.ring();
}

void CutStage::shard_done(u32 shard) {
  sources_[shard].done.store(true, std::memory_order_release);
  bell_.ring();
}

u32 CutStage::poll() {
  u32 reports = 0;
  u32 work = 0;
  bool all_done = true;
  for (Source& source : sources_) {
    // Read first, so that every report of a finished shard is in the queue by then.
    const bool done = source.done.load(std::memory_order_acquire);
    all_done &= done;
    if (!done && source.pool->keep_spare()) ++work;
    while (CutChunk* const report = source.queue.try_pop()) {
      ++reports;
      assembler_.add(report);
    }
  }
  if (reports > 0) {
    for (thread::Doorbell* const bell : channels_) bell->ring();
  }
  drained_ = all_done;
  return work + reports;
}

void CutStage::abandon() noexcept {
  assembler_.mute();
  for (thread::Doorbell* const bell : channels_) bell->ring();
}

}  // namespace tapedeck::pipeline
