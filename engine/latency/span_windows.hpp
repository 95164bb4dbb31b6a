// Records latency spans separately for each of several equal time windows, so that the variation of
// a figure between windows is known.
//
// One thread writes; others may read, or merge, once the writer has finished. All shards of an
// engine count their windows from the same time, the shared origin.
#pragma once

#include <algorithm>
#include <vector>

#include "engine/latency/latency_spans.hpp"
#include "engine/latency/shared_origin.hpp"

namespace tapedeck::latency {

class SpanWindows {
 public:
  /// `origin` must outlive all calls of since_origin() and of(). Events after the last window count
  /// in the last window.
  SpanWindows(u32 windows, Nanos window, SharedOrigin& origin)
      : window_(window), shared_origin_(origin), windows_(windows) {}

  /// Returns the time from the origin to `due`. The very first call, from any of the threads that
  /// share the origin, sets the origin to the `due` of that call.
  [[nodiscard]] Nanos since_origin(Nanos due) {
    if (origin_ == kBeginningOfTime) origin_ = shared_origin_.or_first(due);
    return due - origin_;
  }
  /// Returns the window that contains `due`.
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
