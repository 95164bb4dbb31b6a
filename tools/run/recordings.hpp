// A run's channels on tapes, one each: what --record FILE.tape asks for.
//
// For the thread that runs the engine. Made before the feeds are opened, begun once they are, and
// kept until the run's outputs are closed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "feeds/catalog/catalog.hpp"
#include "feeds/recorder/tape_recorder.hpp"
#include "tools/cli/options.hpp"
#include "tools/run/engine_run.hpp"

namespace tapedeck::tools {

/// FILE of one channel; FILE.0.tape, FILE.1.tape, ... of several. None where none is asked for.
[[nodiscard]] std::vector<std::string> recording_paths(const std::string& path,
                                                       std::size_t channels);

/// How the tape of an opened channel begins. Points into `opened`.
[[nodiscard]] tape::FileHeader tape_header(const feeds::OpenedFeeds& opened, std::size_t channel);

/// What is asked for with --compress, --sync and --checkpoints. Throws UsageError.
[[nodiscard]] recorder::RecordingOptions recording_options(const RecordOptions& options);

class TapeRecordings {
 public:
  /// `may_drop`: rather than hold a channel up. Throws UsageError.
  TapeRecordings(const RecordOptions& options, std::size_t channels, bool may_drop);

  /// For FeedRequest.
  [[nodiscard]] feeds::MessageObserver* observer_of_channel(std::size_t channel) {
    return &recorders_[channel]->observer();
  }
  /// Opens the tapes, and has the feeds recorded. Their closing becomes part of `style`. All three
  /// must outlive the run. Throws UsageError.
  void begin(feeds::OpenedFeeds& opened, const thread::StopFlag& stop, RunStyle& style);

 private:
  std::vector<std::string> paths_;
  std::vector<std::unique_ptr<recorder::TapeRecorder>> recorders_;
};

}  // namespace tapedeck::tools
