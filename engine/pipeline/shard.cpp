#include "engine/pipeline/shard.hpp"

#include <utility>

namespace tapedeck::pipeline {

Shard::Shard(u32 number, const book::BookOptions& options, u32 depth, ReportCut report_cut,
             std::span<const strategy::StrategyPlan> plans)
    : number_(number),
      depth_(depth),
      books_(options, plans),
      publisher_(options.track_changes),
      report_cut_(std::move(report_cut)) {}

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
    if (report_cut_) report(channel, event.cut, ended);
  }
  apply_data(channel, events.subspan(done));
  return ended;
}

void Shard::apply_data(ChannelId channel, std::span<const Event> events) {
  if (!sampler_) [[likely]]
    return books_.apply(channel, events);
  sampler_->apply(books_, channel, events);
}

void Shard::report(ChannelId channel, const CutFields& cut, bool ended) {
  CutReport report{.channel = channel,
                   .shard = number_,
                   .first = cut.first,
                   .last = cut.last,
                   .ended = ended,
                   .rows = {}};
  if (cut.first != kBeginningOfTime) {
    report.rows = rows_of(books(), channel, depth_, strategies(), cut.first);
    // Another channel may make one of the later cuts due, for which this channel's strategies need
    // values at that later time.
    if (cut.first < cut.last || ended) report.frozen = strategies().freeze(channel);
  }
  report_cut_(std::move(report));
}

void Shard::publish() {
  if (page_prefaulter_ != nullptr) page_prefaulter_->look_after(books().memory());
  if (budget_ != nullptr) {
    budget_->report(number_,
                    {books().live_orders(), books().live_levels(), books().memory().used()});
  }
  publisher_.publish(books_, sampler_ ? sampler_->take_probe() : std::nullopt);
}

}  // namespace tapedeck::pipeline
