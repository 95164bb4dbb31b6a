// The best bid and offer: spread, middle, and middle weighted by quantities.
#include "strategies/kinds.hpp"

namespace tapedeck::strategies {
namespace {

class Bbo final : public strategy::Strategy {
 public:
  [[nodiscard]] strategy::Interest interest() const override {
    return {.trades = false, .only_when_read = true};
  }
  void on_message(const book::BookView& book, Nanos /*time*/) override {
    bid_ = book.touch(Side::bid);
    ask_ = book.touch(Side::ask);
  }
  void values(Nanos /*now*/, std::span<double> out) const override {
    if (bid_.price == kNoPrice || ask_.price == kNoPrice) {
      out[0] = out[1] = out[2] = strategy::kNotAvailable;
      return;
    }
    const i128 bid = bid_.price.value;
    const i128 ask = ask_.price.value;
    const i128 bid_quantity = bid_.quantity.value;
    const i128 ask_quantity = ask_.quantity.value;
    out[0] = in_currency(ask - bid);
    out[1] = ratio(bid + ask, i128{2} * kPriceUnitsPerOne);
    // The heavier side pushes the price away from itself.
    out[2] = ratio(bid * ask_quantity + ask * bid_quantity, bid_quantity + ask_quantity) /
             static_cast<double>(kPriceUnitsPerOne);
  }

 private:
  book::Level bid_, ask_;
};

}  // namespace

StrategyKind bbo() {
  return kind_of<Bbo>("bbo", "spread, middle and weighted middle of the best bid and offer",
                      {"spread", "mid", "microprice"});
}

}  // namespace tapedeck::strategies
