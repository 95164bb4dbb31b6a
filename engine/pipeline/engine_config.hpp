// The configuration of an engine, and its progress while it runs: plain values.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/core/types.hpp"
#include "engine/latency/sampler_options.hpp"
#include "engine/strategy/strategy_plan.hpp"
#include "engine/system/pinning.hpp"
#include "engine/thread/wait_strategy.hpp"

namespace tapedeck::pipeline {

class CutSink;

inline constexpr u32 kMaxShards = 64;

/// What a channel does when a shard's ring has no credit: waits for one, or drops events.
enum class QueueFull : u8 { block, drop };

/// How much the books of a run may hold over all shards, or how much the books of one shard do
/// hold.
struct BookLimits {
  u64 orders = std::numeric_limits<u64>::max();
  u64 levels = std::numeric_limits<u64>::max();
  u64 bytes = std::numeric_limits<u64>::max();  // memory that was ever in use
};
enum class BookLimit : u8 { none, orders, levels, bytes };

struct EngineConfig {
  u32 shards = 0;  // 0: one thread does everything
  u32 batch_events = 256;
  u32 batches =
      0;  // per channel and shard; 0: 32, or fewer (2 at least) where all rings would exceed 64 MiB
  QueueFull full = QueueFull::block;
  thread::WaitKind wait = thread::WaitKind::automatic;
  system::PinPlan pins;
  bool flow_digest = false;
  bool cells = false;  // write snapshot cells during the run; implied by sample->visible
  u64 hash_key = 0;
  BookLimits limits;  // reaching one stops the run, see Engine::limit_reached()
  std::optional<Nanos> cut_interval;
  u32 cut_depth = 1;
  CutSink* cut_sink = nullptr;                     // required with cut_interval
  std::vector<strategy::StrategyPlan> strategies;  // run on every instrument
  std::optional<latency::SamplerOptions> sample;   // measures latencies, span by span
  std::unordered_map<std::string, u32> shard_map;
  Nanos drain_limit{2 * kNanosPerSecond};  // how long a requested stop may take
  std::function<void()> on_drain_limit;    // called by run()'s thread when a stop takes longer
};

struct Progress {
  u64 messages = 0, events = 0, applied = 0, dropped = 0, live_orders = 0;
  u64 raw_bytes_read = 0, raw_bytes_total = 0;
  std::vector<u64> ring_depths;  // batches on their way, by channel and shard
};

/// A thread's name, and where it ran.
struct Placement {
  std::string thread, where;
};

}  // namespace tapedeck::pipeline
