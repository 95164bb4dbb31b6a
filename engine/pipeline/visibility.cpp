#include "engine/pipeline/visibility.hpp"

namespace tapedeck::pipeline {

u32 VisibilityStage::poll() {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    const u64 version = shards_[i].probe->version();
    if (version != seen_[i] && look(shards_[i], version)) seen_[i] = version;
  }
  return 1;
}

// Returns false when the state of the probe of that version is not visible yet, or no longer.
bool VisibilityStage::look(const Watched& shard, u64 version) {
  const auto probe = shard.probe->try_read();
  if (!probe || probe->cell >= shard.cells->size()) return false;
  const auto top = shard.cells->cell(probe->cell).try_read();
  if (!top || top->sequence < probe->sequence) return false;
  const Nanos seen = clock_.now();
  // If the probe was rewritten meanwhile, the next version may have been read. That version is
  // handled by itself.
  if (shard.probe->version() != version) return false;
  windows_.of(probe->due).record_visible(probe->due, probe->booked, seen);
  return true;
}

}  // namespace tapedeck::pipeline
