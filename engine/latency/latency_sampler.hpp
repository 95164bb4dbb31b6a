// Samples one in SamplerOptions::every events of a shard on average, and records the sampled
// event's latency spans (see latency_spans.hpp).
//
// Used by the shard's thread. Any thread may read the results once the shard's thread has ended. A
// sampled event is applied alone, so that the time of its book's update is known exactly. The
// events between two samples are applied together at full speed. The distance between two samples
// is random, because a fixed distance could always hit the same position of periodic bursts. The
// sampler does not record control events, events with a due time of kNotTimed or kWarmUp, or events
// that the book set did not apply.
// Cost: a sampled event costs one or two clock reads, three to seven histogram entries, and a
// restart of the book set's look-ahead. Of the batches with a sampled event, one in sixteen costs
// another clock read. A batch without a sampled event costs a comparison.
#pragma once

#include <vector>

#include "engine/core/clock.hpp"
#include "engine/core/event.hpp"
#include "engine/core/random.hpp"
#include "engine/latency/latency_timeline.hpp"
#include "engine/latency/sampler_options.hpp"
#include "engine/latency/span_windows.hpp"

namespace tapedeck::latency {

class LatencySampler {
 public:
  /// `origin` is the time from which all shards count windows and slices. It must outlive the
  /// sampler's use.
  LatencySampler(const SamplerOptions& options, const Clock& clock, SharedOrigin& origin)
      : steps_(2 * u64{options.every} - 1),
        random_(options.seed),
        clock_(clock),
        windows_(options.windows, options.window, origin),
        timeline_(options.slice, options.slices) {
    draw();
  }

  /// Begins a batch of `events` events, which the channel took from its source at `taken_at`.
  void begin_batch(std::size_t events, Nanos taken_at) {
    if (events <= until_next_) return;
    at_.ingress = taken_at;
    looks_ = batches_++ % kBetweenLooks == 0;
    if (looks_) at_.dequeued = clock_.now();
  }
  /// Returns the number of events before the next sampled event.
  [[nodiscard]] std::size_t until_next() const { return until_next_; }
  /// Must be called after `events` events were applied, none of them sampled.
  void pass(std::size_t events) { until_next_ -= events; }

  /// Must be called after the sampled event was applied. Records the event if `applied` (the
  /// book set applied it), and draws the next event to sample.
  void booked(const Event& event, bool applied) {
    draw();
    timed_ = applied && event.due_time > kWarmUp && !is_control(event.kind);
    if (!timed_) return;
    at_.booked = clock_.now();
    at_.due = event.due_time;
    SpanTimes& window = windows_.of(at_.due);
    window.record(at_);
    if (looks_) window.record_hand_over(at_);
    timeline_.record(windows_.since_origin(at_.due), at_.booked - at_.due);
  }
  /// Records the time at which the strategies have handled the event of the last booked().
  void strategies_done() {
    if (timed_) windows_.of(at_.due).record_strategy(at_, clock_.now());
  }
  /// Returns true if the event of the last booked() was recorded.
  [[nodiscard]] bool timed() const { return timed_; }
  /// Returns the times of the event of the last booked(). Valid while timed() is true.
  [[nodiscard]] const Moments& moments() const { return at_; }

  [[nodiscard]] const std::vector<SpanTimes>& windows() const { return windows_.all(); }
  [[nodiscard]] const LatencyTimeline& timeline() const { return timeline_; }

 private:
  // The dequeue time is read for only one in kBetweenLooks batches, because this clock read
  // lengthens the latency of the batch's events.
  static constexpr u32 kBetweenLooks = 16;

  void draw() { until_next_ = random_.below(steps_); }

  std::size_t until_next_ = 0;
  u64 steps_;  // draw() chooses one of this many values, from 0
  Random random_;
  u32 batches_ = 0;
  bool looks_ = false;  // true when the dequeue time of this batch was read
  bool timed_ = false;
  Moments at_{};
  const Clock& clock_;
  SpanWindows windows_;
  LatencyTimeline timeline_;
};

}  // namespace tapedeck::latency
