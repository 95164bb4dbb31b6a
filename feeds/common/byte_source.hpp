// Where a feed's bytes come from: a window that moves forward over the decompressed content.
//
// The owner reads window(), takes whole records from its front with consume(), and calls fill() for
// more bytes when less than a record is left. One thread. Pointers into the window are valid until
// the next fill(). Memory is bounded for any input: a source holds the window and the piece being
// read, and the owner calls fill() only while the window is smaller than kMaxWindow bytes.
#pragma once

#include <cassert>
#include <memory>
#include <optional>
#include <string>

#include "engine/core/bytes.hpp"
#include "engine/core/feed.hpp"

namespace tapedeck::feeds {

/// No record of any format that is read here is larger: ITCH and MoldUDP64 lengths have 16 bits, a
/// capture's packet at most 256 KiB.
inline constexpr std::size_t kMaxWindow = std::size_t{1} << 20;

enum class Fill : u8 {
  more,    // the window grew by at least one byte
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
  /// The position of the window's first byte in the decompressed content.
  [[nodiscard]] u64 offset() const { return offset_; }
  /// Removes `count` bytes from the window's front, at most window().size().
  void consume(std::size_t count) {
    assert(count <= window().size());
    begin_ += count;
    offset_ += count;
  }
  /// Adds bytes to the window's end. The window must be smaller than kMaxWindow.
  [[nodiscard]] virtual Fill fill() = 0;
  /// Continues at byte `offset` of the content, with an empty window. Returns false and changes
  /// nothing when the content can only be read from front to back, or when it is shorter than
  /// `offset`.
  [[nodiscard]] virtual bool seek(u64 /*offset*/) { return false; }
  /// Fills until the window holds `count` bytes (at most kMaxWindow). Returns false when the
  /// content ends or is damaged before that.
  [[nodiscard]] bool ensure(std::size_t count) {
    assert(count <= kMaxWindow);
    while (window().size() < count) {
      if (fill() != Fill::more) return false;
    }
    return true;
  }
  [[nodiscard]] const std::optional<Damage>& damage() const { return damage_; }
  /// Bytes on disk, before decompression: read so far, and in total (0: unknown, a pipe).
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

/// Whether another process may still append to a file. If so, fill() may be called again after it
/// has returned `end`.
enum class Growth : u8 { none, expected };

/// The default limit of content bytes per compressed byte. Recordings stay below 100; a
/// decompression bomb has thousands.
inline constexpr u64 kMaxRatio = 1'000;

/// Opens a file, or standard input for "-". The content decides between raw, gzip and zstd. A
/// compressed file is damaged once its content exceeds one window (kMaxWindow) plus `max_ratio`
/// times the compressed bytes used. Throws PathError when the path cannot be opened or is a
/// directory; with Growth::expected also when the file is not regular, is empty, or is compressed.
[[nodiscard]] std::unique_ptr<ByteSource> open_source(const std::string& path,
                                                      Growth growth = Growth::none,
                                                      u64 max_ratio = kMaxRatio);

/// A source over bytes that the caller keeps alive, for tests and for content inside other
/// containers. The window grows in steps of `window_limit` bytes, as from a slow pipe.
[[nodiscard]] std::unique_ptr<ByteSource> memory_source(std::string name, Bytes content,
                                                        std::size_t window_limit = SIZE_MAX);

}  // namespace tapedeck::feeds
