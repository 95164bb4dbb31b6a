#include "feeds/common/read_ahead.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <cstring>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>
#include <sched.h>

#include "engine/core/memory.hpp"

namespace tapedeck::feeds {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::size_t kFirstLook = std::size_t{16} << 10;
constexpr u32 kPieces = 3;  // one in use, one ready, one being filled

// Part of the content, with room in front for the unread rest of the part before.
struct Piece {
  Pages memory = allocate_pages(kMaxWindow + kPiece);
  std::size_t size = 0;
  Fill after = Fill::more;  // what follows it
  u64 raw_read = 0;
  std::exception_ptr error;

  [[nodiscard]] std::byte* content() const { return memory.get() + kMaxWindow; }
};

// The pieces form a ring: the worker fills free pieces in order, and the reader takes them in
// order. Two counters, with one writer each, say which thread owns a piece.
class ReadAhead final : public ByteSource {
 public:
  explicit ReadAhead(std::unique_ptr<ByteSource> inner)
      : ByteSource(inner->name()), inner_(std::move(inner)), total_(inner_->raw_bytes_total()) {
    begin_ = end_ = pieces_[0].content();
    CPU_ZERO(&cores_);
    has_cores_ = ::pthread_getaffinity_np(::pthread_self(), sizeof cores_, &cores_) == 0;
  }
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  ~ReadAhead() override { retire(); }

  Fill fill() override {
    if (after_ != Fill::more) return finish();
    // Recognising a file needs few bytes, and there may be many files.
    if (taken_ == 0) fill_piece(pieces_[0], kFirstLook);
    Piece& piece = pieces_[taken_ % kPieces];
    if (taken_ >= 1 && has_worker()) {
      await(filled_, taken_);
    } else if (taken_ >= 1) {
      fill_piece(piece, kPiece);
    }
    if (piece.error) std::rethrow_exception(piece.error);
    take(piece);
    return piece.size == 0 ? finish() : Fill::more;
  }
  // Works only before anything was read ahead.
  bool seek(u64 offset) override {
    if (taken_ > 0 || !inner_->seek(offset)) return false;
    offset_ = offset;
    return true;
  }
  [[nodiscard]] u64 raw_bytes_read() const override { return raw_read_; }
  [[nodiscard]] u64 raw_bytes_total() const override { return total_; }

 private:
  // If no thread can be started, the reader does the work.
  bool has_worker() {
    if (worker_.joinable()) return true;
    if (alone_) return false;
    try {
      worker_ = std::thread{[this] { work(); }};
    } catch (const std::system_error&) {
      alone_ = true;
    }
    return !alone_;
  }

  // Only one of many files is being read, so a source that has ended keeps the unread bytes, but
  // neither its thread nor its pieces.
  Fill finish() {
    if (after_ == Fill::damaged && !damage_) damage_ = inner_->damage();
    if (pieces_[0].memory) {
      rest_.assign(begin_, end_);
      retire();
      begin_ = rest_.data();
      end_ = begin_ + rest_.size();
    }
    return after_;
  }

  void retire() {
    if (worker_.joinable()) {
      stop_.store(true, std::memory_order_relaxed);
      may_fill_.fetch_add(kPieces, std::memory_order_release);  // ends every wait of the worker
      may_fill_.notify_one();
      worker_.join();
    }
    for (Piece& piece : pieces_) piece.memory.reset();
  }

  // Moves the reader to this piece, which frees the one before it.
  void take(const Piece& piece) {
    const auto kept = static_cast<std::size_t>(end_ - begin_);
    assert(kept <= kMaxWindow && "the reader has used all but one window before it asks for more");
    std::byte* const start = piece.content() - kept;
    std::memcpy(start, begin_, kept);
    begin_ = start;
    end_ = piece.content() + piece.size;
    raw_read_ = piece.raw_read;
    after_ = piece.after;  // returned at the next fill()
    if (taken_ >= 1) {
      may_fill_.fetch_add(1, std::memory_order_release);
      may_fill_.notify_one();
    }
    ++taken_;
  }

  void work() {
    // The reader's thread may have been pinned to one core meanwhile; do not inherit that.
    if (has_cores_) (void)::pthread_setaffinity_np(::pthread_self(), sizeof cores_, &cores_);
    (void)::pthread_setname_np(::pthread_self(), "read ahead");
    for (u32 next = 1;; ++next) {
      await(may_fill_, next);
      if (stop_.load(std::memory_order_relaxed)) return;
      Piece& piece = pieces_[next % kPieces];
      try {
        fill_piece(piece, kPiece);
      } catch (...) {
        piece.error = std::current_exception();
      }
      const bool last = piece.error || piece.after != Fill::more;
      filled_.store(next, std::memory_order_release);
      filled_.notify_one();
      if (last) return;
    }
  }

  // Fills the piece with `size` bytes, unless the content ends before.
  void fill_piece(Piece& piece, std::size_t size) {
    piece.size = 0;
    piece.after = Fill::more;
    while (piece.size < size && piece.after == Fill::more) {
      std::size_t moved = 0;
      piece.after = inner_->move_to({piece.content() + piece.size, size - piece.size}, moved);
      piece.size += moved;
    }
    piece.raw_read = inner_->raw_bytes_read();
  }

  // Waits until `counter` is at least `wanted`.
  static void await(const std::atomic<u32>& counter, u32 wanted) {
    for (u32 now = counter.load(std::memory_order_acquire); now < wanted;
         now = counter.load(std::memory_order_acquire)) {
      counter.wait(now, std::memory_order_acquire);
    }
  }

  std::unique_ptr<ByteSource> inner_;  // the reader's until the worker starts, then the worker's
  u64 total_;
  cpu_set_t cores_{};
  bool has_cores_ = false;
  std::array<Piece, kPieces> pieces_;
  std::thread worker_;
  // The reader's:
  u32 taken_ = 0;  // pieces
  u64 raw_read_ = 0;
  Fill after_ = Fill::more;
  bool alone_ = false;
  std::vector<std::byte> rest_;
  // Shared. The last filled piece; written by the worker.
  alignas(64) std::atomic<u32> filled_{0};
  // The last piece that may be filled; written by the reader.
  alignas(64) std::atomic<u32> may_fill_{kPieces - 1};
  std::atomic<bool> stop_{false};
};

}  // namespace

std::unique_ptr<ByteSource> read_ahead(std::unique_ptr<ByteSource> inner) {
  return std::make_unique<ReadAhead>(std::move(inner));
}

}  // namespace tapedeck::feeds
