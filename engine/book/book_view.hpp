// A read-only view of one book, and all that strategies see of books.
//
// Cheap to copy. Valid only during the callback that receives it, on that thread.
#pragma once

#include "engine/book/book_set.hpp"

namespace tapedeck::book {

class BookView {
 public:
  BookView(const BookSet& books, const Book& book) : books_(&books), book_(&book) {}

  /// The best price, its quantity, and its number of orders; kNoPrice and 0 for an empty side.
  [[nodiscard]] Level touch(Side side) const { return books_->touch(*book_, side); }
  /// Depth 0 is the best level. Returns an empty level beyond the last one.
  [[nodiscard]] Level level(Side side, u32 depth) const {
    return books_->level(*book_, side, depth);
  }
  [[nodiscard]] u32 levels(Side side) const { return book_->side(side).size(); }
  [[nodiscard]] bool crossed() const { return book_->crossed(); }
  /// Returns all state of the instrument but its orders: name, trading state, last trade, trust.
  [[nodiscard]] const InstrumentState& state() const { return book_->state; }

 private:
  const BookSet* books_;
  const Book* book_;
};

}  // namespace tapedeck::book
