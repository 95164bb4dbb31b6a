#include "engine/pipeline/visibility.hpp"

namespace tapedeck::pipeline {

u32 VisibilityStage::poll() {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    const u64 version = shards_[i].beacon->version();
    // A beacon that is lit anew meanwhile has another version, and is looked at again.
    if (version != seen_[i] && look(shards_[i])) seen_[i] = version;
  }
  return 1;
}

// False when the state is not to be seen yet.
bool VisibilityStage::look(const Watched& shard) {
  const auto beacon = shard.beacon->try_read();
  if (!beacon || beacon->cell >= shard.cells->size()) return false;
  const auto top = shard.cells->cell(beacon->cell).try_read();
  if (!top || top->sequence < beacon->sequence) return false;
  windows_.of(beacon->due).record_visible(beacon->due, beacon->booked, clock_.now());
  return true;
}

}  // namespace tapedeck::pipeline
