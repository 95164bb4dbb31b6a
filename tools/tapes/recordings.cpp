#include "tools/tapes/recordings.hpp"

#include <random>
#include <utility>

#include "tools/results.hpp"

namespace tapedeck::tools {
namespace {

// Tapes must not be taken for each other, whatever they hold.
u64 new_tape_id() {
  std::random_device device;
  return (u64{device()} << 32) | device();
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

tape::FileHeader tape_header(const feeds::OpenedFeeds& opened, std::size_t channel) {
  tape::FileHeader header;
  header.content = opened.shows_itch(channel) ? tape::Content::itch50 : tape::Content::events;
  header.undated = opened.time_base == feeds::TimeBase::midnight;
  header.tape_id = new_tape_id();
  if (channel < opened.midnights.size()) header.midnight = opened.midnights[channel];
  header.format =
      channel < opened.sources.size() ? opened.sources[channel] : opened.formats[channel];
  return header;
}

TapeRecordings::TapeRecordings(const RecordOptions& options, std::size_t channels, bool may_drop)
    : paths_(recording_paths(options.path, channels)) {
  RecordingOptions recording = recording_options(options);
  recording.may_drop = may_drop;
  for (std::size_t channel = 0; channel < channels; ++channel) {
    recorders_.push_back(std::make_unique<TapeRecorder>(recording));
  }
}

void TapeRecordings::begin(feeds::OpenedFeeds& opened, const thread::StopFlag& stop,
                           RunStyle& style) {
  for (std::size_t channel = 0; channel < recorders_.size(); ++channel) {
    TapeRecorder& recorder = *recorders_[channel];
    recorder.start(paths_[channel], tape_header(opened, channel), stop);
    opened.channels[channel] = recorder.record(std::move(opened.channels[channel]));
    style.outputs.push_back(
        {paths_[channel], [&recorder] { recorder.close(); },
         [&recorder](RunResults& results) { results.recorded.push_back(recorder.recorded()); }});
  }
}

}  // namespace tapedeck::tools
