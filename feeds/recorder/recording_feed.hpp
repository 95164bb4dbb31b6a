// A feed that records another feed on a tape while the engine polls it.
//
// Threads and polling: see engine/core/feed.hpp. RecordingFeed passes the events of each poll to
// the ChunkMaker. A tape of messages also needs the messages; the ChunkMaker gets them as the other
// feed's MessageObserver.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <span>

#include "feeds/common/feed_decorator.hpp"
#include "feeds/tape/chunk_maker.hpp"

namespace tapedeck::recorder {

class RecordingFeed final : public feeds::FeedDecorator {
 public:
  /// `maker` and `has_events` must outlive this object. Call maker.begin() first. `has_events`,
  /// unless null, is set with the first event that concerns the book or the state of an
  /// instrument.
  RecordingFeed(std::unique_ptr<Feed> feed, tape::ChunkMaker& maker,
                std::atomic<bool>* has_events = nullptr)
      : FeedDecorator(std::move(feed)), maker_(maker), has_events_(has_events) {}

  /// Returns empty, because the tape holds the whole channel.
  std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) override { return {}; }
  FeedStatus poll(EventBuffer& out, Nanos now) override {
    maker_.begin_poll(out.end());
    const u32 before = out.size();
    const FeedStatus status = inner().poll(out, now);
    if (has_events_ != nullptr) [[unlikely]]
      look_at({out.begin() + before, out.end()});
    maker_.end_poll(out.end(), now);
    ended_ = status == FeedStatus::ended;
    return status;
  }

  /// Returns the content of the tape's closing frame. Call it once the feed has ended. A live feed
  /// is complete if its own end was reached.
  [[nodiscard]] tape::Closing closing() const {
    if (recording() == nullptr) return {ended_, last_sequence(), counters(), {}, {}};
    return {complete(), last_sequence(), counters(), damage(), bookless_schema()};
  }

 private:
  void look_at(std::span<const Event> events) {
    const auto is_of_instrument = [](const Event& event) {
      return event.instrument != kEveryInstrument && !is_control(event.kind) &&
             event.kind != Kind::notice;
    };
    if (std::ranges::none_of(events, is_of_instrument)) return;
    has_events_->store(true);
    has_events_ = nullptr;
  }

  tape::ChunkMaker& maker_;
  std::atomic<bool>* has_events_;  // null once it is set
  bool ended_ = false;
};

}  // namespace tapedeck::recorder
