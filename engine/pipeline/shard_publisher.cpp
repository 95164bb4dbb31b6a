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
  write_cells(books);
  books.books().take_changes();
  if (probe) probe_->write(*probe);
}

void ShardPublisher::write_cells(const ShardBooks& books) {
  for (const book::Book* const book : books.books().changed()) {
    if (values_) {
      books.strategies().values(*book, book->state.last_time, one_books_values_);
      LiveValues live;
      live.values.fill(strategy::kNotAvailable);
      std::copy_n(one_books_values_.begin(), std::min(one_books_values_.size(), kLiveValues),
                  live.values.begin());
      values_->write(book->number - 1, live);
    }
    cells_.write(book->number - 1, book::view_of(books.books(), *book));
  }
}

}  // namespace tapedeck::pipeline
