#include "engine/pipeline/cut_chunk.hpp"

#include <algorithm>

namespace tapedeck::pipeline {
namespace {

// Some hundred rows of ten levels: few chunks a report, and little left over in the last one.
constexpr std::size_t kChunkBytes = std::size_t{128} << 10;
// So many chunks are kept beside those for two reports.
constexpr u64 kFewSpare = 2;
// Reports and what they have to spare, before the queue has to grow.
constexpr std::size_t kSpareCapacity = 256;

constexpr std::size_t rounded_up(std::size_t bytes, std::size_t to) {
  return (bytes + to - 1) / to * to;
}

}  // namespace

CutChunkPool::CutChunkPool(std::size_t most_row_bytes)
    : most_row_bytes_(most_row_bytes),
      chunk_bytes_(std::max(kChunkBytes, rounded_up(sizeof(CutChunk) + most_row_bytes, 4096))),
      spare_(kSpareCapacity) {}

CutChunkPool::~CutChunkPool() {
  for (const Maker* const maker : {&of_shard_, &of_assembler_}) {
    for (CutChunk* const chunk : maker->made) std::destroy_at(chunk);
  }
}

CutChunk* CutChunkPool::make(Maker& maker) {
  if (maker.left < chunk_bytes_) {
    const std::size_t bytes = std::max(chunk_bytes_, kHugePage);
    maker.slabs.push_back(allocate_pages(bytes));
    maker.next = maker.slabs.back().get();
    maker.left = bytes;
  }
  maker.made.push_back(nullptr);
  populate_pages(maker.next, chunk_bytes_);
  maker.made.back() = new (maker.next) CutChunk{*this, chunk_bytes_ - sizeof(CutChunk)};
  maker.next += chunk_bytes_;
  maker.left -= chunk_bytes_;
  return maker.made.back();
}

CutChunk* CutChunkPool::take() {
  if (CutChunk* const spare = spare_.try_pop()) {
    taken_.fetch_add(1, std::memory_order_relaxed);
    return spare;
  }
  made_by_take_.fetch_add(1, std::memory_order_relaxed);
  return make(of_shard_);
}

bool CutChunkPool::expect_rows(std::size_t rows) {
  if (rows == rows_.load(std::memory_order_relaxed)) return false;
  const u64 before = wanted_spare();
  rows_.store(rows, std::memory_order_relaxed);
  return wanted_spare() > before;
}

void CutChunkPool::give_back(CutChunk* report) {
  while (report != nullptr) {
    CutChunk* const rest = report->next;
    report->clear();  // here, so that no strategies are destroyed on the shard's thread
    spare_.push(report);
    ++put_;
    report = rest;
  }
}

u64 CutChunkPool::wanted_spare() const {
  const std::size_t rows_a_chunk = (chunk_bytes_ - sizeof(CutChunk)) / most_row_bytes_;
  const std::size_t rows = rows_.load(std::memory_order_relaxed);
  return 2 * ((rows + rows_a_chunk - 1) / rows_a_chunk) + kFewSpare;
}

bool CutChunkPool::keep_spare() {
  bool made_some = false;
  while (put_ - taken_.load(std::memory_order_relaxed) < wanted_spare()) {
    spare_.push(make(of_assembler_));
    ++put_;
    made_some = true;
  }
  return made_some;
}

}  // namespace tapedeck::pipeline
