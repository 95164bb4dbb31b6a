// Gathers a channel's messages or events into chunks, each the content of one frame of a tape.
//
// Only the channel's thread uses it. As a MessageObserver, ChunkMaker gets the feed's messages. It
// writes events that come from no message (a `loss`, or a `clear` that the transport emits) as
// out-of-band records between the messages. Memory: the sink's chunks.
#pragma once

#include <cassert>
#include <span>

#include "engine/core/event.hpp"
#include "feeds/common/message_observer.hpp"
#include "feeds/tape/chunk.hpp"
#include "feeds/tape/event_codec.hpp"

namespace tapedeck::tape {

class ChunkMaker final : public feeds::MessageObserver {
 public:
  /// `sink` must outlive this object. `chunk_bytes` is at most kChunkBytes; tests use less.
  explicit ChunkMaker(ChunkSink& sink, std::size_t chunk_bytes = kChunkBytes)
      : sink_(sink), chunk_bytes_(chunk_bytes) {
    assert(chunk_bytes <= kChunkBytes);
  }

  /// Call this first. `content` says whether messages or events are recorded. `midnight` is the
  /// origin of their times. `checkpoints` is an interval: whenever the channel's time passes a
  /// multiple of it, the chunk ends and a checkpoint is requested. 0 means no checkpoints.
  void begin(Content content, Nanos midnight, Nanos checkpoints = Nanos{0}) {
    content_ = content;
    midnight_ = midnight;
    checkpoints_ = checkpoints;
    if (checkpoints_.value > 0) next_checkpoint_ = kBeginningOfTime;
  }
  [[nodiscard]] Content content() const { return content_; }

  /// Starts a poll of the feed, which will write its events from `end` on.
  void begin_poll(const Event* end) { recorded_ = end; }
  void on_message(Bytes message, Sequence sequence, std::span<const Event> events) override;
  void on_messages(Bytes framed, Sequence first, u32 count, std::span<const Event> events) override;
  void on_midnight(Nanos midnight) override;
  /// Ends the poll of the feed, which has written its events up to `end`. `now` is the time at
  /// which the poll began, by the engine's clock.
  void end_poll(const Event* end, Nanos now);
  /// Emits a last chunk with the content of the closing frame. Call it last.
  void finish(const Closing& closing);

  /// Returns the number of messages dropped because no chunk was free.
  [[nodiscard]] u64 dropped() const { return dropped_; }
  /// Returns the number of checkpoints skipped because the sink had no time for them.
  [[nodiscard]] u64 checkpoints_skipped() const { return checkpoints_skipped_; }

 private:
  static constexpr Nanos kNever{INT64_MAX};

  void record_events_up_to(const Event* end);
  void record_event(const Event& event);
  void put_skip(u64 numbers);
  void note_time(Nanos time);
  void put_messages(Bytes framed, Sequence first, u32 count, std::span<const Event> events);
  void pass_checkpoint(Nanos time);
  bool open(Sequence first);
  void hand_on();

  ChunkSink& sink_;
  std::size_t chunk_bytes_;
  Content content_ = Content::events;
  Chunk* chunk_ = nullptr;
  EventEncoder encoder_;
  Nanos opened_at_{0};
  Nanos midnight_{0};
  Nanos newest_ = kBeginningOfTime;
  Nanos checkpoints_{0};
  Nanos next_checkpoint_ = kNever;
  bool checkpoint_due_ = false;      // the next chunk must request a checkpoint
  Sequence last_ = 0;                // the newest message's number
  const Event* recorded_ = nullptr;  // the poll's events before this one are recorded
  u64 dropped_ = 0;
  u64 checkpoints_skipped_ = 0;
};

}  // namespace tapedeck::tape
