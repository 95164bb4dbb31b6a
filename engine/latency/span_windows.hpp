// Latencies of spans, kept apart by equal windows of time, so that the spread of a figure is known.
//
// One thread writes; others may read, or merge, once it has finished. All shards of an engine count
// their windows from one moment.
#pragma once

#include <algorithm>
#include <vector>

#include "engine/latency/latency_spans.hpp"
#include "engine/latency/shared_origin.hpp"

namespace tapedeck::latency {

class SpanWindows {
 public:
  /// `origin` must outlive the writing. Events after the last window count in the last window.
  SpanWindows(u32 windows, Nanos window, SharedOrigin& origin)
      : window_(window), shared_origin_(origin), windows_(windows) {}

  /// Returns how long after the origin an event was due. The first call by any thread sets the
  /// origin to its `due`.
  [[nodiscard]] Nanos since_origin(Nanos due) {
    if (origin_ == kBeginningOfTime) origin_ = shared_origin_.or_first(due);
    return due - origin_;
  }
  /// Returns the window that `due` falls into.
  [[nodiscard]] SpanTimes& of(Nanos due) {
    if (windows_.size() == 1) return windows_.front();
    const i64 since = std::max<i64>(0, since_origin(due).value);
    return windows_[std::min<std::size_t>(static_cast<std::size_t>(since / window_.value),
                                          windows_.size() - 1)];
  }
  [[nodiscard]] const std::vector<SpanTimes>& all() const { return windows_; }

 private:
  Nanos window_;
  Nanos origin_ = kBeginningOfTime;  // the shared origin, once it is known
  SharedOrigin& shared_origin_;
  std::vector<SpanTimes> windows_;
};

}  // namespace tapedeck::latency
