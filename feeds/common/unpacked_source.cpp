#include "feeds/common/unpacked_source.hpp"

#include <algorithm>
#include <cstring>

#include "engine/core/text.hpp"

namespace tapedeck::feeds {

std::span<std::byte> UnpackedSource::make_room() {
  const auto kept = static_cast<std::size_t>(end_ - begin_);
  if (size_ < kFull) {
    const std::size_t size = size_ == 0 ? kFirst : kFull;
    auto larger = std::make_unique_for_overwrite<std::byte[]>(size);
    if (kept > 0) std::memcpy(larger.get(), begin_, kept);
    buffer_ = std::move(larger);
    size_ = size;
    begin_ = buffer_.get();
  } else if (kept == 0 || static_cast<std::size_t>(end_ - buffer_.get()) > kMaxWindow) {
    std::memmove(buffer_.get(), begin_, kept);
    begin_ = buffer_.get();
  }
  end_ = begin_ + kept;
  const auto used = static_cast<std::size_t>(end_ - buffer_.get());
  return {buffer_.get() + used, size_ - used};
}

bool UnpackedSource::grow(std::size_t made, std::size_t taken) {
  end_ += made;
  made_ += made;
  taken_ += taken;
  // A codec may give its window's worth before the bytes that it came from count for much.
  u64 most = 0;
  return __builtin_mul_overflow(taken_, max_ratio_, &most) || made_ <= kMaxWindow ||
         made_ - kMaxWindow <= most;
}

void UnpackedSource::shrink() {
  const auto kept = static_cast<std::size_t>(end_ - begin_);
  auto rest = std::make_unique_for_overwrite<std::byte[]>(kept);
  if (kept > 0) std::memcpy(rest.get(), begin_, kept);
  buffer_ = std::move(rest);
  size_ = kept;
  begin_ = buffer_.get();
  end_ = begin_ + kept;
}

std::string UnpackedSource::too_much_found() const {
  return grouped(made_) + " bytes out of " + grouped(taken_) + " packed ones";
}
std::string UnpackedSource::too_much_expected() const {
  return "at most " + grouped(max_ratio_) + " for each";
}
std::string UnpackedSource::too_much_hint() {
  return "recordings swell by less than a hundred; if this one is sound, allow it by --max-ratio";
}

}  // namespace tapedeck::feeds
