// The imbalance of the book: (bids - asks) / (bids + asks) over the best levels' quantities.
#include <algorithm>

#include "strategies/kinds.hpp"

namespace tapedeck::strategies {
namespace {

constexpr u32 kMostLevels = 1000;

class Imbalance final : public strategy::Strategy {
 public:
  explicit Imbalance(const Options& options) : levels_(options.count("levels", 1, kMostLevels)) {}

  [[nodiscard]] strategy::Interest interest() const override {
    return {.trades = false, .only_when_read = true};
  }
  void on_message(const book::BookView& book, Nanos /*time*/) override {
    bids_ = sum(book, Side::bid);
    asks_ = sum(book, Side::ask);
  }
  void values(Nanos /*now*/, std::span<double> out) const override {
    out[0] = share(bids_ - asks_, bids_ + asks_);
  }

 private:
  [[nodiscard]] i128 sum(const book::BookView& book, Side side) const {
    const u32 levels = std::min(levels_, book.levels(side));
    i128 quantity = 0;
    for (u32 depth = 0; depth < levels; ++depth) quantity += book.level(side, depth).quantity.value;
    return quantity;
  }

  u32 levels_;
  i128 bids_ = 0, asks_ = 0;
};

}  // namespace

StrategyKind imbalance() {
  return kind_of<Imbalance>("imbalance", "weight of bids against asks, from -1 to 1", {"value"},
                            {{"levels", "5", "how many levels per side"}});
}

}  // namespace tapedeck::strategies
