// One book, to look at and not to touch: all that strategies may know of books.
//
// Cheap to copy; holds only while the callback that it was given to runs, on that thread.
#pragma once

#include "engine/book/book_set.hpp"

namespace tapedeck::book {

class BookView {
 public:
  BookView(const BookSet& books, const Book& book) : books_(&books), book_(&book) {}

  /// Best price, what stands there, and in how many orders; kNoPrice and 0 for an empty side.
  [[nodiscard]] Level touch(Side side) const { return books_->touch(*book_, side); }
  /// Depth 0 is the best; an empty one beyond the last level.
  [[nodiscard]] Level level(Side side, u32 depth) const {
    return books_->level(*book_, side, depth);
  }
  [[nodiscard]] u32 levels(Side side) const { return book_->side(side).size(); }
  [[nodiscard]] bool crossed() const { return book_->crossed(); }
  /// Name, trading state, last trade, whether the book can be trusted.
  [[nodiscard]] const InstrumentState& state() const { return book_->state; }

 private:
  const BookSet* books_;
  const Book* book_;
};

}  // namespace tapedeck::book
