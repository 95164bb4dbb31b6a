#include "feeds/replay/replay_feed.hpp"

#include <algorithm>
#include <utility>

#include "engine/core/units.hpp"

namespace tapedeck::replay {
namespace {

// A message due within this time is waited for without sleep, because a thread that sleeps while
// its source is idle sleeps a millisecond at a time.
constexpr Nanos kNear{1'100'000};
constexpr Nanos kNotYet{INT64_MAX};

}  // namespace

ReplayFeed::ReplayFeed(std::unique_ptr<Feed> source, const ReplaySettings& settings,
                       std::shared_ptr<ReplayClock> clock, u32 channel)
    : FeedDecorator(std::move(source)),
      settings_(settings),
      clock_(std::move(clock)),
      channel_(channel),
      has_start_(settings.from.sequence > 0 || settings.from.exchange_time != kBeginningOfTime),
      preroll_(has_start_) {
  if (settings_.sought) last_sequence_ = settings_.sought->sequence;
}

FeedStatus ReplayFeed::poll(EventBuffer& out, Nanos now) {
  const u64 before = given_;
  if (due_ == Nanos{0}) due_ = now;  // for a loss ahead of the first message
  while (given_ - before < kMaxMessagesPerPoll && out.room() > 0) {
    if (next_ == end_) {
      if (source_ended_) return end();
      const FeedStatus status = refill(now);
      if (next_ == end_) return source_ended_ ? end() : status;
    }
    const Event& event = events_[next_];
    // The rest of a message, and the transport's events behind it, are emitted with it.
    if ((event.flags & kOfCheckpoint) != 0) {
      channel_time_ = std::max(channel_time_, event.exchange_time);
    } else if (event.sequence != last_sequence_) {
      // A loss has no time of its own.
      if (event.kind != Kind::loss) {
        message_time_ = event.exchange_time;
        channel_time_ = std::max(channel_time_, event.exchange_time);
      }
      if (is_beyond(event)) {
        reached_end_ = true;
        return end();
      }
      if (preroll_ && is_start(event)) preroll_ = false;
      if (!preroll_ && !restoring_ && !is_due(now)) {
        return due_ - now <= kNear ? FeedStatus::ready : FeedStatus::idle;
      }
    }
    // A poll gives either load or what comes at full speed, which may not be dropped.
    const bool is_load = !preroll_ && !restoring_;
    if (!out.empty() && out.may_drop() != is_load) return FeedStatus::ready;
    if (!is_load) out.forbid_drop();
    emit(out, now);
  }
  return FeedStatus::ready;
}

FeedStatus ReplayFeed::refill(Nanos now) {
  EventBuffer room{events_.data(), kMinPollBuffer};
  const FeedStatus status = inner().poll(room, now);
  source_ended_ = status == FeedStatus::ended;
  restoring_ = inner().restoring();
  next_ = 0;
  end_ = room.size();
  counters_ = inner().counters();
  counters_.messages = given_;
  return status;
}

bool ReplayFeed::is_start(const Event& event) const {
  return event.sequence >= settings_.from.sequence && channel_time_ >= settings_.from.exchange_time;
}

bool ReplayFeed::is_beyond(const Event& event) const {
  return (settings_.to_sequence && event.sequence >= *settings_.to_sequence) ||
         (settings_.to_time && channel_time_ >= *settings_.to_time);
}

// Returns whether the next message is due, which is the first after the start or a later one.
bool ReplayFeed::is_due(Nanos now) {
  if (!settings_.speed || message_time_ == kBeginningOfTime) {
    due_ = now;
    return true;
  }
  if (!std::exchange(announced_, true)) clock_->announce(channel_, message_time_);
  const auto due = clock_->due(channel_, message_time_, *settings_.speed, now);
  due_ = due.value_or(kNotYet);
  if (due) pace_.began = clock_->began();
  return due_ <= now;
}

void ReplayFeed::emit(EventBuffer& out, Nanos now) {
  Event& given = out.push();
  given = events_[next_++];
  if (preroll_) given.flags |= kPreroll;
  given.due_time = preroll_ || restoring_ ? kNotTimed : due_;
  lost_ |= given.kind == Kind::loss;
  if ((given.flags & kOfCheckpoint) != 0) return;
  if (std::exchange(last_sequence_, given.sequence) == given.sequence) return;
  counters_.messages = ++given_;
  if (!preroll_) ++shown_;
  if (preroll_ || restoring_ || !settings_.speed) return;
  ++pace_.events;
  pace_.ended = now;
  pace_.lateness.record(now - due_);
}

FeedStatus ReplayFeed::end() {
  // Other channels must not wait for this one for ever.
  if (!std::exchange(announced_, true)) clock_->announce(channel_, {});
  if (!std::exchange(ended_, true)) clock_->end(channel_, shown_);
  counters_ = inner().counters();
  if (reached_end_) counters_.messages = given_;
  return FeedStatus::ended;
}

std::vector<std::string> ReplayFeed::warnings() const {
  std::vector<std::string> all = inner().warnings();
  if (channel_ == 0 && clock_->left_out() > 0) {
    all.push_back("the recording's time jumps by more than " +
                  duration_for_people(ReplayClock::kLongestPause) + " " +
                  counted(clock_->left_out(), "time") +
                  ", between sessions or where a time is damaged: that was not waited for");
  }
  const bool has_end = settings_.to_sequence || settings_.to_time;
  const bool is_empty = settings_.warns_if_empty && clock_->showed_nothing();
  if (channel_ == 0 && is_empty && (has_start_ || has_end)) {
    all.emplace_back(!has_end      ? "`from`: the input ended before it; everything was applied, "
                                     "and nothing shown"
                     : !has_start_ ? "`to`: no message lies before it; nothing was applied"
                                   : "`from` and `to`: no message lies between them; what lies "
                                     "before was applied, and nothing shown");
  }
  return all;
}

}  // namespace tapedeck::replay
