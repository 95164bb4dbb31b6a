// A read-only view of one book. Strategies see books only through it.
//
// A view is cheap to copy. It is valid only during the callback that receives it, on the callback's
// thread.
#pragma once

#include <array>

#include "engine/book/book_set.hpp"

namespace tapedeck::book {

class BookView {
 public:
  BookView(const BookSet& books, const Book& book) : books_(&books), book_(&book) {}
  /// `best` are the book's best levels, which the caller has looked up already: of bids, of asks.
  /// They must stay as they are while the view is used.
  BookView(const BookSet& books, const Book& book, const std::array<Level, 2>& best)
      : books_(&books), book_(&book), best_(&best) {}

  /// Returns the best price, its quantity and its number of orders; kNoPrice, 0 and 0 for an empty
  /// side.
  [[nodiscard]] Level touch(Side side) const {
    return best_ == nullptr ? books_->touch(*book_, side) : (*best_)[side == Side::bid ? 0 : 1];
  }
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
  const std::array<Level, 2>* best_ = nullptr;
};

}  // namespace tapedeck::book
