// The base class of byte sources that decompress. It has one bounded buffer for the window (the
// decompressed bytes that the reader has not consumed), and limits the ratio of decompressed to
// compressed bytes.
//
// The first fill allocates only a small buffer, because a program may look at the beginnings of
// thousands of files before it reads the first one. A source that has ended keeps only the bytes
// that its reader has not consumed. One thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "feeds/common/byte_source.hpp"
#include "feeds/common/swell_limit.hpp"

namespace tapedeck::feeds {

class UnpackedSource : public ByteSource {
 protected:
  /// `max_ratio`: see SwellLimit.
  UnpackedSource(std::string name, u64 max_ratio)
      : ByteSource(std::move(name)), swelling_(max_ratio) {}

  /// Returns the free space behind the window. When little is left, first moves the window to the
  /// buffer's front.
  [[nodiscard]] std::span<std::byte> make_room();
  /// Adds the first `made` bytes of the space of make_room() to the window. These bytes were
  /// decompressed from `taken` bytes of content. Returns false when the content exceeds the
  /// SwellLimit.
  [[nodiscard]] bool grow(std::size_t made, std::size_t taken) {
    end_ += made;
    return swelling_.believes(made, taken);
  }
  /// Shrinks the buffer to the window. Called when no more content follows.
  void shrink();
  [[nodiscard]] u64 made() const { return swelling_.made(); }
  /// Ends the content as damaged after grow() has returned false.
  Fill break_off_swollen() {
    damage_ = swelling_.damage(name_, offset_ + window().size());
    return Fill::damaged;
  }

 private:
  // The size of the first buffer, which is enough to recognise a file's format.
  static constexpr std::size_t kFirst = std::size_t{32} << 10;
  static constexpr std::size_t kFull = 2 * kMaxWindow;

  std::unique_ptr<std::byte[]> buffer_;
  std::size_t size_ = 0;
  SwellLimit swelling_;
};

}  // namespace tapedeck::feeds
