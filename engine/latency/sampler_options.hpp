// Which events a shard's sampler samples, and how it keeps their latencies.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck::latency {

struct SamplerOptions {
  // Samples one event in this many on average: each step to the next sampled event is drawn evenly
  // from 1 to 2 x every - 1.
  u32 every = 128;  // costs under 1 % more instructions at full speed: bench/count_sampling
  u64 seed = 1;     // the same seed samples the same events for any batch size
  bool visible =
      false;  // also measures a reader of cells, on a thread of its own that always spins
  // Latencies are kept apart by window of time, so that the spread of a figure is known. This many
  // equal windows follow one another from the first sampled event of any shard. Events after the
  // last window count in the last window.
  u32 windows = 1;
  Nanos window{kNanosPerSecond};
  u32 slices = 0;  // of the timeline, which begins with the first window; 0: no timeline
  Nanos slice{0};
};

}  // namespace tapedeck::latency
