// Where a feed's bytes come from: a window onto the decompressed content that moves forward.
//
// The owner looks at window(), takes whole records from its front with consume(), and asks fill()
// for more when the rest is less than a record. One thread. Pointers into the window are valid
// until the next fill(). Memory is bounded whatever the input says: what is kept is the window,
// which whoever asks for more keeps below kMaxWindow bytes, and a piece that is being read.
#pragma once

#include <cassert>
#include <memory>
#include <optional>
#include <string>

#include "engine/core/bytes.hpp"
#include "engine/core/feed.hpp"

namespace tapedeck::feeds {

/// No record of any format we read is larger: ITCH and MoldUDP64 lengths have 16 bits, a capture's
/// packet at most 256 KiB.
inline constexpr std::size_t kMaxWindow = std::size_t{1} << 20;

enum class Fill : u8 {
  more,    // the window grew by at least a byte
  end,     // the content ends where the window ends
  damaged  // the content cannot be read further; damage() says why
};

class ByteSource {
 public:
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Bytes window() const { return {begin_, end_}; }
  /// Of the window's first byte in the decompressed content.
  [[nodiscard]] u64 offset() const { return offset_; }
  /// `count` is at most window().size().
  void consume(std::size_t count) {
    assert(count <= window().size());
    begin_ += count;
    offset_ += count;
  }
  /// The window must be smaller than kMaxWindow.
  [[nodiscard]] virtual Fill fill() = 0;
  /// Goes on at this byte of the content, the window empty. False, and nothing has changed, where
  /// the content cannot be had but from front to back, or is not that long.
  [[nodiscard]] virtual bool seek(u64 /*offset*/) { return false; }
  /// Fills until the window holds `count` bytes, at most kMaxWindow; false when the content ends or
  /// breaks before.
  [[nodiscard]] bool ensure(std::size_t count) {
    assert(count <= kMaxWindow);
    while (window().size() < count) {
      if (fill() != Fill::more) return false;
    }
    return true;
  }
  [[nodiscard]] const std::optional<Damage>& damage() const { return damage_; }
  /// Bytes as they lie on disk: read so far, and in all (0: unknown, a pipe).
  [[nodiscard]] virtual u64 raw_bytes_read() const = 0;
  [[nodiscard]] virtual u64 raw_bytes_total() const = 0;

 protected:
  explicit ByteSource(std::string name) : name_(std::move(name)) {}

  const std::byte* begin_ = nullptr;
  const std::byte* end_ = nullptr;
  u64 offset_ = 0;
  std::string name_;
  std::optional<Damage> damage_;
};

/// Whether somebody is still writing a file: then its end is one for now, and fill() may be asked
/// again later.
enum class Growth : u8 { none, expected };

/// How many bytes of content one packed byte may become, unless a reader allows more. Recordings
/// stay below 100; a bomb has thousands.
inline constexpr u64 kMaxRatio = 1'000;

/// Opens a file, or standard input for "-". Raw, gzip and zstd are told apart by content; what is
/// packed and swells by more than `max_ratio` (and a window) is damaged there.
/// Throws ConfigError when the path cannot be opened or is no file, or not a plain one that can
/// grow.
[[nodiscard]] std::unique_ptr<ByteSource> open_source(const std::string& path,
                                                      Growth growth = Growth::none,
                                                      u64 max_ratio = kMaxRatio);

/// Bytes held by the caller, for tests and for content inside other containers. `window_limit`
/// makes the window grow in steps of that size, as a slow pipe would.
[[nodiscard]] std::unique_ptr<ByteSource> memory_source(std::string name, Bytes content,
                                                        std::size_t window_limit = SIZE_MAX);

}  // namespace tapedeck::feeds
