// Records a channel on a tape: the channel's thread fills chunks, and another thread packs and
// writes them.
//
// Construct it before the feed is opened, because the feed takes its observer. Call start() once
// the feed's content is known, and close() after the run. The thread that runs the engine calls
// start(), record() and close(); the channel's thread calls the observer and the recording feed.
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

/// Decides when written frames are synced to disk.
enum class SyncPolicy : u8 {
  none,      // left to the system
  interval,  // every second, and at the end
  frame      // after every frame
};

struct RecordingOptions {
  tape::Compress compress = tape::Compress::fast;
  SyncPolicy sync = SyncPolicy::none;
  bool may_drop = false;  // drop messages while no chunk is free, instead of waiting
  bool hurries = true;    // compress less when the writer is behind; not needed in conversions
  // Write a checkpoint whenever the channel's time passes a multiple of this; 0: never.
  Nanos checkpoints{0};
  u64 hash_key = 0;  // of the checkpoints' books, see book::BookOptions
};

/// The result of a recording.
struct Recorded {
  std::string path;
  tape::TapeWriter::Counters counters;
  u64 dropped = 0;                    // messages
  Sequence synced = 0;                // number of the last message known to be on disk
  u64 checkpoints_skipped = 0;        // because the writer was behind
  bool checkpoints_given_up = false;  // memory ran out
};

class TapeRecorder final : private tape::ChunkSink {
 public:
  static constexpr std::size_t kChunks = 16;  // 4 MiB

  explicit TapeRecorder(const RecordingOptions& options) : options_(options) {}
  TapeRecorder(const TapeRecorder&) = delete;
  TapeRecorder& operator=(const TapeRecorder&) = delete;
  ~TapeRecorder() override;

  /// The observer to pass to the feed when it is opened.
  [[nodiscard]] feeds::MessageObserver& observer() { return maker_; }
  /// Opens the file and writes its header. Throws ConfigError. `stop` must outlive this.
  void start(std::string path, const tape::FileHeader& header, const thread::StopFlag& stop);
  /// Returns the feed, recorded from now on. The recorder and the returned feed must outlive the
  /// run.
  [[nodiscard]] std::unique_ptr<Feed> record(std::unique_ptr<Feed> feed);
  /// True when writing has failed and stopped; close() throws the reason. Any thread.
  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_relaxed); }
  /// Closes the tape after the channel has ended. Throws std::runtime_error when the tape is
  /// incomplete.
  void close();
  /// Valid after close(), even if it threw.
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
  const Feed* feed_ = nullptr;
  std::atomic<bool> failed_{false};
  // Used by the writer's thread only, until it has ended.
  std::optional<output::FileWriter> file_;
  std::optional<tape::TapeWriter> writer_;
  std::unique_ptr<TapeCheckpoints> checkpoints_;
  bool checkpoints_given_up_ = false, out_of_memory_ = false;
  Sequence synced_ = 0;
  std::chrono::steady_clock::time_point synced_at_, told_at_;
  std::optional<thread::RecyclingWorker<tape::Chunk>> chunks_;  // the last: it uses all of these
};

}  // namespace tapedeck::recorder
