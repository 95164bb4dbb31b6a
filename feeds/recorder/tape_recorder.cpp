#include "feeds/recorder/tape_recorder.hpp"

#include <new>
#include <stdexcept>
#include <utility>

#include <spdlog/spdlog.h>

#include "feeds/recorder/recording_feed.hpp"

namespace tapedeck::recorder {
namespace {

constexpr std::chrono::seconds kSyncInterval{1};
// The least interval between reports of a sync.
constexpr std::chrono::milliseconds kTellInterval{100};

}  // namespace

TapeRecorder::~TapeRecorder() {
  if (file_) file_->abandon();
}

void TapeRecorder::start(output::PlacePtr place, const tape::FileHeader& header,
                         const thread::StopFlag& stop) {
  file_.emplace(std::move(place), stop);
  writer_.emplace(*file_, header, options_.compress);
  maker_.begin(header.content, header.midnight, options_.checkpoints);
  if (options_.checkpoints.value > 0)
    checkpoints_ = std::make_unique<TapeCheckpoints>(header, options_.hash_key);
  synced_at_ = std::chrono::steady_clock::now();
  chunks_.emplace(kChunks, "tape writer", [this](tape::Chunk& chunk) { write(chunk); });
}

std::unique_ptr<Feed> TapeRecorder::record(std::unique_ptr<Feed> feed) {
  auto recording = std::make_unique<RecordingFeed>(std::move(feed), maker_, &has_events_);
  feed_ = recording.get();
  return recording;
}

output::PlacePtr TapeRecorder::finish() {
  maker_.finish(feed_->closing());
  chunks_->end();
  if (out_of_memory_) throw std::runtime_error(file_->path() + ": memory ran out");
  writer_->write_index();
  if (options_.sync != SyncPolicy::none) sync();
  return file_->finish();
}

Recorded TapeRecorder::recorded() const {
  return {file_->path(), writer_->counters(),          maker_.dropped(),
          synced_,       maker_.checkpoints_skipped(), checkpoints_given_up_};
}

// Runs on the writer's thread.
void TapeRecorder::write(tape::Chunk& chunk) {
  if (!file_->failed() && !out_of_memory_) {
    try {
      write_frame(chunk);
    } catch (const std::bad_alloc&) {
      out_of_memory_ = true;
    }
    if (file_->failed() || out_of_memory_) failed_.store(true, std::memory_order_relaxed);
  }
  chunk.clear();
}

void TapeRecorder::write_frame(const tape::Chunk& chunk) {
  const tape::Backlog backlog = this->backlog();
  with_checkpoints([&] {
    if (chunk.checkpoint_before) checkpoints_->write(*writer_, backlog);
  });
  const tape::FrameHeader header = writer_->write(chunk, backlog);
  with_checkpoints([&] { checkpoints_->read(header, chunk.content); });
  const bool is_worth_it =
      options_.keeps_messages && file_->is_shown() && writer_->counters().messages > 0;
  if (is_worth_it || has_events_.load(std::memory_order_relaxed)) file_->settle();
  const bool due = std::chrono::steady_clock::now() - synced_at_ >= kSyncInterval;
  if (options_.sync == SyncPolicy::frame || (options_.sync == SyncPolicy::interval && due)) {
    sync();
  }
}

// Does `work` for checkpoints. If memory runs out, the recording continues without checkpoints.
void TapeRecorder::with_checkpoints(const std::function<void()>& work) {
  if (!checkpoints_) return;
  try {
    work();
  } catch (const std::bad_alloc&) {
    checkpoints_.reset();
    checkpoints_given_up_ = true;
  }
}

// The more chunks wait, the less time this one may take, so that the channel need not wait.
tape::Backlog TapeRecorder::backlog() const {
  if (!options_.hurries) return tape::Backlog::none;
  const std::size_t waiting = chunks_->waiting();
  if (waiting > kChunks / 4) return tape::Backlog::great;
  return waiting > kChunks / 8 ? tape::Backlog::some : tape::Backlog::none;
}

// Syncs the file, and reports the last message that is on disk even if the process crashes.
void TapeRecorder::sync() {
  synced_at_ = std::chrono::steady_clock::now();
  if (!file_->sync()) return;
  synced_ = writer_->counters().last;
  if (synced_at_ - told_at_ < kTellInterval) return;
  told_at_ = synced_at_;
  spdlog::info("{}: synced up to message {}", file_->path(), synced_);
}

}  // namespace tapedeck::recorder
