// Records a feed on a tape while it is read.
//
// Threads and polling as in engine/core/feed.hpp. For a tape of messages, the chunk maker itself is
// the feed's message observer.
#pragma once

#include <memory>

#include "feeds/common/feed_decorator.hpp"
#include "feeds/tape/chunk_maker.hpp"

namespace tapedeck::recorder {

class RecordingFeed final : public feeds::FeedDecorator {
 public:
  /// `maker` must outlive this. Call its begin() first.
  RecordingFeed(std::unique_ptr<Feed> feed, tape::ChunkMaker& maker)
      : FeedDecorator(std::move(feed)), maker_(maker) {}

  FeedStatus poll(EventBuffer& out, Nanos now) override {
    maker_.begin_poll(out.end());
    const FeedStatus status = inner().poll(out, now);
    maker_.end_poll(out.end(), now);
    return status;
  }

 private:
  tape::ChunkMaker& maker_;
};

/// Returns the closing of the channel's tape. Call it once the feed has ended.
[[nodiscard]] inline tape::Closing closing_of(const Feed& feed) {
  return {feed.complete(), feed.last_sequence(), feed.counters(), feed.damage()};
}

}  // namespace tapedeck::recorder
