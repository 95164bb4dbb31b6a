#include "engine/pipeline/shard_sampler.hpp"

#include <utility>

namespace tapedeck::pipeline {
namespace {

// Forwards to the observer of the books (the strategies, and what publishes trades), and notifies
// the sampler before the first call to it, because the book has been updated by then.
class SampledStrategies final : public book::BookObserver {
 public:
  SampledStrategies(ShardBooks& books, latency::LatencySampler& sampler, const Event& event)
      : applied_before_(books.books().counters().applied),
        books_(books.books()),
        observer_(books.observer()),
        sampler_(sampler),
        event_(event) {}

  void on_define(const book::Book& book) override { observer_.on_define(book); }
  void on_trade(const book::Book& book, const book::Trade& trade) override {
    booked();
    observer_.on_trade(book, trade);
  }
  void on_message(const book::Book& book, Nanos time) override {
    booked();
    observer_.on_message(book, time);
    notified_ = true;
  }
  void on_unfinished(const book::Book& book) override { observer_.on_unfinished(book); }
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
  book::BookObserver& observer_;
  latency::LatencySampler& sampler_;
  const Event& event_;
  bool booked_ = false, notified_ = false;
};

}  // namespace

void ShardSampler::apply(ShardBooks& books, ChannelId channel, std::span<const Event> events) {
  std::size_t done = 0;
  while (events.size() - done > sampler_.until_next()) {
    const std::size_t before = sampler_.until_next();
    if (before > 0) books.apply(channel, events.subspan(done, before));
    apply_sampled(books, channel, events.subspan(done + before, 1));
    done += before + 1;
  }
  if (done < events.size()) books.apply(channel, events.subspan(done));
  sampler_.pass(events.size() - done);
}

// Events that a book ignores after a loss, and notices, are not applied, so that they are not
// timed.
void ShardSampler::apply_sampled(ShardBooks& books, ChannelId channel,
                                 std::span<const Event> event) {
  const bool notifies = (event.front().flags & kPreroll) == 0;
  if (books.strategies().empty() || !notifies) {
    const u64 applied_before = books.books().counters().applied;
    books.apply(channel, event);
    sampler_.booked(event.front(), books.books().counters().applied != applied_before);
  } else {
    SampledStrategies sampled{books, sampler_, event.front()};
    books.apply_observed(channel, event, sampled);
    sampled.finish();
  }
  if (!sampler_.timed()) return;
  const latency::Moments& at = sampler_.moments();
  live_.record(at.booked - at.due);
  if (probes_) remember(books.books(), channel, event.front());
}

void ShardSampler::remember(const book::BookSet& books, ChannelId channel, const Event& event) {
  const book::Book* const book = books.find(channel, event.instrument);
  if (book == nullptr) return;
  const latency::Moments& at = sampler_.moments();
  probe_ = VisibilityProbe{at.due, at.booked, book->number - 1, event.sequence};
}

}  // namespace tapedeck::pipeline
