// What sources share that unpack: one bounded buffer with the window in it, and a limit to how much
// comes out of how little.
//
// Memory is taken at the first fill, little of it: there may be thousands of files to look at
// before one is read. One that has ended keeps what its reader has left of it. One thread.
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

  /// Free space behind the window, which moves to the buffer's front when little of it is left.
  [[nodiscard]] std::span<std::byte> make_room();
  /// So many bytes of it were filled, out of `taken` more of the packed content. False where that
  /// is more than is believed.
  [[nodiscard]] bool grow(std::size_t made, std::size_t taken) {
    end_ += made;
    return swelling_.believes(made, taken);
  }
  /// Nothing follows: all memory but the window's is given back.
  void shrink();
  [[nodiscard]] u64 made() const { return swelling_.made(); }
  /// Where grow() does not believe what came.
  Fill break_off_swollen() {
    damage_ = swelling_.damage(name_, offset_ + window().size());
    return Fill::damaged;
  }

 private:
  // The first look at a file needs little.
  static constexpr std::size_t kFirst = std::size_t{32} << 10;
  static constexpr std::size_t kFull = 2 * kMaxWindow;

  std::unique_ptr<std::byte[]> buffer_;
  std::size_t size_ = 0;
  SwellLimit swelling_;
};

}  // namespace tapedeck::feeds
