// The best levels of a shard's instruments, for those instruments only that a reader has asked for.
//
// A reader makes a DepthRequest for an instrument and holds it for as long as it wants to see the
// levels. The request allocates the instrument's cell, on the reader's thread, and puts it on a
// list. The shard looks at the list once per publish, and while it is idle, and fills the cells on
// it; so an instrument that does not change any more is shown too. From then on, the shard fills
// the cell whenever the instrument has changed, at most once per batch, until the last request is
// gone. Invariants:
//  1. A cell that a request holds is filled after the request was made, with what the book has at
//     that time or later. An older value, left over from earlier requests, is never shown.
//  2. A cell is on the list at most once. It stays allocated until the board ends, so that memory
//     is bounded by the instruments, however many requests come and go.
// Cost for the shard: without requests, two loads per publish. For readers: one ring of the shard's
// doorbell per request.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/book/instrument_view.hpp"
#include "engine/thread/doorbell.hpp"
#include "engine/thread/snapshot_cell.hpp"

namespace tapedeck::pipeline {

/// How many levels of each side a depth cell holds. Ten are what terminals and market-data services
/// show by default; each level more costs the shard two reads of memory that is seldom cached, for
/// each instrument that has changed.
inline constexpr u32 kDepthLevels = 10;
using Depth = book::DepthView<kDepthLevels>;

class DepthBoard;

/// Keeps the levels of one instrument up to date while it lives. The board must outlive it. One
/// thread at a time.
class DepthRequest {
 public:
  DepthRequest() = default;
  DepthRequest(DepthRequest&& other) noexcept
      : slot_(std::exchange(other.slot_, nullptr)), board_(other.board_), from_(other.from_) {}
  DepthRequest& operator=(DepthRequest&& other) noexcept {
    std::swap(slot_, other.slot_);
    std::swap(board_, other.board_);
    std::swap(from_, other.from_);
    return *this;
  }
  ~DepthRequest();

  /// Returns false if nothing is requested.
  explicit operator bool() const { return slot_ != nullptr; }
  /// Returns a number that grows with every change; 0 until the shard has filled the cell.
  [[nodiscard]] u64 version() const;
  /// Returns the levels; empty while version() is 0, and when the shard overtook every try.
  [[nodiscard]] std::optional<Depth> try_read() const;

 private:
  friend class DepthBoard;
  struct Slot;
  DepthRequest(Slot& slot, DepthBoard& board, u64 from)
      : slot_(&slot), board_(&board), from_(from) {}

  Slot* slot_ = nullptr;
  DepthBoard* board_ = nullptr;
  u64 from_ = 0;  // the version of the cell when the request was made
};

struct DepthRequest::Slot {
  explicit Slot(u32 number) : cell(number) {}

  const u32 cell;
  std::atomic<u32> requests{0};     // the flag, with a count: how many requests hold the slot
  std::atomic<bool> listed{false};  // is on the board's list
  Slot* next = nullptr;             // on the list
  thread::SnapshotCell<Depth> levels;
};

class DepthBoard {
 public:
  /// `bell` wakes the shard's thread. It must outlive the board's use.
  explicit DepthBoard(thread::Doorbell& bell) : bell_(bell) {}
  DepthBoard(const DepthBoard&) = delete;
  DepthBoard& operator=(const DepthBoard&) = delete;
  ~DepthBoard();

  /// Asks for the levels of the instrument of a cell, which the CellBoard numbers. Returns an empty
  /// request if `cell` is too large for any shard. Any thread. Allocates at an instrument's first
  /// request.
  [[nodiscard]] DepthRequest request(u32 cell);

  /// Returns true if readers ask for cells that are to be filled at once. The shard's thread, like
  /// all functions below.
  [[nodiscard]] bool has_new_requests() const {
    return listed_.load(std::memory_order_relaxed) != nullptr;
  }
  /// Calls fill(cell) for each cell that was newly asked for, and empties the list.
  template <class Fill>
  void take_new_requests(Fill fill) {
    Slot* at = listed_.exchange(nullptr, std::memory_order_acq_rel);
    while (at != nullptr) {
      Slot& slot = *at;
      at = slot.next;  // before the slot can be listed again
      // A request that finds the slot listed is served by the fill below, because this exchange
      // comes after it. A later one lists the slot again.
      (void)slot.listed.exchange(false, std::memory_order_acq_rel);
      fill(slot.cell);
    }
  }
  /// Returns true if any cell is wanted.
  [[nodiscard]] bool is_wanted() const { return wanted_.load(std::memory_order_relaxed) > 0; }
  /// Returns the cell to be filled when the instrument has changed. Null if no request holds it.
  [[nodiscard]] thread::SnapshotCell<Depth>* wanted(u32 cell) {
    Slot* const slot = slot_of(cell);
    if (slot == nullptr || slot->requests.load(std::memory_order_relaxed) == 0) return nullptr;
    return &slot->levels;
  }

 private:
  friend class DepthRequest;
  using Slot = DepthRequest::Slot;
  // Chunks never move. They lie in tables of their own, because most instruments have no cell.
  static constexpr std::size_t kChunk = 1024;
  static constexpr std::size_t kMaxChunks = 4096;  // 4 million instruments, as in a CellBoard
  using Chunk = std::array<std::atomic<Slot*>, kChunk>;

  [[nodiscard]] Slot* slot_of(u32 cell) const {
    if (cell >= kChunk * kMaxChunks) return nullptr;
    const Chunk* const chunk = chunks_[cell / kChunk].load(std::memory_order_acquire);
    return chunk == nullptr ? nullptr : (*chunk)[cell % kChunk].load(std::memory_order_acquire);
  }
  [[nodiscard]] Slot& made_slot(u32 cell);
  void list(Slot& slot);
  void release(Slot& slot);

  thread::Doorbell& bell_;
  std::vector<std::atomic<Chunk*>> chunks_ = std::vector<std::atomic<Chunk*>>(kMaxChunks);
  // Readers write below, the shard's thread only takes the list.
  alignas(64) std::atomic<Slot*> listed_{nullptr};
  std::atomic<u64> wanted_{0};  // requests that are held
};

}  // namespace tapedeck::pipeline
