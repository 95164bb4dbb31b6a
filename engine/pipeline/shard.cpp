#include "engine/pipeline/shard.hpp"

namespace tapedeck::pipeline {

Shard::Shard(u32 number, const book::BookOptions& options,
             std::span<const strategy::StrategyPlan> plans)
    : number_(number), books_(options, plans), publisher_(options.track_changes) {}

bool Shard::apply(ChannelId channel, std::span<const Event> events, bool has_barriers,
                  Nanos taken_at) {
  if (sampler_) sampler_->begin_batch(events.size(), taken_at);
  if (!has_barriers) {
    apply_data(channel, events);
    return false;
  }
  std::size_t done = 0;
  bool ended = false;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind != Kind::cut && event.kind != Kind::end) continue;
    apply_data(channel, events.subspan(done, i - done));
    done = i + 1;
    ended = event.kind == Kind::end;
    if (cuts_) cuts_->report(books(), strategies(), channel, event.cut, ended);
  }
  apply_data(channel, events.subspan(done));
  return ended;
}

void Shard::apply_data(ChannelId channel, std::span<const Event> events) {
  if (!sampler_) [[likely]]
    return books_.apply(channel, events);
  sampler_->apply(books_, channel, events);
}

void Shard::publish() {
  if (page_prefaulter_ != nullptr) page_prefaulter_->look_after(books().memory());
  if (budget_ != nullptr) {
    budget_->report(number_,
                    {books().live_orders(), books().live_levels(), books().memory().used()});
  }
  if (cuts_) cuts_->expect(books().books().size());
  publisher_.publish(books_, sampler_ ? sampler_->take_probe() : std::nullopt);
}

}  // namespace tapedeck::pipeline
