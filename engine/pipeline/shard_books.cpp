#include "engine/pipeline/shard_books.hpp"

#include <algorithm>

namespace tapedeck::pipeline {
namespace {

// Used for preroll events: creates strategy instances, but passes no events to them.
class MutedStrategies final : public book::BookObserver {
 public:
  explicit MutedStrategies(strategy::StrategyRunner& strategies) : strategies_(strategies) {}
  [[nodiscard]] bool wants_messages() const override { return false; }
  void on_define(const book::Book& book) override { strategies_.on_define(book); }
  void on_trade(const book::Book& /*book*/, const book::Trade& /*trade*/) override {}
  void on_message(const book::Book& /*book*/, Nanos /*time*/) override {}

 private:
  strategy::StrategyRunner& strategies_;
};

}  // namespace

void TradePublisher::on_define(const book::Book& book) {
  if (!strategies_.empty()) strategies_.on_define(book);
}

void TradePublisher::on_trade(const book::Book& book, const book::Trade& trade) {
  ring_->write({.time = trade.time,
                .price = trade.price,
                .quantity = trade.quantity,
                .sequence = book.state.last_sequence,
                .cell = book.number - 1,
                .instrument = trade.instrument,
                .venue = book.channel,
                .aggressor = trade.aggressor,
                .kind = trade.kind,
                .printable = trade.printable});
  if (!strategies_.empty()) strategies_.on_trade(book, trade);
}

void TradePublisher::on_message(const book::Book& book, Nanos time) {
  strategies_.on_message(book, time);
}

void ShardBooks::apply_observed(ChannelId channel, std::span<const Event> events,
                                book::BookObserver& observer) {
  const auto is_shown = [](const Event& event) { return (event.flags & kPreroll) == 0; };
  const auto shown = std::ranges::find_if(events, is_shown);
  const auto muted = static_cast<std::size_t>(shown - events.begin());
  if (muted > 0 && strategies_.empty()) {
    books_.apply(channel, events.first(muted));
  } else if (muted > 0) {
    MutedStrategies nobody{strategies_};
    books_.apply(channel, events.first(muted), nobody);
  }
  books_.apply(channel, events.subspan(muted), observer);
}

}  // namespace tapedeck::pipeline
