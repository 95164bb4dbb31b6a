// A feed that wraps another feed and records it: encodes each event of the wrapped feed as ITCH 5.0
// messages.
//
// engine/core/feed.hpp states the rules for threads and polling. Events that ITCH cannot express
// are left out of the recording, counted, and reported in a warning.
#pragma once

#include <memory>

#include "engine/core/byte_sink.hpp"
#include "feeds/common/feed_decorator.hpp"
#include "feeds/itch50/event_encoder.hpp"

namespace tapedeck::itch50 {

class RecordingFeed final : public feeds::FeedDecorator {
 public:
  /// `midnight` is the time from which the recorded messages' times count. `sink` receives
  /// length-prefixed messages and must outlive this feed.
  RecordingFeed(std::unique_ptr<Feed> feed, Nanos midnight, ByteSink& sink)
      : FeedDecorator(std::move(feed)), encoder_(midnight), sink_(sink) {}

  /// Returns empty, because the recording holds the whole channel.
  std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) override { return {}; }
  FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] std::vector<std::string> warnings() const override;

 private:
  EventEncoder encoder_;
  ByteSink& sink_;
  FrameBuffer frames_;
};

}  // namespace tapedeck::itch50
