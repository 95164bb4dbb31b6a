// A made-up ITCH day in memory: its frames, a feed over them, and all events that feed gives.
// One thread.
#pragma once

#include <memory>
#include <vector>

#include "engine/core/event.hpp"
#include "feeds/itch50/file_feed.hpp"
#include "tests/support/demo_flow.hpp"

namespace tapedeck::bench {

class MadeDay {
 public:
  MadeDay(u64 messages, u32 instruments);

  [[nodiscard]] u64 messages() const { return frames_.messages(); }
  /// A feed from the day's beginning; the day must outlive it.
  [[nodiscard]] std::unique_ptr<itch50::FileFeed> feed() const;
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }

 private:
  itch50::FrameBuffer frames_;
  std::vector<Event> events_;
};

/// Hands over the events of every poll until the feed ends.
template <class Take>
void for_each_batch(Feed& feed, Take take) {
  std::vector<Event> storage(kMinPollBuffer);
  for (FeedStatus status = FeedStatus::ready; status != FeedStatus::ended;) {
    EventBuffer out{storage.data(), kMinPollBuffer};
    status = feed.poll(out, Nanos{0});
    take(std::span<const Event>{out.begin(), out.size()});
  }
}

}  // namespace tapedeck::bench
