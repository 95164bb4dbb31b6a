// A feed that records another feed on a tape while the engine polls it.
//
// Threads and polling: see engine/core/feed.hpp. RecordingFeed passes the events of each poll to
// the ChunkMaker. A tape of messages also needs the messages; the ChunkMaker gets them as the other
// feed's MessageObserver.
#pragma once

#include <memory>

#include "feeds/common/feed_decorator.hpp"
#include "feeds/tape/chunk_maker.hpp"

namespace tapedeck::recorder {

class RecordingFeed final : public feeds::FeedDecorator {
 public:
  /// `maker` must outlive this object. Call maker.begin() first.
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

/// Returns the content of the tape's closing frame. Call it once the feed has ended.
[[nodiscard]] inline tape::Closing closing_of(const Feed& feed) {
  return {feed.complete(), feed.last_sequence(), feed.counters(), feed.damage(),
          feed.bookless_schema()};
}

}  // namespace tapedeck::recorder
