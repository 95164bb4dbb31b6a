// A feed that is put on a tape as it is read.
//
// Threads and polling as in engine/core/feed.hpp. Its messages are seen by the chunk maker itself,
// as an observer, where the tape is of messages.
#pragma once

#include <memory>

#include "feeds/common/feed_decorator.hpp"
#include "feeds/tape/chunk_maker.hpp"

namespace tapedeck::recorder {

class RecordingFeed final : public feeds::FeedDecorator {
 public:
  /// `maker` must outlive this, and has been told what is recorded.
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

/// What the channel came to, to close its tape with. Once it has ended.
[[nodiscard]] inline tape::Closing closing_of(const Feed& feed) {
  return {feed.complete(), feed.last_sequence(), feed.counters(), feed.damage()};
}

}  // namespace tapedeck::recorder
