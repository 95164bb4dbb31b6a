// The configuration of an engine, and its progress while it runs. Plain data.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/book/book_set_fwd.hpp"
#include "engine/core/types.hpp"
#include "engine/latency/sampler_options.hpp"
#include "engine/strategy/strategy_plan.hpp"
#include "engine/system/pinning.hpp"
#include "engine/thread/wait_strategy.hpp"

namespace tapedeck::pipeline {

class CutSink;

inline constexpr u32 kMaxShards = 64;

/// What a channel does when all batches of a shard's ring are in use (no credit): `block` waits
/// until the shard gives a batch back, `drop` drops events.
enum class QueueFull : u8 { block, drop };

/// Amounts of what books hold: the limit for all shards of a run together, or the current amounts
/// of one shard.
struct BookLimits {
  u64 orders = std::numeric_limits<u64>::max();
  u64 levels = std::numeric_limits<u64>::max();
  u64 bytes = std::numeric_limits<u64>::max();  // memory in use; never shrinks
};
enum class BookLimit : u8 { none, orders, levels, bytes };

struct EngineConfig {
  u32 shards = 0;  // 0: one thread polls the channels and applies their events
  u32 batch_events = 256;
  u32 batches =
      0;  // per channel and shard; 0: 32, or fewer (at least 2) if all rings would exceed 64 MiB
  // By channel: channels with the same number share a thread. Empty: each channel has its own.
  std::vector<u32> feed_threads;
  QueueFull full = QueueFull::block;
  thread::WaitKind wait = thread::WaitKind::automatic;
  system::PinPlan pins;
  bool flow_digest = false;
  bool cells = false;  // write snapshot cells during the run; implied by sample->visible
  // With cells: readers also see the strategies' values.
  bool live = false;
  // Readers may ask for the levels of instruments, see DepthBoard; implies cells.
  bool depth = false;
  // Readers may follow the trades, see TradeRing; implies cells.
  bool trades = false;
  u64 hash_key = 0;
  std::size_t near_bytes = book::kNearBytes;  // books this small are not looked ahead
  BookLimits limits;  // reaching a limit stops the run, see Engine::limit_reached()
  std::optional<Nanos> cut_interval;
  u32 cut_depth = 1;
  CutSink* cut_sink = nullptr;                     // required with cut_interval
  std::vector<strategy::StrategyPlan> strategies;  // run on every instrument
  std::optional<latency::SamplerOptions> sample;   // measures latencies, span by span
  std::unordered_map<std::string, u32> shard_map;
  Nanos drain_limit{2 * kNanosPerSecond};  // how long a requested stop may take
  std::function<void()> on_drain_limit;    // run()'s thread calls it when a stop takes longer
};

struct Progress {
  u64 messages = 0, events = 0, applied = 0, dropped = 0, live_orders = 0;
  u64 raw_bytes_read = 0, raw_bytes_total = 0;
  std::vector<u64> ring_depths;  // batches sent and not yet given back, by channel and shard
};

/// A thread's name, and the core that it ran on.
struct Placement {
  std::string thread, where;
};

}  // namespace tapedeck::pipeline
