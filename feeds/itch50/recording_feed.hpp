// Records a feed while it is read: encodes every event of another feed as ITCH 5.0 messages.
//
// Threads and polling as in engine/core/feed.hpp. Events that ITCH cannot express are missing from
// the recording; they are counted and reported in a warning.
#pragma once

#include <memory>

#include "engine/core/byte_sink.hpp"
#include "feeds/common/feed_decorator.hpp"
#include "feeds/itch50/event_encoder.hpp"

namespace tapedeck::itch50 {

class RecordingFeed final : public feeds::FeedDecorator {
 public:
  /// `midnight`: the origin of the recorded messages' times. The sink receives length-prefixed
  /// messages and must outlive this.
  RecordingFeed(std::unique_ptr<Feed> feed, Nanos midnight, ByteSink& sink)
      : FeedDecorator(std::move(feed)), encoder_(midnight), sink_(sink) {}

  FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] std::vector<std::string> warnings() const override;

 private:
  EventEncoder encoder_;
  ByteSink& sink_;
  FrameBuffer frames_;
};

}  // namespace tapedeck::itch50
