// What spans took, kept apart by equal windows of time, so that the spread of a figure is known.
//
// One thread writes; others may read, or merge, once it has finished. All of an engine count their
// windows from one moment.
#pragma once

#include <algorithm>
#include <vector>

#include "engine/latency/latency_spans.hpp"
#include "engine/latency/shared_origin.hpp"

namespace tapedeck::latency {

class SpanWindows {
 public:
  /// `origin` must outlive the writing. What comes after the last window belongs to it.
  SpanWindows(u32 windows, Nanos window, SharedOrigin& origin)
      : window_(window), shared_origin_(origin), windows_(windows) {}

  /// How long after the origin an event was due; the first one of all is the origin.
  [[nodiscard]] Nanos since_origin(Nanos due) {
    if (origin_ == kBeginningOfTime) origin_ = shared_origin_.or_first(due);
    return due - origin_;
  }
  /// That of an event that was due then.
  [[nodiscard]] SpanTimes& of(Nanos due) {
    if (windows_.size() == 1) return windows_.front();
    const i64 since = std::max<i64>(0, since_origin(due).value);
    return windows_[std::min<std::size_t>(static_cast<std::size_t>(since / window_.value),
                                          windows_.size() - 1)];
  }
  [[nodiscard]] const std::vector<SpanTimes>& all() const { return windows_; }

 private:
  Nanos window_;
  Nanos origin_ = kBeginningOfTime;  // the shared one, once it is known
  SharedOrigin& shared_origin_;
  std::vector<SpanTimes> windows_;
};

}  // namespace tapedeck::latency
