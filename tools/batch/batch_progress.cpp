#include "tools/batch/batch_progress.hpp"

#include <algorithm>

namespace tapedeck::tools {

FilesProgress BatchProgress::at(Nanos since_start) const {
  const std::lock_guard hold{mutex_};
  FilesProgress progress = now_;
  for (const pipeline::Engine* const engine : running_) {
    const pipeline::Progress of_run = engine->progress();
    progress.read.bytes_read += of_run.raw_bytes_read;
    progress.read.messages += of_run.messages;
  }
  progress.read.since_start = since_start;
  progress.read.messages_per_s = static_cast<double>(progress.read.messages) *
                                 static_cast<double>(kNanosPerSecond) /
                                 static_cast<double>(std::max<i64>(since_start.value, 1));
  return progress;
}

void FileWatch::look_at(const pipeline::Engine* engine) {
  const std::lock_guard hold{all_.mutex_};
  if (engine_ != nullptr) {
    const pipeline::Progress last = engine_->progress();
    all_.now_.read.bytes_read += last.raw_bytes_read;
    all_.now_.read.messages += last.messages;
    counted_ += last.raw_bytes_read;
    all_.running_.erase(engine_);
  }
  engine_ = engine;
  if (engine_ != nullptr) all_.running_.insert(engine_);
}

void FileWatch::ended(bool failed) {
  const std::lock_guard hold{all_.mutex_};
  ++(failed ? all_.now_.failed : all_.now_.done);
  // The rest of the file will never be read, so it leaves the total.
  all_.now_.read.bytes_total -= bytes_ - std::min(bytes_, counted_);
}

}  // namespace tapedeck::tools
