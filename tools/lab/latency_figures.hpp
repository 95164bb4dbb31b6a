// The measured figures of one benchmark run under load.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/histogram.hpp"
#include "engine/latency/latency_spans.hpp"
#include "engine/latency/latency_timeline.hpp"
#include "engine/pipeline/engine_config.hpp"

namespace tapedeck::tools {

/// If a run achieves less than this share of the offered load, its latencies are not valid.
inline constexpr double kLeastAchieved = 0.99;

/// How far the shards were behind the feed, in events that were decoded but not yet applied.
/// Sampled at regular intervals (kQueueLook in latency_run.hpp).
struct QueueDepths {
  u64 looks = 0;
  u64 sum = 0;   // sum of the events over all samples
  u64 most = 0;  // the most events in one sample

  void add(u64 events) {
    ++looks;
    sum += events;
    most = std::max(most, events);
  }
  [[nodiscard]] double mean() const {
    return looks == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(looks);
  }
};

/// The figures of one run under load. They are valid only if why_invalid() is empty.
struct LatencyFigures {
  std::vector<latency::SpanTimes> windows;  // one per window of time, of equal lengths
  latency::SpanTimes spans;                 // merged over all windows
  latency::LatencyTimeline timeline;        // of the span due_to_book
  std::array<std::string, latency::kLatencySpans> why_none;  // why a span was not measured
  u32 sample_every = 1;                                      // one of this many events was sampled
  u64 messages = 0;                                          // messages in the timed part
  u64 warm_up_messages = 0;                      // messages before the timed part, preroll included
  u64 dropped = 0;                               // events dropped by the engine
  double offered_per_s = 0, achieved_per_s = 0;  // messages per second
  Nanos timed_span{0};                           // length of the timed part of the timetable
  bool overdue = false;                 // the feed gave up, because the engine was too far behind
  bool ran_dry = false;                 // the source ended before the timetable did
  QueueDepths queue;                    // all zero if the queues were not watched
  std::optional<Histogram> cut_stalls;  // how long each report of a snapshot held a shard up
  std::vector<std::string> damage, warnings;
  std::vector<pipeline::Placement> placements;

  [[nodiscard]] bool kept_up() const {
    // Events that were skipped or dropped are in no histogram, although they would have been the
    // slowest.
    return !overdue && dropped == 0 && offered_per_s > 0 &&
           achieved_per_s >= kLeastAchieved * offered_per_s;
  }
  /// Returns why the figures are invalid; an empty text if they are valid.
  [[nodiscard]] std::string why_invalid() const;
};

}  // namespace tapedeck::tools
