// The progress of a batch: the threads that run the files update it, and the display reads it.
#pragma once

#include <mutex>
#include <set>

#include "engine/pipeline/engine.hpp"
#include "tools/live/live_line.hpp"

namespace tapedeck::tools {

/// Any thread.
class BatchProgress {
 public:
  BatchProgress(std::size_t files, u64 bytes_total) {
    now_.files = files;
    now_.read.bytes_total = bytes_total;
  }

  [[nodiscard]] FilesProgress at(Nanos since_start) const;

 private:
  friend class FileWatch;

  mutable std::mutex mutex_;  // guards running_ and now_; keeps engines alive while at() reads them
  std::set<const pipeline::Engine*> running_;
  FilesProgress now_;  // excludes the progress of the running engines
};

/// Adds the progress of one file to the batch's progress. The run of that file updates it. One
/// thread.
class FileWatch {
 public:
  FileWatch(BatchProgress& all, u64 bytes) : all_(all), bytes_(bytes) {}
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// The callback for RunStyle::watch.
  void look_at(const pipeline::Engine* engine);
  void ended(bool failed);

 private:
  BatchProgress& all_;
  u64 bytes_;        // of the file
  u64 counted_ = 0;  // bytes of the file that `all_` includes so far
  const pipeline::Engine* engine_ = nullptr;
};

}  // namespace tapedeck::tools
