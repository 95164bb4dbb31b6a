// How much of the volume was bought: trades against resting asks, as a share of all.
#include "strategies/kinds.hpp"

namespace tapedeck::strategies {
namespace {

class Bought final : public strategy::Strategy {
 public:
  void on_trade(const book::Trade& trade) override {
    if (!trade.printable || trade.side == Side::none) return;
    all_ += trade.quantity.value;
    if (trade.side == Side::ask) bought_ += trade.quantity.value;
  }
  void values(Nanos /*now*/, std::span<double> out) const override {
    out[0] = all_ == 0 ? strategy::kNotAvailable
                       : static_cast<double>(bought_) / static_cast<double>(all_);
  }

 private:
  i64 all_ = 0, bought_ = 0;
};

}  // namespace

StrategyKind bought() {
  return kind_of<Bought>("bought", "share of the volume that was bought", {"share"});
}

}  // namespace tapedeck::strategies
