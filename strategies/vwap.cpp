// The volume-weighted price of all trades so far: visible, hidden and in crosses.
#include "strategies/kinds.hpp"

namespace tapedeck::strategies {
namespace {

class Vwap final : public strategy::Strategy {
 public:
  [[nodiscard]] strategy::Interest interest() const override { return {.levels = 0}; }
  void on_trade(const book::Trade& trade) override {
    if (!trade.printable) return;
    ++trades_;
    volume_ += trade.quantity.value;
    const i128 amount = i128{trade.price.value} * trade.quantity.value;
    too_large_ |= __builtin_add_overflow(turnover_, amount, &turnover_);
  }
  void values(Nanos /*now*/, std::span<double> out) const override {
    // Only absurd prices exceed 128 bits; then no value is better than a wrong one.
    const bool known = volume_ > 0 && !too_large_;
    out[0] = known ? ratio(turnover_, volume_) / static_cast<double>(kPriceUnitsPerOne)
                   : strategy::kNotAvailable;
    out[1] = static_cast<double>(volume_);
    out[2] = static_cast<double>(trades_);
  }

 private:
  i128 turnover_ = 0;  // exact, so that the order of trades does not matter
  i128 volume_ = 0;
  u64 trades_ = 0;
  bool too_large_ = false;
};

}  // namespace

StrategyKind vwap() {
  return kind_of<Vwap>("vwap", "volume-weighted price of all printable trades so far",
                       {"price", "volume", "trades"});
}

}  // namespace tapedeck::strategies
