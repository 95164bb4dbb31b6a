// Records a channel on a tape. The channel's thread fills chunks, each the content of one tape
// frame. Another thread packs and writes the chunks.
//
// Construct the recorder before the feed is opened, because opening the feed needs observer(). Call
// start() once the feed's content is known, show() right before the run, and finish() after it. The
// thread that runs the engine calls these functions and record(). The channel's thread uses the
// observer and the recording feed.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/core/feed.hpp"
#include "engine/output/file_writer.hpp"
#include "engine/thread/recycling_worker.hpp"
#include "feeds/recorder/tape_checkpoints.hpp"
#include "feeds/tape/chunk_maker.hpp"
#include "feeds/tape/writer.hpp"

namespace tapedeck::recorder {

class RecordingFeed;

/// When written frames are synced to disk.
enum class SyncPolicy : u8 {
  none,      // the operating system decides
  interval,  // with the first frame after a second, and at the end
  frame      // after every frame, and at the end
};

struct RecordingOptions {
  tape::Compress compress = tape::Compress::fast;
  SyncPolicy sync = SyncPolicy::none;
  bool may_drop = false;  // drop messages while no chunk is free, instead of waiting
  bool hurries = true;    // compress less while the writer is behind; conversions turn this off
  // A new tape stays once it has a message, because nothing else holds it; conversions, whose input
  // remains, turn this off. Otherwise, and in the place of an earlier tape, it stays once it has an
  // event of an instrument.
  bool keeps_messages = true;
  // Write a checkpoint whenever the channel's time passes a multiple of this interval; 0: never.
  Nanos checkpoints{0};
  u64 hash_key = 0;  // for the books of checkpoints, see book::BookOptions
};

/// The result of a recording.
struct Recorded {
  std::string path;
  tape::TapeWriter::Counters counters;
  u64 dropped = 0;                    // messages
  Sequence synced = 0;                // number of the last message that has been synced to disk
  u64 checkpoints_skipped = 0;        // checkpoints not written because the writer was behind
  bool checkpoints_given_up = false;  // memory ran out; no more checkpoints were written
};

class TapeRecorder final : private tape::ChunkSink {
 public:
  static constexpr std::size_t kChunks = 16;  // 4 MiB

  explicit TapeRecorder(const RecordingOptions& options) : options_(options) {}
  TapeRecorder(const TapeRecorder&) = delete;
  TapeRecorder& operator=(const TapeRecorder&) = delete;
  ~TapeRecorder() override;

  /// Returns the observer to pass to the feed when the feed is opened.
  [[nodiscard]] feeds::MessageObserver& observer() { return maker_; }
  /// Writes the tape's header to a claimed place. The tape has no name yet. Throws ConfigError if
  /// the place is a pipe that cannot be opened. `stop` must outlive the recorder.
  void start(output::PlacePtr place, const tape::FileHeader& header, const thread::StopFlag& stop);
  /// Wraps `feed` in a feed that records it, and returns this feed. The recorder and the returned
  /// feed must outlive the run.
  [[nodiscard]] std::unique_ptr<Feed> record(std::unique_ptr<Feed> feed);
  /// Gives the tape its name, so that it can be followed. An earlier tape keeps the name until the
  /// first event of an instrument is written, because the new tape is worth nothing before. Call it
  /// right before the run.
  void show() { file_->show(); }
  /// Returns true if writing has failed; nothing more is then written, and finish() throws
  /// the reason. Any thread.
  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_relaxed); }
  /// Completes the tape, after the channel has ended, and returns its place, which may be synced
  /// and kept. Throws std::runtime_error if the tape is incomplete. For what stays in any case, see
  /// RecordingOptions::keeps_messages.
  [[nodiscard]] output::PlacePtr finish();
  /// Returns the result. Valid after finish(), even if finish() has thrown.
  [[nodiscard]] Recorded recorded() const;

 private:
  tape::Chunk& take() override { return chunks_->take(); }
  tape::Chunk* try_take() override { return options_.may_drop ? chunks_->try_take() : &take(); }
  void emit(tape::Chunk& chunk) override { chunks_->hand_over(chunk); }
  [[nodiscard]] bool has_time_for_checkpoint() const override {
    return !options_.may_drop || chunks_->waiting() <= kChunks / 8;
  }

  void write(tape::Chunk& chunk);
  void write_frame(const tape::Chunk& chunk);
  void with_checkpoints(const std::function<void()>& work);
  [[nodiscard]] tape::Backlog backlog() const;
  void sync();

  RecordingOptions options_;
  tape::ChunkMaker maker_{*this};
  const RecordingFeed* feed_ = nullptr;  // that record() returned
  std::atomic<bool> failed_{false};
  // Set by the channel's thread before it hands over the chunk that holds the event.
  std::atomic<bool> has_events_{false};
  // Until the writer's thread has ended, only that thread uses these members.
  std::optional<output::FileWriter> file_;
  std::optional<tape::TapeWriter> writer_;
  std::unique_ptr<TapeCheckpoints> checkpoints_;
  bool checkpoints_given_up_ = false, out_of_memory_ = false;
  Sequence synced_ = 0;
  std::chrono::steady_clock::time_point synced_at_, told_at_;
  std::optional<thread::RecyclingWorker<tape::Chunk>> chunks_;  // last: uses all others
};

}  // namespace tapedeck::recorder
