#include "engine/pipeline/book_top.hpp"

namespace tapedeck::pipeline {

BookTop top_of(const book::BookSet& books, const book::Book& book) {
  const book::InstrumentState& state = book.state;
  const book::Level bid = books.touch(book, Side::bid);
  const book::Level ask = books.touch(book, Side::ask);
  BookTop top{};
  top.define = state.define;
  top.time = state.last_time;
  top.sequence = state.last_sequence;
  top.bid = bid.price;
  top.ask = ask.price;
  top.bid_quantity = bid.quantity;
  top.ask_quantity = ask.quantity;
  top.last_price = state.last_price;
  top.volume = state.volume;
  top.executions = state.executions;
  top.venue = book.channel;
  top.trading = state.trading;
  top.stale = state.stale;
  top.suspect = state.suspect;
  top.crossed = book.crossed();
  return top;
}

void CellBoard::write(std::size_t at, const BookTop& top) {
  if (at >= kChunk * kMaxChunks) return;
  std::atomic<Chunk*>& chunk = chunks_[at / kChunk];
  if (chunk.load(std::memory_order_relaxed) == nullptr) {
    chunk.store(std::make_unique<Chunk>().release(), std::memory_order_release);
  }
  (*chunk.load(std::memory_order_relaxed))[at % kChunk].write(top);
  if (at >= size_.load(std::memory_order_relaxed)) size_.store(at + 1, std::memory_order_release);
}

CellBoard::~CellBoard() {
  for (std::atomic<Chunk*>& chunk : chunks_) {
    const std::unique_ptr<Chunk> owned{chunk.load(std::memory_order_relaxed)};
  }
}

}  // namespace tapedeck::pipeline
