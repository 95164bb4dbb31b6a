#include "feeds/common/plausible_times.hpp"

#include <algorithm>
#include <utility>

namespace tapedeck::feeds {
namespace {

// Losses repeat the time of the message before; what restores books has times of its own.
bool has_time(const Event& event) {
  return event.kind != Kind::loss && (event.flags & kOfCheckpoint) == 0;
}

// The end of the message that begins at `at`.
std::size_t end_of_message(std::span<const Event> events, std::size_t at) {
  std::size_t end = at + 1;
  while (end < events.size() && events[end].sequence == events[at].sequence) ++end;
  return end;
}

}  // namespace

PlausibleTimes::PlausibleTimes(std::unique_ptr<Feed> inner)
    : FeedDecorator(std::move(inner)),
      is_file_(recording() != nullptr && inner_recording().progress().total > 0) {
  note_counters();
}

std::optional<ChannelMoment> PlausibleTimes::seek(const ChannelPlace& place) {
  const auto reached = inner_recording().seek(place);
  if (reached) newest_ = reached->time;
  note_counters();
  return reached;
}

FeedStatus PlausibleTimes::poll(EventBuffer& out, Nanos now) {
  if (!pending_.empty() || !held_.empty()) return poll_behind_held(out, now);
  if (inner_ended_) return FeedStatus::ended;
  const u32 before = out.size();
  const FeedStatus status = inner().poll(out, now);
  inner_ended_ = status == FeedStatus::ended;
  const std::span<Event> events{out.begin() + before, out.end()};
  if (!events.empty() && !inner().restoring() && goes_far(events)) [[unlikely]] {
    const std::size_t judged = judge(events, inner_ended_);
    held_.assign(events.begin() + static_cast<std::ptrdiff_t>(judged), events.end());
    while (out.size() > before + judged) out.pop();
  }
  note_counters();
  return inner_ended_ && !held_.empty() ? FeedStatus::ready : status;
}

// Polls behind a held message, into memory of its own, because both may be more than fits `out`.
FeedStatus PlausibleTimes::poll_behind_held(EventBuffer& out, Nanos now) {
  if (pending_.empty()) {
    std::vector<Event> storage(kMinPollBuffer);
    EventBuffer next{storage.data(), kMinPollBuffer};
    FeedStatus status = FeedStatus::ended;
    if (!inner_ended_) status = inner().poll(next, now);
    inner_ended_ = status == FeedStatus::ended;
    if (next.empty() && !inner_ended_) return status;
    pending_ = std::exchange(held_, {});
    pending_.insert(pending_.end(), next.begin(), next.end());
    const std::size_t judged = judge(pending_, inner_ended_);
    held_.assign(pending_.begin() + static_cast<std::ptrdiff_t>(judged), pending_.end());
    pending_.resize(judged);
  }
  emit_pending(out);
  note_counters();
  return inner_ended_ && pending_.empty() && held_.empty() ? FeedStatus::ended : FeedStatus::ready;
}

void PlausibleTimes::emit_pending(EventBuffer& out) {
  while (emitted_ < pending_.size() && out.room() > 0) out.push() = pending_[emitted_++];
  if (emitted_ < pending_.size()) return;
  pending_.clear();
  emitted_ = 0;
}

// True if a time is far ahead. Else notes the newest time.
bool PlausibleTimes::goes_far(std::span<const Event> events) {
  if (newest_ == kBeginningOfTime) return true;
  i64 newest = newest_.value;
#pragma GCC unroll 4
  for (const Event& event : events) newest = std::max(newest, event.exchange_time.value);
  if (i128{newest} - newest_.value > kLongestPause.value) return true;
  newest_.value = newest;
  return false;
}

// Corrects implausible times. Stops before the last message if its time cannot be judged yet.
// Returns the number of events judged.
std::size_t PlausibleTimes::judge(std::span<Event> events, bool is_end) {
  for (std::size_t at = 0; at < events.size();) {
    const std::size_t end = end_of_message(events, at);
    const std::span<Event> message = events.subspan(at, end - at);
    const auto timed = std::ranges::find_if(message, has_time);
    at = end;
    if (timed == message.end()) continue;
    const Nanos time = timed->exchange_time;
    const bool is_first = newest_ == kBeginningOfTime;
    const bool is_far = is_first || i128{time.value} - newest_.value > kLongestPause.value;
    if (is_far) {
      const auto next = std::ranges::find_if(events.subspan(end), has_time);
      const bool is_known = next != events.end();
      if (!is_known && !is_end && is_file_) return end - message.size();
      if (is_known && i128{time.value} - next->exchange_time.value > kLongestPause.value) {
        ++implausible_;
        const Nanos instead = is_first ? next->exchange_time : newest_;
        for (Event& event : message) event.exchange_time = instead;
      }
    }
    newest_ = std::max(newest_, timed->exchange_time);
  }
  return events.size();
}

void PlausibleTimes::note_counters() {
  counters_ = inner().counters();
  counters_.implausible_times = implausible_;
}

}  // namespace tapedeck::feeds
