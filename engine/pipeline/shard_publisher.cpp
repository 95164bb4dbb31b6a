#include "engine/pipeline/shard_publisher.hpp"

#include <algorithm>

namespace tapedeck::pipeline {

void ShardPublisher::publish(ShardBooks& books, const std::optional<VisibilityProbe>& probe) {
  const book::BookCounters& counters = books.books().counters();
  progress_.applied.store(
      counters.applied + counters.notices + counters.ignored + counters.unrouted,
      std::memory_order_relaxed);
  progress_.live_orders.store(books.books().live_orders(), std::memory_order_relaxed);
  if (!with_cells_) return;
  serve_requests(books);
  if (books.books().definitions() != definitions_) name_cells(books);
  write_cells(books);
  books.books().take_changes();
  if (probe) probe_->write(*probe);
}

void ShardPublisher::write_cells(const ShardBooks& books) {
  const bool with_depth = depth_ != nullptr && depth_->is_wanted();
  for (const book::Book* const book : books.books().changed()) {
    if (values_) {
      books.strategies().values(*book, book->state.last_time, one_books_values_);
      LiveValues live;
      live.values.fill(strategy::kNotAvailable);
      std::copy_n(one_books_values_.begin(), std::min(one_books_values_.size(), kLiveValues),
                  live.values.begin());
      values_->write(book->number - 1, live);
    }
    if (with_depth) {
      if (auto* const levels = depth_->wanted(book->number - 1)) {
        levels->write(book::depth_of<kDepthLevels>(books.books(), *book));
      }
    }
    cells_.write(book->number - 1, book::view_of(books.books(), *book));
  }
}

// A book that has changed is left to write_cells(), so that its cell is written once. A cell
// without a book is filled when the book has been made.
void ShardPublisher::fill_requested(const ShardBooks& books) {
  const auto& all = books.books().books();
  depth_->take_new_requests([&](u32 cell) {
    if (cell >= all.size() || all[cell].changed) return;
    if (auto* const levels = depth_->wanted(cell)) {
      levels->write(book::depth_of<kDepthLevels>(books.books(), all[cell]));
    }
  });
}

// Before the cells are written, so that each instrument that a reader sees can be found.
void ShardPublisher::name_cells(const ShardBooks& books) {
  definitions_ = books.books().definitions();
  for (const book::Book* const book : books.books().changed()) {
    directory_.name(book->number - 1, book->channel, book->instrument, book->state.define.name());
  }
}

std::optional<Place> place_of(std::span<const ShardPublisher* const> shards, ChannelId venue,
                              std::string_view symbol) {
  std::optional<Place> first;
  Instrument lowest{0};
  for (u32 shard = 0; shard < shards.size(); ++shard) {
    const auto found = shards[shard]->directory().find(venue, symbol);
    if (!found || (first && lowest.value <= found->instrument.value)) continue;
    first = Place{shard, found->cell};
    lowest = found->instrument;
  }
  return first;
}

}  // namespace tapedeck::pipeline
