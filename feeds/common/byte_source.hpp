// The interface of a feed's input: a window of bytes that moves forward over the decompressed
// content.
//
// The feed reads window(), removes whole records from its front with consume(), and calls fill()
// for more bytes when the window holds less than a record. One thread. Pointers into the window are
// valid until the next fill(). Memory is bounded for any input: a source stores only the window and
// the piece that it is reading, and the feed calls fill() only while the window is smaller than
// kMaxWindow bytes.
#pragma once

#include <cassert>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "engine/core/bytes.hpp"
#include "engine/core/recording.hpp"

namespace tapedeck::feeds {

/// The limit of the window's size. All records of the supported formats are smaller: the lengths of
/// ITCH and MoldUDP64 have 16 bits, and a packet in a capture has at most 256 KiB.
inline constexpr std::size_t kMaxWindow = std::size_t{1} << 20;

enum class Fill : u8 {
  more,     // the window grew by at least one byte
  end,      // the content ends where the window ends
  damaged,  // the content cannot be read further; damage() says why
  later     // only of fill_now(): the writer of a pipe has not written more yet
};

class ByteSource {
 public:
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Bytes window() const { return {begin_, end_}; }
  /// Returns the position of the window's first byte in the decompressed content.
  [[nodiscard]] u64 offset() const { return offset_; }
  /// Removes `count` bytes from the window's front, at most window().size().
  void consume(std::size_t count) {
    assert(count <= window().size());
    begin_ += count;
    offset_ += count;
  }
  /// Adds bytes to the window's end. The window must be smaller than kMaxWindow.
  [[nodiscard]] virtual Fill fill() = 0;
  /// As fill(), but returns `later` instead of waiting for a pipe's writer. A file never waits.
  [[nodiscard]] virtual Fill fill_now() { return fill(); }
  /// Waits for a pipe's writer, at most for `patience`. Returns false if the writer has written
  /// nothing.
  [[nodiscard]] virtual bool wait_for_writer(Nanos /*patience*/) { return true; }
  /// Returns false if fill() must not be called while it would wait: others on this thread have not
  /// read what has come, see feeds/common/shared_pipe.hpp.
  [[nodiscard]] virtual bool may_wait() const { return true; }
  /// Moves the window's front on by the next bytes of the content, at most into.size(), and puts
  /// them in `into` instead; `moved` is set to their number. Returns what fill() would where there
  /// are none. For a reader that keeps the bytes: a file is read without a copy.
  [[nodiscard]] virtual Fill move_to(std::span<std::byte> into, std::size_t& moved);
  /// Continues at byte `offset` of the content, with an empty window. Returns false and changes
  /// nothing if the content can only be read from front to back, or if it is shorter than `offset`.
  [[nodiscard]] virtual bool seek(u64 /*offset*/) { return false; }
  /// Fills the window until it holds at least `count` bytes; `count` is at most kMaxWindow. Returns
  /// false if the content ends or is damaged before that.
  [[nodiscard]] bool ensure(std::size_t count) {
    assert(count <= kMaxWindow);
    while (window().size() < count) {
      if (fill() != Fill::more) return false;
    }
    return true;
  }
  /// Returns false if ensure(count) would wait for a pipe's writer. Fills the window as far as that
  /// needs no waiting.
  [[nodiscard]] bool is_ready(std::size_t count) {
    while (window().size() < count) {
      const Fill filled = fill_now();
      if (filled != Fill::more) return filled != Fill::later;
    }
    return true;
  }
  [[nodiscard]] const std::optional<Damage>& damage() const { return damage_; }
  /// Return bytes of the file on disk, before decompression: the bytes read so far, and the file's
  /// size. The size is 0 if it is unknown, as for a pipe.
  [[nodiscard]] virtual u64 raw_bytes_read() const = 0;
  [[nodiscard]] virtual u64 raw_bytes_total() const = 0;
  [[nodiscard]] ReadProgress progress() const { return {raw_bytes_read(), raw_bytes_total()}; }

 protected:
  explicit ByteSource(std::string name) : name_(std::move(name)) {}

  const std::byte* begin_ = nullptr;
  const std::byte* end_ = nullptr;
  u64 offset_ = 0;
  std::string name_;
  std::optional<Damage> damage_;
};

/// Says whether another process may still append to a file. With `expected`, fill() may be called
/// again after it has returned `end`.
enum class Growth : u8 { none, expected };

/// The default limit of decompressed bytes per compressed byte. Recordings stay below 100. A
/// decompression bomb has thousands.
inline constexpr u64 kMaxRatio = 1'000;

/// Opens a file, or standard input for "-". Recognises gzip and zstd by the content. A compressed
/// file counts as damaged once its decompressed bytes exceed kMaxWindow plus `max_ratio` times the
/// compressed bytes read so far. Throws PathError if the path cannot be opened or is a directory.
/// With Growth::expected, also throws PathError if the file is not regular, is empty, or is
/// compressed.
[[nodiscard]] std::unique_ptr<ByteSource> open_source(const std::string& path,
                                                      Growth growth = Growth::none,
                                                      u64 max_ratio = kMaxRatio);

/// Returns a source over bytes in memory, for tests and for content inside other containers. The
/// caller keeps the bytes alive. Each fill() adds at most `window_limit` bytes to the window, as a
/// slow pipe would.
[[nodiscard]] std::unique_ptr<ByteSource> memory_source(std::string name, Bytes content,
                                                        std::size_t window_limit = SIZE_MAX);

}  // namespace tapedeck::feeds
