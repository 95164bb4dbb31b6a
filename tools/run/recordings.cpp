#include "tools/run/recordings.hpp"

#include <random>
#include <utility>

#include "engine/core/units.hpp"
#include "tools/cli/error.hpp"
#include "tools/run/results.hpp"

namespace tapedeck::tools {
namespace {

// A random id, so that tapes are never mistaken for each other, even with equal content.
u64 new_tape_id() {
  std::random_device device;
  return (u64{device()} << 32) | device();
}

tape::Compress compress_of(const std::string& name) {
  if (name == "none") return tape::Compress::none;
  if (name == "fast" || name.empty()) return tape::Compress::fast;
  if (name == "small") return tape::Compress::small;
  throw UsageError("--compress " + name + ": must be none, fast or small");
}

recorder::SyncPolicy sync_policy_of(const std::string& name) {
  if (name == "none" || name.empty()) return recorder::SyncPolicy::none;
  if (name == "interval") return recorder::SyncPolicy::interval;
  if (name == "frame") return recorder::SyncPolicy::frame;
  throw UsageError("--sync " + name + ": must be none, interval or frame");
}

}  // namespace

std::vector<std::string> recording_paths(const std::string& path, std::size_t channels) {
  if (path.empty()) return {};
  if (channels == 1) return {path};
  const std::size_t dot = path.rfind('.');
  std::vector<std::string> paths;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    paths.push_back(path.substr(0, dot) + "." + std::to_string(channel) + path.substr(dot));
  }
  return paths;
}

tape::FileHeader tape_header(const feeds::OpenedChannel& channel, feeds::TimeBase base) {
  tape::FileHeader header;
  header.content = channel.carries_itch ? tape::Content::itch50 : tape::Content::events;
  header.undated = base == feeds::TimeBase::midnight;
  header.tape_id = new_tape_id();
  header.midnight = channel.midnight;
  header.format = channel.source;
  return header;
}

recorder::RecordingOptions recording_options(const RecordOptions& options) {
  recorder::RecordingOptions recording;
  recording.hash_key = new_hash_key();
  recording.compress = compress_of(options.compress);
  recording.sync = sync_policy_of(options.sync);
  if (options.checkpoints.empty()) return recording;
  const auto interval = parse_seconds(options.checkpoints);
  constexpr Nanos kShortestInterval{kNanosPerSecond / 1'000};
  if (!interval || *interval < kShortestInterval) {
    throw UsageError("--checkpoints " + options.checkpoints +
                     ": must be a duration of at least 1ms, like 1m or 10s");
  }
  recording.checkpoints = *interval;
  return recording;
}

TapeRecordings::TapeRecordings(const RecordOptions& options, std::size_t channels, bool may_drop)
    : options_(recording_options(options)), path_(options.path), force_(options.force) {
  options_.may_drop = may_drop;
  set_channels(channels);
}

void TapeRecordings::set_channels(std::size_t channels) {
  paths_ = recording_paths(path_, channels);
  recorders_.clear();
  for (std::size_t channel = 0; channel < paths_.size(); ++channel) {
    recorders_.push_back(std::make_unique<recorder::TapeRecorder>(options_));
  }
}

std::vector<OutputRequest> TapeRecordings::requests() const {
  std::vector<OutputRequest> requests;
  for (const std::string& path : paths_) requests.push_back(recording_request(path, force_));
  return requests;
}

void TapeRecordings::begin(feeds::OpenedFeeds& opened, ClaimedOutputs& claimed,
                           const thread::StopFlag& stop, RunStyle& style) {
  for (std::size_t channel = 0; channel < recorders_.size(); ++channel) {
    recorder::TapeRecorder& recorder = *recorders_[channel];
    feeds::OpenedChannel& recorded = opened.channels[channel];
    recorder.start(claimed.take(paths_[channel]), tape_header(recorded, opened.time_base), stop);
    recorded.feed = recorder.record(std::move(recorded.feed));
    style.outputs.push_back(
        {paths_[channel], [&recorder] { return recorder.finish(); },
         [&recorder](RunResults& results) { results.recorded.push_back(recorder.recorded()); },
         [&recorder] { recorder.show(); }});
  }
}

}  // namespace tapedeck::tools
