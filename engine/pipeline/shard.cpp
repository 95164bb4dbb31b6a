#include "engine/pipeline/shard.hpp"

#include <algorithm>
#include <utility>

namespace tapedeck::pipeline {

Shard::Shard(u32 number, book::BookOptions options, u32 depth, ReportCut report_cut,
             std::span<const strategy::StrategyPlan> plans)
    : number_(number),
      depth_(depth),
      with_cells_(options.track_changes),
      books_(options),
      strategies_(plans, books_),
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
    return apply_together(channel, events);
  std::size_t done = 0;
  while (events.size() - done > sampler_->until_next()) {
    const std::size_t before = sampler_->until_next();
    if (before > 0) apply_together(channel, events.subspan(done, before));
    apply_sampled(channel, events.subspan(done + before, 1));
    done += before + 1;
  }
  if (done < events.size()) apply_together(channel, events.subspan(done));
  sampler_->pass(events.size() - done);
}

namespace {

// Used for events before a replay's start: creates instances, but passes no events to them.
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

void Shard::apply_together(ChannelId channel, std::span<const Event> events) {
  if (strategies_.empty()) [[likely]]
    return books_.apply(channel, events);
  const auto notifies = [](const Event& event) { return (event.flags & kPreroll) == 0; };
  const auto told = std::ranges::find_if(events, notifies);
  const auto untold = static_cast<std::size_t>(told - events.begin());
  if (untold > 0) {
    MutedStrategies nobody{strategies_};
    books_.apply(channel, events.first(untold), nobody);
  }
  books_.apply(channel, events.subspan(untold), strategies_);
}

namespace {

// Forwards to the strategies, and notifies the sampler before the first call to a strategy, because
// the book has been updated by then.
class SampledStrategies final : public book::BookObserver {
 public:
  SampledStrategies(const book::BookSet& books, strategy::StrategyRunner& strategies,
                    latency::LatencySampler& sampler, const Event& event)
      : applied_before_(books.counters().applied),
        books_(books),
        strategies_(strategies),
        sampler_(sampler),
        event_(event) {}

  void on_define(const book::Book& book) override { strategies_.on_define(book); }
  void on_trade(const book::Book& book, const book::Trade& trade) override {
    booked();
    strategies_.on_trade(book, trade);
  }
  void on_message(const book::Book& book, Nanos time) override {
    booked();
    strategies_.on_message(book, time);
    notified_ = true;
  }
  /// Called after all callbacks of the event.
  void finish() {
    booked();
    if (notified_) sampler_.strategies_done();
  }

 private:
  void booked() {
    if (std::exchange(booked_, true)) return;
    sampler_.booked(event_, books_.counters().applied != applied_before_);
  }

  u64 applied_before_;
  const book::BookSet& books_;
  strategy::StrategyRunner& strategies_;
  latency::LatencySampler& sampler_;
  const Event& event_;
  bool booked_ = false, notified_ = false;
};

}  // namespace

// Events that a book ignores after a loss, and notices, are not applied, so that they are not
// timed.
void Shard::apply_sampled(ChannelId channel, std::span<const Event> event) {
  const bool notifies = (event.front().flags & kPreroll) == 0;
  if (strategies_.empty() || !notifies) {
    const u64 applied_before = books_.counters().applied;
    apply_together(channel, event);
    sampler_->booked(event.front(), books_.counters().applied != applied_before);
  } else {
    SampledStrategies sampled{books_, strategies_, *sampler_, event.front()};
    books_.apply(channel, event, sampled);
    sampled.finish();
  }
  if (!sampler_->timed()) return;
  if (live_latencies_) {
    const latency::Moments& at = sampler_->moments();
    live_latencies_->record(at.booked - at.due);
  }
  if (probe_) remember_for_readers(channel, event.front());
}

void Shard::remember_for_readers(ChannelId channel, const Event& event) {
  const book::Book* const book = books_.find(channel, event.instrument);
  if (book == nullptr) return;
  const latency::Moments& at = sampler_->moments();
  next_probe_ = VisibilityProbe{at.due, at.booked, book->number - 1, event.sequence};
}

void Shard::report(ChannelId channel, const CutFields& cut, bool ended) {
  CutReport report{.channel = channel,
                   .shard = number_,
                   .first = cut.first,
                   .last = cut.last,
                   .ended = ended,
                   .rows = {}};
  if (cut.first != kBeginningOfTime) {
    report.rows = rows_of(books_, channel, depth_, strategies_, cut.first);
    // Another channel may make one of the later cuts due, for which this channel's strategies need
    // values at that later time.
    if (cut.first < cut.last || ended) report.frozen = strategies_.freeze(channel);
  }
  report_cut_(std::move(report));
}

void Shard::publish() {
  const book::BookCounters& counters = books_.counters();
  progress_.applied.store(
      counters.applied + counters.notices + counters.ignored + counters.unrouted,
      std::memory_order_relaxed);
  progress_.live_orders.store(books_.live_orders(), std::memory_order_relaxed);
  if (page_prefaulter_ != nullptr) page_prefaulter_->look_after(books_.memory());
  if (budget_ != nullptr) {
    budget_->report(number_, {books_.live_orders(), books_.live_levels(), books_.memory().used()});
  }
  if (!with_cells_) return;
  write_cells();
  books_.take_changes();
  if (!next_probe_) return;
  probe_->write(*next_probe_);
  next_probe_.reset();
}

void Shard::write_cells() {
  for (const book::Book* const book : books_.changed()) {
    if (values_) {
      strategies_.values(*book, book->state.last_time, one_books_values_);
      LiveValues live;
      live.values.fill(strategy::kNotAvailable);
      std::copy_n(one_books_values_.begin(), std::min(one_books_values_.size(), kLiveValues),
                  live.values.begin());
      values_->write(book->number - 1, live);
    }
    cells_.write(book->number - 1, book::view_of(books_, *book));
  }
}

}  // namespace tapedeck::pipeline
