// Gathers a channel's messages or events into chunks for a tape.
//
// One thread, the channel's. As an observer, ChunkMaker sees the messages. It puts events that come
// from no message (a `loss`, or a `clear` that the transport causes) between the messages as
// out-of-band records. Memory: the sink's chunks.
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
  /// `sink` must outlive this. `chunk_bytes`: at most kChunkBytes; less is for tests.
  explicit ChunkMaker(ChunkSink& sink, std::size_t chunk_bytes = kChunkBytes)
      : sink_(sink), chunk_bytes_(chunk_bytes) {
    assert(chunk_bytes <= kChunkBytes);
  }

  /// Call this first. `content`: what is recorded; `midnight`: what its times count from.
  /// `checkpoints`: whenever the channel's time passes a multiple of this interval, the chunk ends
  /// and a checkpoint is requested; 0: never.
  void begin(Content content, Nanos midnight, Nanos checkpoints = Nanos{0}) {
    content_ = content;
    midnight_ = midnight;
    checkpoints_ = checkpoints;
    if (checkpoints_.value > 0) next_checkpoint_ = kBeginningOfTime;
  }
  [[nodiscard]] Content content() const { return content_; }

  /// Starts a poll, which will write its events from `end` on.
  void begin_poll(const Event* end) { recorded_ = end; }
  void on_message(Bytes message, Sequence sequence, std::span<const Event> events) override;
  void on_messages(Bytes framed, Sequence first, u32 count, std::span<const Event> events) override;
  void on_midnight(Nanos midnight) override;
  /// Ends the poll, which wrote its events up to `end`. `now`: when the poll began, by the engine's
  /// clock.
  void end_poll(const Event* end, Nanos now);
  /// Hands over the closing as the last chunk. Call it last.
  void finish(const Closing& closing);

  /// The number of messages dropped because no chunk was free.
  [[nodiscard]] u64 dropped() const { return dropped_; }
  /// The number of checkpoints skipped because the sink had no time for them.
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
  bool checkpoint_due_ = false;      // the next chunk requests a checkpoint before it
  Sequence last_ = 0;                // the newest message's number
  const Event* recorded_ = nullptr;  // the poll's events up to here are recorded
  u64 dropped_ = 0;
  u64 checkpoints_skipped_ = 0;
};

}  // namespace tapedeck::tape
