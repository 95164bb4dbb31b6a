#include "tools/inspect/inspect.hpp"

#include <filesystem>
#include <iostream>
#include <vector>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "tools/activity.hpp"
#include "tools/feed_run.hpp"
#include "tools/inspect/inspect_report.hpp"
#include "tools/output.hpp"
#include "tools/signals.hpp"

namespace tapedeck::tools {
namespace {

ExitCode verdict(const Inspection& inspection) {
  if (inspection.signal != 0) return code_after(inspection.signal);
  u64 usable = 0;
  for (const InspectedLine& line : inspection.lines) {
    if (line.feed->damage()) return ExitCode::damaged_input;
    usable += line.census.usable();
  }
  return usable == 0 ? ExitCode::damaged_input : ExitCode::done;
}

// Says on stderr what the user must know; the report has the counts.
void tell(const Inspection& inspection) {
  u64 usable = 0;
  for (const InspectedLine& line : inspection.lines) {
    if (line.feed->damage()) spdlog::error("{}", line.feed->damage()->message());
    for (const std::string& warning : line.feed->warnings()) spdlog::warn("{}", warning);
    usable += line.census.usable();
  }
  if (inspection.signal != 0) {
    spdlog::warn("stopped by a signal: the counts are of what had been read by then");
  } else if (usable == 0) {
    spdlog::error("the input holds no event that a book or a state could use");
  }
}

}  // namespace

ExitCode inspect(const InspectOptions& options) {
  const Activity activity{"looking at the inputs"};
  feeds::FeedRequest request = feed_request(options.input);
  TypeCount types;
  request.tap_of_line = [&types](std::size_t) { return &types; };
  const feeds::OpenedFeeds opened = feeds::open_feeds(request);

  Inspection inspection;
  inspection.time_base = opened.time_base;
  inspection.lines.resize(opened.lines.size());
  for (std::size_t i = 0; i < opened.lines.size(); ++i) {
    InspectedLine& line = inspection.lines[i];
    line.name = options.input.paths[i] == "-" ? "(standard input)" : options.input.paths[i];
    line.files = options.input.parallel ? 1 : options.input.paths.size();
    line.format = opened.formats[i];
    line.feed = opened.lines[i].get();
  }
  StopOnSignal stop{StopOnSignal::Limit::here};
  const auto take = [&](std::size_t at, const EventBuffer& events) {
    InspectedLine& line = inspection.lines[at];
    types.count_into(line.types, shape_of(line.format));
    line.census.take(events);
  };
  const bool live = ::isatty(STDERR_FILENO) == 1 && !options.quiet;
  inspection.signal = run_feeds(opened.lines, take, live, stop);
  for (InspectedLine& line : inspection.lines) {
    std::error_code unknown;
    if (line.format != "tape" || !std::filesystem::is_regular_file(line.name, unknown)) continue;
    line.images = tape::images_of(tape::reopening(line.name));
  }
  tell(inspection);
  if (options.json) {
    print_json(json_of(inspection));
  } else {
    print_results(text_of(inspection));
  }
  return verdict(inspection);
}

}  // namespace tapedeck::tools
