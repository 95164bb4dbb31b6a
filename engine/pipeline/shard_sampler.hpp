// Measures the latencies of a sample of a shard's events. A sampled event is applied alone; the
// events between two samples are applied together.
//
// The shard's thread uses it. Any thread may read live() while the shard works, and latencies()
// once the shard has ended.
#pragma once

#include <optional>
#include <span>
#include <utility>

#include "engine/latency/latency_sampler.hpp"
#include "engine/latency/live_latencies.hpp"
#include "engine/pipeline/shard_books.hpp"
#include "engine/pipeline/visibility.hpp"

namespace tapedeck::pipeline {

class ShardSampler {
 public:
  /// Windows of time count from `origin`, which all shards of an engine share.
  ShardSampler(const latency::SamplerOptions& options, const Clock& clock,
               latency::SharedOrigin& origin)
      : sampler_(options, clock, origin), probes_(options.visible) {}

  /// Begins a batch of `events` events, which the channel took from its source at `taken_at`.
  void begin_batch(std::size_t events, Nanos taken_at) { sampler_.begin_batch(events, taken_at); }
  /// Applies events of the batch in order.
  void apply(ShardBooks& books, ChannelId channel, std::span<const Event> events);
  /// Returns and forgets the newest sampled event that a book applied, for readers to look for.
  /// Empty unless SamplerOptions::visible.
  [[nodiscard]] std::optional<VisibilityProbe> take_probe() {
    return std::exchange(probe_, std::nullopt);
  }

  [[nodiscard]] const latency::LatencySampler& latencies() const { return sampler_; }
  /// Returns the latencies of the span due_to_book so far.
  [[nodiscard]] const latency::LiveLatencies& live() const { return live_; }

 private:
  void apply_sampled(ShardBooks& books, ChannelId channel, std::span<const Event> event);
  void remember(const book::BookSet& books, ChannelId channel, const Event& event);

  latency::LatencySampler sampler_;
  latency::LiveLatencies live_;
  bool probes_;
  std::optional<VisibilityProbe> probe_;
};

}  // namespace tapedeck::pipeline
