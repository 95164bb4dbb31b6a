#include "engine/pipeline/depth_board.hpp"

namespace tapedeck::pipeline {
namespace {

// Returns what `place` points to. Sets it to a new object if it points to nothing; of several
// threads that do so at once, one succeeds.
template <class T, class Make>
T& made_once(std::atomic<T*>& place, Make make) {
  T* found = place.load(std::memory_order_acquire);
  if (found != nullptr) return *found;
  std::unique_ptr<T> made = make();
  if (place.compare_exchange_strong(found, made.get(), std::memory_order_acq_rel,
                                    std::memory_order_acquire)) {
    return *made.release();
  }
  return *found;
}

}  // namespace

DepthRequest::~DepthRequest() {
  if (slot_ != nullptr) board_->release(*slot_);
}

u64 DepthRequest::version() const {
  if (slot_ == nullptr) return 0;
  const u64 version = slot_->levels.version();
  return version > from_ ? version : 0;
}

std::optional<Depth> DepthRequest::try_read() const {
  if (version() == 0) return {};
  return slot_->levels.try_read();
}

DepthBoard::~DepthBoard() {
  for (std::atomic<Chunk*>& place : chunks_) {
    const std::unique_ptr<Chunk> chunk{place.load(std::memory_order_acquire)};
    if (chunk == nullptr) continue;
    for (std::atomic<Slot*>& slot : *chunk) {
      const std::unique_ptr<Slot> owned{slot.load(std::memory_order_acquire)};
    }
  }
}

DepthRequest DepthBoard::request(u32 cell) {
  if (cell >= kChunk * kMaxChunks) return {};
  Slot& slot = made_slot(cell);
  slot.requests.fetch_add(1, std::memory_order_acq_rel);
  wanted_.fetch_add(1, std::memory_order_acq_rel);
  // Read after the counts, so that each later version was filled while the slot was held.
  const u64 from = slot.levels.version();
  list(slot);
  return {slot, *this, from};
}

DepthBoard::Slot& DepthBoard::made_slot(u32 cell) {
  Chunk& chunk = made_once(chunks_[cell / kChunk], [] { return std::make_unique<Chunk>(); });
  return made_once(chunk[cell % kChunk], [cell] { return std::make_unique<Slot>(cell); });
}

void DepthBoard::list(Slot& slot) {
  if (!slot.listed.exchange(true, std::memory_order_acq_rel)) {
    Slot* first = listed_.load(std::memory_order_relaxed);
    do {
      slot.next = first;
    } while (!listed_.compare_exchange_weak(first, &slot, std::memory_order_acq_rel,
                                            std::memory_order_relaxed));
  }
  bell_.ring();
}

void DepthBoard::release(Slot& slot) {
  slot.requests.fetch_sub(1, std::memory_order_acq_rel);
  wanted_.fetch_sub(1, std::memory_order_acq_rel);
}

}  // namespace tapedeck::pipeline
