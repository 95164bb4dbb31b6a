#include "feeds/common/unpacked_source.hpp"

#include <cstring>

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

void UnpackedSource::shrink() {
  const auto kept = static_cast<std::size_t>(end_ - begin_);
  auto rest = std::make_unique_for_overwrite<std::byte[]>(kept);
  if (kept > 0) std::memcpy(rest.get(), begin_, kept);
  buffer_ = std::move(rest);
  size_ = kept;
  begin_ = buffer_.get();
  end_ = begin_ + kept;
}

}  // namespace tapedeck::feeds
