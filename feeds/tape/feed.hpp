// Reads a tape as a channel: decodes the recorded messages, or emits the recorded events.
//
// Threads and polling: see engine/core/recording.hpp. A frame that is missing on the tape (damaged,
// or dropped by the recorder) becomes a loss event: books continue, marked STALE. After damage, the
// channel continues with the next valid frame.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feeds/common/byte_source.hpp"
#include "feeds/common/message_decoder.hpp"
#include "feeds/common/symbol_selection.hpp"
#include "feeds/tape/checkpoints.hpp"
#include "feeds/tape/chunk.hpp"
#include "feeds/tape/event_codec.hpp"
#include "feeds/tape/format.hpp"

namespace tapedeck::tape {

struct TapeOptions {
  feeds::SymbolSelection symbols;  // symbols to emit from a tape of events; empty: all
  bool follow = false;             // wait for more at the end of a tape that is not closed
  Nanos midnight{0};               // origin of the times of a tape without a date
  Reopen reopen{};                 // opens the tape again, for seek(); may be empty
};

class TapeFeed final : public RecordedFeed {
 public:
  /// `frames` comes from unpacked_frames(). `decoder` decodes the messages, and selects symbols
  /// itself; null for a tape of events.
  TapeFeed(std::unique_ptr<feeds::ByteSource> frames,
           std::unique_ptr<feeds::MessageDecoder> decoder, TapeOptions options);

  /// Seeks to the last usable checkpoint before `place`.
  std::optional<ChannelMoment> seek(const ChannelPlace& place) override;
  FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  [[nodiscard]] const std::optional<Damage>& damage() const override { return damage_; }
  [[nodiscard]] bool said_complete() const override { return complete_; }
  [[nodiscard]] std::string expected_end() const override {
    return "the closing frame of a recording that was read to its end";
  }
  [[nodiscard]] std::string bookless_schema() const override { return schema_; }
  [[nodiscard]] bool is_empty_but_whole() const override { return complete() && source_is_empty_; }
  [[nodiscard]] Sequence last_sequence() const override { return last_sequence_; }
  [[nodiscard]] ReadProgress progress() const override { return frames_->progress(); }
  [[nodiscard]] std::vector<std::string> warnings() const override;

 private:
  // The result of step().
  enum class Step : u8 { went_on, full, nothing_yet, ended };

  Step step(EventBuffer& out, u32& budget, Nanos now);
  Step next_frame(EventBuffer& out, Nanos now);
  Step end_of_file();
  void enter(const FrameHeader& header);
  void note_loss(Sequence next, Nanos now, EventBuffer& out);
  void note_bad(const FrameHeader& header);
  void note_damage();
  void take_closing();
  u32 decode_messages(EventBuffer& out, u32 budget, Nanos now);
  u32 decode_events(EventBuffer& out, u32 budget, Nanos now);
  std::size_t take_out_of_band(Bytes rest, EventBuffer& out, Nanos now);
  void enter_checkpoint();
  void leave_checkpoint_frame();
  void fail_checkpoint();
  u32 decode_checkpoint(EventBuffer& out, u32 budget, Nanos now);
  std::size_t import_state(Bytes rest);
  std::size_t take_checkpoint_event(Bytes rest, EventBuffer& out, Nanos now);
  [[nodiscard]] bool is_decodable(const FrameHeader& header) const {
    return (header.content == Content::itch50) == (decoder_ != nullptr);
  }
  void place(Event& event, Nanos now) const;
  [[nodiscard]] Nanos in_time(Nanos on_tape) const;
  struct Selected {
    bool wanted = false;  // the instrument has, or once had, one of the symbols
    bool missed = false;  // orders were left out since the last clear
    StateFields state{};  // the newest that was left out
  };

  [[nodiscard]] bool is_wanted(const Event& event);
  void note_left_out(const Event& event);
  void doubt_if_late(EventBuffer& out);
  void spoil(const char* found);
  void finish(const Closing& closing);

  std::unique_ptr<feeds::ByteSource> frames_;
  std::unique_ptr<feeds::MessageDecoder> decoder_;
  TapeOptions options_;
  FeedCounters own_counters_;  // used for a tape of events, which has no decoder
  FeedCounters& counters_;
  EventDecoder events_;
  FrameHeader frame_;         // header of the frame being read
  std::size_t left_ = 0;      // unread bytes of this frame's content
  Sequence next_number_ = 1;  // number of the next message
  Sequence expected_ = 1;     // the number that the next frame should begin with
  u64 next_frame_ = 0;        // number of the next frame
  Nanos newest_ = kBeginningOfTime;
  Sequence last_sequence_ = 0;
  std::vector<Selected> selected_;  // by instrument, if options_.symbols is not empty
  u64 late_names_ = 0;              // instruments that got a wanted name after orders were left out
  bool in_checkpoint_ = false;      // the checkpoint that seek() found is being read
  u32 checkpoint_frame_ = 0;        // index of the checkpoint's next frame
  bool checkpoint_said_all_ = false;
  bool checkpoint_failed_ = false;  // the checkpoint was invalid; its loss is not emitted yet
  CheckpointPart checkpoint_part_{};
  std::optional<Damage> first_bad_;
  u64 bad_parts_ = 0, gaps_ = 0, lost_messages_ = 0;
  std::optional<Damage> damage_;
  bool lost_by_damage_ = false;
  bool bad_since_frame_ = false;
  bool closed_ = false;
  bool complete_ = false;
  bool source_is_empty_ = false;  // what was recorded held no record
  std::string schema_;            // the recorded source's bookless_schema()
  bool ended_ = false;
};

}  // namespace tapedeck::tape
