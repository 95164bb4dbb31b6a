// Which events a shard's sampler samples, and how it keeps their latencies.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck::latency {

struct SamplerOptions {
  // One event in `every` is sampled on average. The distance from one sampled event to the next is
  // drawn uniformly from 1 to 2 x every - 1.
  u32 every = 128;  // 128 costs under 1 % more instructions, see bench/count_sampling
  u64 seed = 1;     // the same seed samples the same events for any batch size
  // Also times a reader of snapshot cells, on an extra thread that always spins.
  bool visible = false;
  // The number of time windows. Latencies are recorded separately for each window, so that the
  // variation of a figure between windows is known. The windows have equal length and follow one
  // another without gaps. The first window begins at the due time of the event that any shard
  // records first. Earlier events count in the first window, later ones in the last.
  u32 windows = 1;
  Nanos window{kNanosPerSecond};
  u32 slices = 0;  // slices of the timeline, which begins with the first window; 0: no timeline
  Nanos slice{0};
};

}  // namespace tapedeck::latency
