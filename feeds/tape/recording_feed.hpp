// A feed that is put on a tape as it is read.
//
// Threads and polling as in engine/core/feed.hpp. Its messages are seen by the chunk maker itself,
// as a tap, where the tape is of messages.
#pragma once

#include <memory>

#include "engine/core/feed.hpp"
#include "feeds/tape/chunk_maker.hpp"

namespace tapedeck::tape {

class RecordingFeed final : public Feed {
 public:
  /// `maker` must outlive this, and has been told what is recorded.
  RecordingFeed(std::unique_ptr<Feed> feed, ChunkMaker& maker)
      : feed_(std::move(feed)), maker_(maker) {}

  FeedStatus poll(EventBuffer& out, Nanos now) override {
    maker_.begin_poll(out.end());
    const FeedStatus status = feed_->poll(out, now);
    maker_.end_poll(out.end(), now);
    return status;
  }
  [[nodiscard]] const FeedCounters& counters() const override { return feed_->counters(); }
  [[nodiscard]] const std::optional<Damage>& damage() const override { return feed_->damage(); }
  [[nodiscard]] bool complete() const override { return feed_->complete(); }
  [[nodiscard]] u64 last_sequence() const override { return feed_->last_sequence(); }
  [[nodiscard]] u64 raw_bytes_read() const override { return feed_->raw_bytes_read(); }
  [[nodiscard]] u64 raw_bytes_total() const override { return feed_->raw_bytes_total(); }
  [[nodiscard]] std::vector<std::string> warnings() const override { return feed_->warnings(); }
  [[nodiscard]] const Pace* pace() const override { return feed_->pace(); }

 private:
  std::unique_ptr<Feed> feed_;
  ChunkMaker& maker_;
};

/// What the line came to, to close its tape with. Once it has ended.
[[nodiscard]] inline Closing closing_of(const Feed& feed) {
  return {feed.complete(), feed.last_sequence(), feed.counters(), feed.damage()};
}

}  // namespace tapedeck::tape
