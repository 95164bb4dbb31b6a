// A feed that is written down as it is read: every event of another feed, as ITCH 5.0 messages.
//
// Threads and polling as in engine/core/feed.hpp. What ITCH cannot say is counted and told as a
// warning, and the recording then is not the whole of it.
#pragma once

#include <memory>

#include "engine/core/byte_sink.hpp"
#include "engine/core/feed.hpp"
#include "feeds/itch50/event_encoder.hpp"

namespace tapedeck::itch50 {

class RecordingFeed final : public Feed {
 public:
  /// `midnight`: what the feed's exchange times count from. The sink gets length-prefixed messages
  /// and must outlive this.
  RecordingFeed(std::unique_ptr<Feed> feed, Nanos midnight, ByteSink& sink)
      : feed_(std::move(feed)), encoder_(midnight), sink_(sink) {}

  FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] const FeedCounters& counters() const override { return feed_->counters(); }
  [[nodiscard]] const std::optional<Damage>& damage() const override { return feed_->damage(); }
  [[nodiscard]] bool complete() const override { return feed_->complete(); }
  [[nodiscard]] u64 last_sequence() const override { return feed_->last_sequence(); }
  [[nodiscard]] u64 raw_bytes_read() const override { return feed_->raw_bytes_read(); }
  [[nodiscard]] u64 raw_bytes_total() const override { return feed_->raw_bytes_total(); }
  [[nodiscard]] std::vector<std::string> warnings() const override;
  [[nodiscard]] const Pace* pace() const override { return feed_->pace(); }

 private:
  std::unique_ptr<Feed> feed_;
  EventEncoder encoder_;
  ByteSink& sink_;
  FrameBuffer frames_;
};

}  // namespace tapedeck::itch50
