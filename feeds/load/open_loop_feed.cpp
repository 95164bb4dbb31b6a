#include "feeds/load/open_loop_feed.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/core/prefetch.hpp"

namespace tapedeck::open_loop {

namespace {

// A source's event has the due time kNotTimed here if the source restores books with it.
bool is_restoring(const Event& event) {
  return event.due_time == kNotTimed;
}

// The last burst may lie wholly before the end, so a period more is counted.
double most_messages(const Load& load, const Span& span) {
  if (load.shape == Shape::recorded) return std::numeric_limits<double>::infinity();
  const i64 more = load.shape == Shape::bursts ? load.period.value : 0;
  return load.messages_per_s * static_cast<double>((span.warm_up + span.duration).value + more) /
         static_cast<double>(kNanosPerSecond);
}

}  // namespace

OpenLoopFeed::OpenLoopFeed(std::unique_ptr<Feed> source, const Load& load, const Start& start,
                           Span span)
    : source_(std::move(source)),
      timetable_(load),
      start_(start),
      span_(span),
      most_messages_(most_messages(load, span)),
      keeps_recorded_times_(load.shape == Shape::recorded),
      events_(kMinPollBuffer) {
  pace_.asked_per_s = load.shape == Shape::recorded ? 0 : load.messages_per_s;
}

FeedStatus OpenLoopFeed::poll(EventBuffer& out, Nanos now) {
  switch (phase_) {
    case Phase::running:
      return run(out, now);
    case Phase::preroll:
      return open(out, now);
    case Phase::preparing:
    default:
      return prepare(now);
  }
}

// Polls the source once and appends its events. Returns false when the source has nothing more.
bool OpenLoopFeed::fetch(Nanos now) {
  if (source_ended_) return false;
  EventBuffer room{events_.data() + end_, static_cast<u32>(kMinPollBuffer)};
  source_ended_ = source_->poll(room, now) == FeedStatus::ended;
  if (source_->restoring()) {
    for (Event& event : room) event.due_time = kNotTimed;
  }
  if (!room.empty()) newest_ = std::max(newest_, room.end()[-1].exchange_time);
  end_ += room.size();
  return true;
}

bool OpenLoopFeed::is_start(const Event& event) {
  const bool found = !is_restoring(event) && event.sequence >= start_.sequence &&
                     event.exchange_time >= start_.exchange_time &&
                     (!start_.after_open || opened_) && !is_control(event.kind);
  if (event.kind == Kind::trading_state && event.instrument == kEveryInstrument) {
    opened_ |= event.state.session == Session::market_open;
  }
  return found;
}

FeedStatus OpenLoopFeed::open(EventBuffer& out, Nanos now) {
  next_ = end_ = 0;
  fetch(now);
  out.forbid_drop();
  while (next_ < end_) {
    if (is_start(events_[next_])) {
      phase_ = Phase::preparing;
      return FeedStatus::ready;
    }
    (void)emit_message(out, kNotTimed);  // the events of one poll, so they fit
  }
  return source_ended_ ? end(out) : FeedStatus::ready;
}

// Fetches the messages behind those that the preroll left, which begin at next_.
FeedStatus OpenLoopFeed::prepare(Nanos now) {
  const auto enough = static_cast<std::size_t>(
      std::min(static_cast<double>(kMostPrepared - kMinPollBuffer), most_messages_ * 1.1 + 1));
  if (end_ - next_ < enough && !source_ended_) {
    if (events_.size() < end_ + kMinPollBuffer) {
      events_.resize(std::min(std::max(2 * events_.size(), end_ + kMinPollBuffer),
                              kMostPrepared + std::size_t{2} * kMinPollBuffer));
    }
    fetch(now);
    return FeedStatus::ready;
  }
  phase_ = Phase::running;
  set_next_due();
  return FeedStatus::ready;
}

FeedStatus OpenLoopFeed::run(EventBuffer& out, Nanos now) {
  if (unsettled_) settle();
  if (began_.value == 0) {
    began_ = now;
    pace_.began = began_ + span_.warm_up;
  }
  if (now > began_ + span_.warm_up + span_.duration + kPatience) {
    overdue_ = true;
    return end(out);
  }
  for (u32 given = 0; given < kMaxMessagesPerPoll; ++given) {
    if (next_ == end_ && !refill(now)) {
      if (!source_ended_) return FeedStatus::ready;
      ran_dry_ = true;
      return end(out);
    }
    // A poll gives either load or what restores books, which may not be dropped.
    const bool is_load = !is_restoring(events_[next_]);
    if (!out.empty() && out.may_drop() != is_load) [[unlikely]]
      return FeedStatus::ready;
    if (!is_load) [[unlikely]] {
      out.forbid_drop();
      if (!emit_message(out, kNotTimed)) return FeedStatus::ready;
      set_next_due();
      continue;
    }
    if (next_due_ >= span_.warm_up + span_.duration) return end(out);
    if (began_ + next_due_ > now) return FeedStatus::idle;
    const Nanos due = began_ + next_due_;
    const bool timed = next_due_ >= span_.warm_up;
    if (!emit_message(out, timed ? due : kWarmUp)) return FeedStatus::ready;
    unsettled_ = Given{next_due_, now};
    // Nothing else is due, so settle() waits until this message has been handed over.
    if (now - due < kUpToDate) return FeedStatus::ready;
    settle();
  }
  return FeedStatus::ready;
}

// Completes the accounting of the message that was emitted last.
void OpenLoopFeed::settle() {
  if (unsettled_->due >= span_.warm_up) {
    if (pace_.events++ == 0) being_timed_.store(true, std::memory_order_relaxed);
    pace_.ended = unsettled_->at;
    pace_.lateness.record(unsettled_->at - (began_ + unsettled_->due));
    last_due_ = unsettled_->due;
  }
  unsettled_.reset();
  set_next_due();
  // Prefetched while nothing is due, so that emitting the message after the next one does not
  // stall.
  prefetch(events_.data() + next_ + 1);
}

// Refills the buffer after all events were emitted. Returns false when no events came, because the
// source has ended or because kMostFetches polls were empty.
bool OpenLoopFeed::refill(Nanos now) {
  next_ = end_ = 0;
  for (u32 fetches = 0; end_ == 0 && fetches < kMostFetches && fetch(now); ++fetches) {
  }
  set_next_due();
  return end_ > 0;
}

void OpenLoopFeed::set_next_due() {
  if (next_ == end_ || is_restoring(events_[next_])) return;
  next_due_ = timetable_.next(events_[next_].exchange_time) - left_out_;
  const bool is_beyond = next_due_ >= span_.warm_up + span_.duration;
  if (is_beyond && pace_.events == 0 && keeps_recorded_times_) {
    left_out_ = left_out_ + (next_due_ - span_.warm_up);
    next_due_ = span_.warm_up;
  }
}

// Emits all events of a message, up to the one that is flagged as its last. Returns false when
// events are left because `out` is full: a windowed recording's row may complete more levels than
// fit. The next poll continues with them, and they have the same due time.
bool OpenLoopFeed::emit_message(EventBuffer& out, Nanos due_time) {
  bool last = false;
  while (!last && next_ < end_) {
    if (out.room() == 0) return false;
    const Event& event = events_[next_++];
    last = (event.flags & kLastOfEvent) != 0;
    Event& given = out.push();
    given = event;
    given.due_time = due_time;
  }
  ++counters_.messages;
  return true;
}

FeedStatus OpenLoopFeed::end(EventBuffer& out) {
  if (source_damage() != nullptr) {
    if (out.room() == 0) return FeedStatus::ready;
    out.push() = loss_after(*this, newest_);
  }
  being_timed_.store(false, std::memory_order_relaxed);
  const u64 given = counters_.messages;
  counters_ = source_->counters();
  counters_.messages = given;
  return FeedStatus::ended;
}

Nanos OpenLoopFeed::timed_span() const {
  return ran_dry_ || overdue_ ? Nanos{std::max<i64>(0, (last_due_ - span_.warm_up).value)}
                              : span_.duration;
}

}  // namespace tapedeck::open_loop
