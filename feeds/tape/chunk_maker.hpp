// A channel's messages or events on their way into a tape: gathered into chunks as they come.
//
// One thread, the channel's. As an observer it sees the messages; what no message said (losses,
// books emptied by the transport) is put between them as an out-of-band record. Memory: the sink's
// chunks.
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

  /// Before anything else: what is recorded, and what its times count from. `checkpoints`: whenever
  /// the channel's time passes a multiple of this, a chunk ends and a checkpoint is asked for; 0:
  /// never.
  void begin(Content content, Nanos midnight, Nanos checkpoints = Nanos{0}) {
    content_ = content;
    midnight_ = midnight;
    checkpoints_ = checkpoints;
    if (checkpoints_.value > 0) next_checkpoint_ = kBeginningOfTime;
  }
  [[nodiscard]] Content content() const { return content_; }

  /// A poll will write its events from here on.
  void begin_poll(const Event* end) { recorded_ = end; }
  void on_message(Bytes message, Sequence sequence, std::span<const Event> events) override;
  void on_messages(Bytes framed, Sequence first, u32 count, std::span<const Event> events) override;
  void on_midnight(Nanos midnight) override;
  /// The poll wrote up to here. `now`: when it began, by the engine's clock.
  void end_poll(const Event* end, Nanos now);
  /// Nothing follows.
  void finish(const Closing& closing);

  /// Messages that found no chunk free.
  [[nodiscard]] u64 dropped() const { return dropped_; }
  /// Checkpoints that there was no time for.
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
  bool checkpoint_due_ = false;      // ahead of the next chunk
  Sequence last_ = 0;                // the newest message's number
  const Event* recorded_ = nullptr;  // the poll's events up to here are on the tape
  u64 dropped_ = 0;
  u64 checkpoints_skipped_ = 0;
};

}  // namespace tapedeck::tape
