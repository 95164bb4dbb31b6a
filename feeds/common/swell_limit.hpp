// How much may come out of how little: what a packed content swells to is bounded before a bomb has
// kept a reader busy for hours. Plain data; one thread.
#pragma once

#include <optional>
#include <string>

#include "engine/core/feed.hpp"
#include "engine/core/units.hpp"
#include "feeds/common/byte_source.hpp"

namespace tapedeck::feeds {

class SwellLimit {
 public:
  /// `max_ratio`: how many bytes may come out of one that goes in.
  explicit SwellLimit(u64 max_ratio) : max_ratio_(max_ratio) {}

  /// So many bytes came out of `taken` more. False where that is more than is believed; what comes
  /// in the first window is, since a codec may give it before the bytes that it is made of count.
  [[nodiscard]] bool believes(u64 made, u64 taken) {
    made_ += made;
    taken_ += taken;
    u64 most = 0;
    return __builtin_mul_overflow(taken_, max_ratio_, &most) || made_ <= kMaxWindow ||
           made_ - kMaxWindow <= most;
  }
  [[nodiscard]] u64 made() const { return made_; }
  /// Of a content that is not believed.
  [[nodiscard]] Damage damage(std::string file, u64 offset) const {
    return {.file = std::move(file),
            .offset = offset,
            .found = grouped(made_) + " bytes out of " + grouped(taken_) + " packed ones",
            .expected = "at most " + grouped(max_ratio_) + " for each",
            .hint =
                "recordings swell by less than a hundred; if this one is sound, unpack it first, "
                "or allow more (`max_ratio`)"};
  }

 private:
  u64 max_ratio_;
  u64 made_ = 0, taken_ = 0;
};

}  // namespace tapedeck::feeds
