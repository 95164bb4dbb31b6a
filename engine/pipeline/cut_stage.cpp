#include "engine/pipeline/cut_stage.hpp"

namespace tapedeck::pipeline {

CutStage::CutStage(CutAssembler& assembler, u32 shards, thread::Doorbell& bell,
                   std::vector<thread::Doorbell*> channels)
    : assembler_(assembler), bell_(bell), channels_(std::move(channels)) {
  for (u32 i = 0; i < shards; ++i) sources_.emplace_back();
}

CutStage::~CutStage() {
  for (Source& source : sources_) {
    while (CutReport* const report = source.queue.try_pop()) {
      const std::unique_ptr<CutReport> owned{report};
    }
  }
}

void CutStage::report(CutReport report) {
  const u32 shard = report.shard;
  sources_[shard].queue.push(std::make_unique<CutReport>(std::move(report)).release());
  bell_.ring();
}

void CutStage::shard_done(u32 shard) {
  sources_[shard].done.store(true, std::memory_order_release);
  bell_.ring();
}

u32 CutStage::poll() {
  u32 work = 0;
  bool all_done = true;
  for (Source& source : sources_) {
    // Read first, so that every report of a finished shard is in the queue by then.
    all_done &= source.done.load(std::memory_order_acquire);
    while (CutReport* const taken = source.queue.try_pop()) {
      const std::unique_ptr<CutReport> report{taken};
      ++work;
      assembler_.add(std::move(*report));
    }
  }
  if (work > 0) {
    for (thread::Doorbell* const bell : channels_) bell->ring();
  }
  drained_ = all_done;
  return work;
}

void CutStage::abandon() noexcept {
  assembler_.mute();
  for (thread::Doorbell* const bell : channels_) bell->ring();
}

}  // namespace tapedeck::pipeline
