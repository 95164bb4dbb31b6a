// Open, high, low, close and volume of the last whole interval of exchange time.
#include <algorithm>

#include "strategies/kinds.hpp"
#include "strategies/window.hpp"

namespace tapedeck::strategies {
namespace {

struct Bar {
  Price open = kNoPrice, high = kNoPrice, low = kNoPrice, close = kNoPrice;
  i128 volume = 0;
  u64 trades = 0;

  void add(Price price, Quantity quantity) {
    const bool first = trades++ == 0;
    if (first) open = price;
    high = first ? price : std::max(high, price);
    low = first ? price : std::min(low, price);
    close = price;
    volume += quantity.value;
  }
};

class Bars final : public strategy::Strategy {
 public:
  explicit Bars(const Options& options) : bars_(options.duration("interval")) {}

  [[nodiscard]] strategy::Interest interest() const override { return {.levels = 0}; }
  void on_trade(const book::Trade& trade) override {
    // An auction's price is formed differently, and its volume would dominate the bar.
    if (!trade.printable || trade.kind == book::TradeKind::cross) return;
    bars_.at(trade.time).add(trade.price, trade.quantity);
  }
  void values(Nanos now, std::span<double> out) const override {
    const Bar bar = bars_.last_whole(now);
    const auto price = [&bar](Price of_bar) {
      return bar.trades == 0 ? strategy::kNotAvailable : in_currency(of_bar);
    };
    out[0] = ratio(bars_.start_of_last_whole(now), kNanosPerSecond);
    out[1] = price(bar.open);
    out[2] = price(bar.high);
    out[3] = price(bar.low);
    out[4] = price(bar.close);
    out[5] = static_cast<double>(bar.volume);
    out[6] = static_cast<double>(bar.trades);
  }

 private:
  Window<Bar> bars_;
};

}  // namespace

StrategyKind bars() {
  return kind_of<Bars>("bars", "open, high, low, close and volume of the last whole interval",
                       {"start", "open", "high", "low", "close", "volume", "trades"},
                       {{"interval", "1m", "length of a bar"}});
}

}  // namespace tapedeck::strategies
