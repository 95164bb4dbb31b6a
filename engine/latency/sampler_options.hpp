// Which events a shard's sampler samples, and how it keeps what they took.
#pragma once

#include "engine/core/types.hpp"

namespace tapedeck::latency {

struct SamplerOptions {
  // On average: the step is from 1 to twice that less 1, each as likely as the other.
  u32 every = 128;       // under 1 % more instructions at full speed: bench/count_sampling
  u64 seed = 1;          // the same seed samples the same events, however they come in batches
  bool visible = false;  // by a reader of cells too, on a thread of its own, which never rests
  // Figures are kept apart by this many equal windows of time after the first sampled event of any
  // shard, so that their spread is known; what comes after the last window belongs to it.
  u32 windows = 1;
  Nanos window{kNanosPerSecond};
  u32 slices = 0;  // of the timeline, from the same moment on; 0: none is kept
  Nanos slice{0};
};

}  // namespace tapedeck::latency
