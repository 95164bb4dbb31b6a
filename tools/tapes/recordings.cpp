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

std::vector<std::string> recording_paths(const std::string& path, std::size_t lines) {
  if (path.empty()) return {};
  if (lines == 1) return {path};
  const std::size_t dot = path.rfind('.');
  std::vector<std::string> paths;
  for (std::size_t line = 0; line < lines; ++line) {
    paths.push_back(path.substr(0, dot) + "." + std::to_string(line) + path.substr(dot));
  }
  return paths;
}

tape::FileHeader tape_header(const feeds::OpenedFeeds& opened, std::size_t line) {
  tape::FileHeader header;
  header.content = opened.shows_itch(line) ? tape::Content::itch50 : tape::Content::events;
  header.undated = opened.time_base == feeds::TimeBase::midnight;
  header.tape_id = new_tape_id();
  if (line < opened.midnights.size()) header.midnight = opened.midnights[line];
  header.format = line < opened.sources.size() ? opened.sources[line] : opened.formats[line];
  return header;
}

TapeRecordings::TapeRecordings(const RecordOptions& options, std::size_t lines, bool may_drop)
    : paths_(recording_paths(options.path, lines)) {
  RecordingOptions recording = recording_options(options);
  recording.may_drop = may_drop;
  for (std::size_t line = 0; line < lines; ++line) {
    recorders_.push_back(std::make_unique<TapeRecorder>(recording));
  }
}

void TapeRecordings::begin(feeds::OpenedFeeds& opened, const thread::StopFlag& stop,
                           RunStyle& style) {
  for (std::size_t line = 0; line < recorders_.size(); ++line) {
    TapeRecorder& recorder = *recorders_[line];
    recorder.start(paths_[line], tape_header(opened, line), stop);
    opened.lines[line] = recorder.record(std::move(opened.lines[line]));
    style.outputs.push_back(
        {paths_[line], [&recorder] { recorder.close(); },
         [&recorder](RunResults& results) { results.recorded.push_back(recorder.recorded()); }});
  }
}

}  // namespace tapedeck::tools
