// A channel on its way onto a tape: chunks from the channel's thread, packed and written by
// another.
//
// Made before the feed is opened, which is given its observer; started once it is known what the
// feed gives; closed after the run. start(), record() and close() are for whoever runs the engine,
// the observer and the recording feed for the channel's thread.
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

/// When what was written is made to be on the disk.
enum class SyncPolicy : u8 {
  none,      // when the system likes
  interval,  // every second, and at the end
  frame      // after every frame
};

struct RecordingOptions {
  tape::Compress compress = tape::Compress::fast;
  SyncPolicy sync = SyncPolicy::none;
  bool may_drop = false;  // when the writer is behind, instead of waiting for it
  bool hurries = true;    // when it is behind, at the cost of size; nobody waits for a conversion
  // Of the books, whenever the channel's time passes a multiple of it; 0: none.
  Nanos checkpoints{0};
  u64 hash_key = 0;  // of the books that checkpoints are made of, see book::BookOptions
};

/// What became of a recording.
struct Recorded {
  std::string path;
  tape::TapeWriter::Counters counters;
  u64 dropped = 0;                    // messages
  Sequence synced = 0;                // number of the last message that is known to be on the disk
  u64 checkpoints_skipped = 0;        // there was no time for
  bool checkpoints_given_up = false;  // memory ran out
};

class TapeRecorder final : private tape::ChunkSink {
 public:
  static constexpr std::size_t kChunks = 16;  // 4 MiB

  explicit TapeRecorder(const RecordingOptions& options) : options_(options) {}
  TapeRecorder(const TapeRecorder&) = delete;
  TapeRecorder& operator=(const TapeRecorder&) = delete;
  ~TapeRecorder() override;

  /// To be given to the feed that is to be recorded, when it is opened.
  [[nodiscard]] feeds::MessageObserver& observer() { return maker_; }
  /// Opens the file and writes its header. Throws ConfigError. `stop` must outlive this.
  void start(std::string path, const tape::FileHeader& header, const thread::StopFlag& stop);
  /// The feed, recorded from now on. Both must outlive the run.
  [[nodiscard]] std::unique_ptr<Feed> record(std::unique_ptr<Feed> feed);
  /// Nothing more is written: close() will say why. Any thread.
  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_relaxed); }
  /// The channel has ended: closes the tape. Throws std::runtime_error when it lacks something.
  void close();
  /// After close(), whatever became of it.
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
  // The writer's, until it has ended.
  std::optional<output::FileWriter> file_;
  std::optional<tape::TapeWriter> writer_;
  std::unique_ptr<TapeCheckpoints> checkpoints_;
  bool checkpoints_given_up_ = false, out_of_memory_ = false;
  Sequence synced_ = 0;
  std::chrono::steady_clock::time_point synced_at_, told_at_;
  std::optional<thread::RecyclingWorker<tape::Chunk>> chunks_;  // the last: works on all of these
};

}  // namespace tapedeck::recorder
