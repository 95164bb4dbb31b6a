// Samples events on their way through a shard, one in SamplerOptions::every on average, and records
// how long each span took.
//
// Used by the shard's thread; the results may be read once that thread has ended. A sampled event
// is applied by itself, so that the moment of its book's update is known exactly. The events in
// between are applied together at full speed. Their number is drawn anew each time, because a fixed
// step could fall in step with bursts and sample only one place of each burst. Control events,
// events that are not to be timed (kNotTimed, kWarmUp) and events that no book applied are not
// recorded.
// Cost: a clock read for one in sixteen batches that hold a sampled event. A sampled event costs
// one or two clock reads more, three to seven histogram entries, and a restart of the book set's
// look-ahead. All other batches cost a comparison.
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
  /// `origin` is shared by the engine's shards and must outlive the sampler's work.
  LatencySampler(const SamplerOptions& options, const Clock& clock, SharedOrigin& origin)
      : steps_(2 * u64{options.every} - 1),
        random_(options.seed),
        clock_(clock),
        windows_(options.windows, options.window, origin),
        timeline_(options.slice, options.slices) {
    draw();
  }

  /// Notes a new batch, whose events were taken at `taken_at`.
  void begin_batch(std::size_t events, Nanos taken_at) {
    if (events <= until_next_) return;
    at_.ingress = taken_at;
    looks_ = batches_++ % kBetweenLooks == 0;
    if (looks_) at_.dequeued = clock_.now();
  }
  /// The number of events before the next one to be sampled.
  [[nodiscard]] std::size_t until_next() const { return until_next_; }
  /// Notes that so many events were applied, none of them sampled.
  void pass(std::size_t events) { until_next_ -= events; }

  /// Called when the sampled event has reached its book. Records the event if the book `applied`
  /// it, and draws the next event to sample.
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
  /// Records that the strategies have handled the event of the last booked().
  void strategies_done() {
    if (timed_) windows_.of(at_.due).record_strategy(at_, clock_.now());
  }
  /// timed() and moments() describe the event of the last booked(). timed() is true when that event
  /// was recorded.
  [[nodiscard]] bool timed() const { return timed_; }
  [[nodiscard]] const Moments& moments() const { return at_; }

  [[nodiscard]] const std::vector<SpanTimes>& windows() const { return windows_.all(); }
  [[nodiscard]] const LatencyTimeline& timeline() const { return timeline_; }

 private:
  // A clock read on an event's way lengthens the spans around it, so that the dequeue time is read
  // for one batch in kBetweenLooks only.
  static constexpr u32 kBetweenLooks = 16;

  void draw() { until_next_ = random_.below(steps_); }

  std::size_t until_next_ = 0;
  u64 steps_;  // how many values the draw chooses from
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
