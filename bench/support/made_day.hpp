// A generated ITCH day in memory: its frames, a feed that reads the frames, and all events that the
// feed emits.
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
  /// Returns a new feed that starts at the day's beginning. The MadeDay must outlive the feed.
  [[nodiscard]] std::unique_ptr<itch50::FileFeed> feed() const;
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }

 private:
  itch50::FrameBuffer frames_;
  std::vector<Event> events_;
};

/// Polls the feed until it ends, and calls `take` with the events of each poll.
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
