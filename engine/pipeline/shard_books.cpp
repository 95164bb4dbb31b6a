#include "engine/pipeline/shard_books.hpp"

#include <algorithm>

namespace tapedeck::pipeline {
namespace {

// Used for preroll events: creates strategy instances, but passes no events to them.
class MutedStrategies final : public book::BookObserver {
 public:
  explicit MutedStrategies(strategy::StrategyRunner& strategies) : strategies_(strategies) {}
  void on_define(const book::Book& book) override { strategies_.on_define(book); }
  void on_trade(const book::Book& /*book*/, const book::Trade& /*trade*/) override {}
  void on_message(const book::Book& /*book*/, Nanos /*time*/) override {}

 private:
  strategy::StrategyRunner& strategies_;
};

}  // namespace

void ShardBooks::apply_observed(ChannelId channel, std::span<const Event> events,
                                book::BookObserver& observer) {
  const auto is_shown = [](const Event& event) { return (event.flags & kPreroll) == 0; };
  const auto shown = std::ranges::find_if(events, is_shown);
  const auto muted = static_cast<std::size_t>(shown - events.begin());
  if (muted > 0) {
    MutedStrategies nobody{strategies_};
    books_.apply(channel, events.first(muted), nobody);
  }
  books_.apply(channel, events.subspan(muted), observer);
}

}  // namespace tapedeck::pipeline
