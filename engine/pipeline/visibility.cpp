#include "engine/pipeline/visibility.hpp"

namespace tapedeck::pipeline {

u32 VisibilityStage::poll() {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    const u64 version = shards_[i].beacon->version();
    if (version != seen_[i] && look(shards_[i], version)) seen_[i] = version;
  }
  return 1;
}

// False when the state of the beacon of that version is not to be seen yet, or no more.
bool VisibilityStage::look(const Watched& shard, u64 version) {
  const auto beacon = shard.beacon->try_read();
  if (!beacon || beacon->cell >= shard.cells->size()) return false;
  const auto top = shard.cells->cell(beacon->cell).try_read();
  if (!top || top->sequence < beacon->sequence) return false;
  const Nanos seen = clock_.now();
  // Lit anew meanwhile, it may be the next one that was read: that will be looked at by itself.
  if (shard.beacon->version() != version) return false;
  windows_.of(beacon->due).record_visible(beacon->due, beacon->booked, seen);
  return true;
}

}  // namespace tapedeck::pipeline
