// A read-only view of one book. Strategies see books only through it.
//
// A view is cheap to copy. It is valid only during the callback that receives it, on the callback's
// thread.
#pragma once

#include "engine/book/book_set.hpp"

namespace tapedeck::book {

class BookView {
 public:
  BookView(const BookSet& books, const Book& book) : books_(&books), book_(&book) {}

  /// Returns the best price, its quantity and its number of orders; kNoPrice, 0 and 0 for an empty
  /// side.
  [[nodiscard]] Level touch(Side side) const { return books_->touch(*book_, side); }
  /// Returns the level at `depth`, where 0 is the best; an empty level when `depth` is too large.
  [[nodiscard]] Level level(Side side, u32 depth) const {
    return books_->level(*book_, side, depth);
  }
  [[nodiscard]] u32 levels(Side side) const { return book_->side(side).size(); }
  [[nodiscard]] bool crossed() const { return book_->crossed(); }
  /// Returns the instrument's state apart from its orders: name, trading state, last trade, trust.
  [[nodiscard]] const InstrumentState& state() const { return book_->state; }

 private:
  const BookSet* books_;
  const Book* book_;
};

}  // namespace tapedeck::book
