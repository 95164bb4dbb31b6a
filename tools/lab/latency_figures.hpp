// The figures of a run under load.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "engine/latency/latency_spans.hpp"
#include "engine/latency/latency_timeline.hpp"
#include "engine/pipeline/engine_config.hpp"

namespace tapedeck::tools {

/// A run that achieves less than this share of the offered load says nothing about latency.
inline constexpr double kLeastAchieved = 0.99;

/// How far the shards lagged behind the feed, sampled at regular intervals (kQueueLook in
/// latency_run.hpp).
struct QueueDepths {
  u64 looks = 0;
  u64 sum = 0;   // of events decoded and not yet applied
  u64 most = 0;  // the most such events at one look

  void add(u64 events) {
    ++looks;
    sum += events;
    most = std::max(most, events);
  }
  [[nodiscard]] double mean() const {
    return looks == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(looks);
  }
};

/// What one run under load measured; see why_invalid().
struct LatencyFigures {
  std::vector<latency::SpanTimes> windows;  // one per window of time, of equal length
  latency::SpanTimes spans;                 // of all windows
  latency::LatencyTimeline timeline;        // of due_to_book
  std::array<std::string, latency::kLatencySpans> why_none;  // why a span was not measured
  u32 sample_every = 1;                                      // one of this many events was sampled
  u64 messages = 0;                                          // timed
  u64 warm_up_messages = 0;                                  // before them, preroll included
  u64 dropped = 0;                                           // events
  double offered_per_s = 0, achieved_per_s = 0;              // messages
  Nanos timed_span{0};                                       // of the timetable
  bool overdue = false;  // given up because it was too far behind
  bool ran_dry = false;  // the source ended before the timetable
  QueueDepths queue;     // empty unless it was watched
  std::vector<std::string> damage, warnings;
  std::vector<pipeline::Placement> placements;

  [[nodiscard]] bool kept_up() const {
    // Events that were given up or dropped are in no histogram, and would have been the slowest.
    return !overdue && dropped == 0 && offered_per_s > 0 &&
           achieved_per_s >= kLeastAchieved * offered_per_s;
  }
  /// Returns why the figures are invalid; empty: they are valid.
  [[nodiscard]] std::string why_invalid() const;
};

}  // namespace tapedeck::tools
