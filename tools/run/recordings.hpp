// Records a run's channels on tapes, one tape per channel, for --record FILE.tape.
//
// Used only by the thread that runs the engine. TapeRecordings must be constructed before the feeds
// are opened. begin() must be called once the feeds are open. The object must exist until the run's
// outputs are completed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "feeds/catalog/catalog.hpp"
#include "feeds/recorder/tape_recorder.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/outputs.hpp"
#include "tools/run/engine_run.hpp"

namespace tapedeck::tools {

/// Returns FILE.tape for one channel; FILE.0.tape, FILE.1.tape, ... for several. Returns empty when
/// no path is given.
[[nodiscard]] std::vector<std::string> recording_paths(const std::string& path,
                                                       std::size_t channels);

/// Returns the file header of an opened channel's tape. The header's format points into `opened`.
[[nodiscard]] tape::FileHeader tape_header(const feeds::OpenedChannel& channel,
                                           feeds::TimeBase base);

/// Returns the options given by --compress, --sync and --checkpoints. Throws UsageError.
[[nodiscard]] recorder::RecordingOptions recording_options(const RecordOptions& options);

class TapeRecordings {
 public:
  /// If `may_drop` is true, recorders drop messages instead of delaying a channel. Throws
  /// UsageError.
  TapeRecordings(const RecordOptions& options, std::size_t channels, bool may_drop);

  /// Sets the number of channels. Must be called before the first observer is asked for, if the
  /// number was not known before.
  void set_channels(std::size_t channels);
  /// Returns the observer of a channel, for FilesSpec::observer_of_channel.
  [[nodiscard]] feeds::MessageObserver* observer_of_channel(std::size_t channel) {
    return &recorders_[channel]->observer();
  }
  /// Returns the requests for the claims of the tapes.
  [[nodiscard]] std::vector<OutputRequest> requests() const;
  /// Begins the tapes at their claimed places and wraps the feeds so that they are recorded. Adds
  /// the tapes to the outputs of `style`, which the run completes. `stop` must outlive this object.
  /// Throws ConfigError.
  void begin(feeds::OpenedFeeds& opened, ClaimedOutputs& claimed, const thread::StopFlag& stop,
             RunStyle& style);

 private:
  recorder::RecordingOptions options_;
  std::string path_;
  bool force_;
  std::vector<std::string> paths_;
  std::vector<std::unique_ptr<recorder::TapeRecorder>> recorders_;
};

}  // namespace tapedeck::tools
