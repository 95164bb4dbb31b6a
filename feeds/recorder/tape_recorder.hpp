// Records a channel on a tape. The channel's thread fills chunks, each the content of one tape
// frame. Another thread packs and writes the chunks.
//
// Construct the recorder before the feed is opened, because opening the feed needs observer(). Call
// start() once the feed's content is known, and close() after the run. The thread that runs the
// engine calls start(), record() and close(). The channel's thread uses the observer and the
// recording feed.
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
  /// Opens the file and writes its header. Throws ConfigError if the file cannot be opened. `stop`
  /// must outlive the recorder.
  void start(std::string path, const tape::FileHeader& header, const thread::StopFlag& stop);
  /// Wraps `feed` in a feed that records it, and returns this feed. The recorder and the returned
  /// feed must outlive the run.
  [[nodiscard]] std::unique_ptr<Feed> record(std::unique_ptr<Feed> feed);
  /// Returns true if writing has failed; nothing more is then written, and close() throws the
  /// reason. Any thread.
  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_relaxed); }
  /// Closes the tape, after the channel has ended. Throws std::runtime_error if the tape is
  /// incomplete.
  void close();
  /// Returns the result. Valid after close(), even if close() has thrown.
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
