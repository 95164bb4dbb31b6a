// How much of the volume was bought: what aggressors took from resting asks, as a share of all.
#include "strategies/kinds.hpp"

namespace tapedeck::strategies {
namespace {

class Bought final : public strategy::Strategy {
 public:
  void on_trade(const book::Trade& trade) override {
    if (!trade.printable || trade.aggressor == Side::none) return;
    all_ += trade.quantity.value;
    if (trade.aggressor == Side::bid) bought_ += trade.quantity.value;
  }
  void values(Nanos /*now*/, std::span<double> out) const override {
    out[0] = share(bought_, all_);
  }

 private:
  i64 all_ = 0, bought_ = 0;
};

}  // namespace

StrategyKind bought() {
  return kind_of<Bought>("bought", "share of the volume that was bought", {"share"});
}

}  // namespace tapedeck::strategies
