// Order-flow imbalance from what each message does to the best bid and offer.
//
// R. Cont, A. Kukanov, S. Stoikov: "The Price Impact of Order Book Events", Journal of Financial
// Econometrics 12 (2014), section 2: message n contributes
//   e_n = q_b 1{P_b >= P_b'} - q_b' 1{P_b <= P_b'} - q_a 1{P_a <= P_a'} + q_a' 1{P_a >= P_a'}
// where the primed values are the best prices and quantities before the message.
#include "strategies/kinds.hpp"
#include "strategies/window.hpp"

namespace tapedeck::strategies {
namespace {

class Ofi final : public strategy::Strategy {
 public:
  explicit Ofi(const Options& options) : by_interval_(options.duration("interval")) {}

  [[nodiscard]] strategy::Interest interest() const override {
    return {.trades = false, .levels = 1};
  }
  void on_message(const book::BookView& book, Nanos time) override {
    const Best now = best_of(book);
    const i128 flow = i128{bid_flow(now, before_)} - ask_flow(now, before_);
    before_ = now;
    total_ += flow;
    by_interval_.at(time) += flow;
  }
  void values(Nanos now, std::span<double> out) const override {
    out[0] = static_cast<double>(total_);
    out[1] = static_cast<double>(by_interval_.last_whole(now));
  }

 private:
  // An empty side counts as infinitely far away, with no quantity.
  struct Best {
    i64 bid = INT64_MIN, bid_quantity = 0;
    i64 ask = INT64_MAX, ask_quantity = 0;
  };
  static_assert(kNoPrice.value == INT64_MAX);

  static Best best_of(const book::BookView& book) {
    const book::Level bid = book.touch(Side::bid);
    const book::Level ask = book.touch(Side::ask);
    return {bid.price == kNoPrice ? INT64_MIN : bid.price.value, bid.quantity.value,
            ask.price.value, ask.quantity.value};
  }
  // A quantity is not negative, so that the difference of two of them fits.
  static i64 bid_flow(const Best& now, const Best& before) {
    return (now.bid >= before.bid ? now.bid_quantity : 0) -
           (now.bid <= before.bid ? before.bid_quantity : 0);
  }
  static i64 ask_flow(const Best& now, const Best& before) {
    return (now.ask <= before.ask ? now.ask_quantity : 0) -
           (now.ask >= before.ask ? before.ask_quantity : 0);
  }

  Best before_;
  i128 total_ = 0;
  Window<i128> by_interval_;
};

}  // namespace

StrategyKind ofi() {
  return kind_of<Ofi>("ofi", "order-flow imbalance at the best prices (Cont, Kukanov, Stoikov)",
                      {"total", "last"}, {{"interval", "1s", "length of the intervals of `last`"}});
}

}  // namespace tapedeck::strategies
