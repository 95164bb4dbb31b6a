// Limits the ratio of decompressed to compressed bytes, so that a decompression bomb is rejected
// before it keeps a reader busy for hours. One thread.
#pragma once

#include <optional>
#include <string>

#include "engine/core/recording.hpp"
#include "engine/core/units.hpp"
#include "feeds/common/byte_source.hpp"

namespace tapedeck::feeds {

class SwellLimit {
 public:
  /// `max_ratio` is the limit of decompressed bytes (output) per compressed byte (input).
  explicit SwellLimit(u64 max_ratio) : max_ratio_(max_ratio) {}

  /// Adds `made` bytes of output from `taken` bytes of input. Returns false if the total output
  /// exceeds `max_ratio` times the total input, plus kMaxWindow bytes. The allowance of kMaxWindow
  /// bytes is needed because a codec may emit output before it counts the input bytes.
  [[nodiscard]] bool believes(u64 made, u64 taken) {
    made_ += made;
    taken_ += taken;
    u64 most = 0;
    return __builtin_mul_overflow(taken_, max_ratio_, &most) || made_ <= kMaxWindow ||
           made_ - kMaxWindow <= most;
  }
  [[nodiscard]] u64 made() const { return made_; }
  /// Returns the Damage that describes content beyond the limit.
  [[nodiscard]] Damage damage(std::string file, u64 offset) const {
    return {.file = std::move(file),
            .offset = offset,
            .found = counted(made_, "byte") + " out of " + grouped(taken_) + " packed ones",
            .expected = "at most " + grouped(max_ratio_) + " for each",
            .hint =
                "recordings grow less than a hundredfold; if this one is sound, unpack it first, "
                "or allow more (`max_ratio`)"};
  }

 private:
  u64 max_ratio_;
  u64 made_ = 0, taken_ = 0;
};

}  // namespace tapedeck::feeds
