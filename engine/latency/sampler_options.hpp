// Which events a shard's sampler samples, and how it keeps their latencies.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck::latency {

struct SamplerOptions {
  // One event in this many on average: the step is drawn evenly from 1 to 2 x every - 1.
  u32 every = 128;  // under 1 % more instructions at full speed: bench/count_sampling
  u64 seed = 1;     // the same seed samples the same events for any batch size
  bool visible =
      false;  // also measures a reader of cells, on a thread of its own that always spins
  // Figures are kept apart by this many equal windows of time after the first sampled event of any
  // shard, so that their spread is known. Events after the last window count in the last window.
  u32 windows = 1;
  Nanos window{kNanosPerSecond};
  u32 slices = 0;  // of the timeline, which begins at the same moment; 0: no timeline
  Nanos slice{0};
};

}  // namespace tapedeck::latency
