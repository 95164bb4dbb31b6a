// Samples one event of so many on its way through a shard, and keeps what each span took.
//
// The shard's thread; the results may be read once it has ended. A sampled event is applied by
// itself, so that the moment its book was updated is known exactly; the others in between stay
// together, as fast as ever. How many they are is drawn anew each time: a fixed step could keep
// step with bursts, and see but one place of each. Control events, events that are not to be timed
// (kNotTimed, kWarmUp) and events that no book took are passed over.
// Cost: a look at the clock for one in sixteen batches with a sampled event in them; for the event
// itself one or two more, three to seven entries in histograms and a look-ahead that begins anew; a
// comparison for the rest.
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
  /// `origin`: of the engine's shards together; must outlive the sampler's work.
  LatencySampler(const SamplerOptions& options, const Clock& clock, SharedOrigin& origin)
      : steps_(2 * u64{options.every} - 1),
        random_(options.seed),
        clock_(clock),
        windows_(options.windows, options.window, origin),
        timeline_(options.slice, options.slices) {
    draw();
  }

  /// A batch has come, of events that were taken at that time.
  void begin_batch(std::size_t events, Nanos taken_at) {
    if (events <= until_next_) return;
    at_.ingress = taken_at;
    looks_ = batches_++ % kBetweenLooks == 0;
    if (looks_) at_.dequeued = clock_.now();
  }
  /// How many events come before the next one to be sampled.
  [[nodiscard]] std::size_t until_next() const { return until_next_; }
  /// So many were applied, none of them sampled.
  void pass(std::size_t events) { until_next_ -= events; }

  /// The one whose turn it is has come to its book, which took it or did not,
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
  /// and the strategies have heard of it.
  void strategies_done() {
    if (timed_) windows_.of(at_.due).record_strategy(at_, clock_.now());
  }
  /// Of the event that booked() was told of last.
  [[nodiscard]] bool timed() const { return timed_; }
  [[nodiscard]] const Moments& moments() const { return at_; }

  [[nodiscard]] const std::vector<SpanTimes>& windows() const { return windows_.all(); }
  [[nodiscard]] const LatencyTimeline& timeline() const { return timeline_; }

 private:
  // A look at the clock on an event's way is counted by every span that it lies on: only so many
  // batches are looked at when they come out of the queue.
  static constexpr u32 kBetweenLooks = 16;

  void draw() { until_next_ = random_.below(steps_); }

  std::size_t until_next_ = 0;
  u64 steps_;  // how many there are to choose from
  Random random_;
  u32 batches_ = 0;
  bool looks_ = false;  // at when this batch was dequeued
  bool timed_ = false;
  Moments at_{};
  const Clock& clock_;
  SpanWindows windows_;
  LatencyTimeline timeline_;
};

}  // namespace tapedeck::latency
