#include "tools/inspect/inspect.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>
#include <vector>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "tools/cli/activity.hpp"
#include "tools/cli/provenance.hpp"
#include "tools/cli/signals.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/inspect/inspect_report.hpp"
#include "tools/run/feed_run.hpp"

namespace tapedeck::tools {
namespace {

// Returns true if no channel has an event for a book although one should.
bool lacks_events(const Inspection& inspection) {
  return std::ranges::none_of(inspection.channels, [](const InspectedChannel& channel) {
    return channel.census.usable() > 0 || !channel.recording().bookless_schema().empty() ||
           channel.recording().is_empty_but_whole();
  });
}

ExitCode verdict(const Inspection& inspection) {
  if (inspection.signal != 0) return code_after(inspection.signal);
  for (const InspectedChannel& channel : inspection.channels) {
    if (channel.recording().damage() || channel.feed->left_out()) return ExitCode::damaged_input;
  }
  return lacks_events(inspection) ? ExitCode::damaged_input : ExitCode::done;
}

// Logs damage and warnings on stderr; the report has the counts.
void log_findings(const Inspection& inspection) {
  for (const std::string& warning : inspection.warnings) spdlog::warn("{}", warning);
  for (const InspectedChannel& channel : inspection.channels) {
    if (channel.recording().damage()) spdlog::error("{}", channel.recording().damage()->message());
    if (const auto left_out = channel.feed->left_out()) spdlog::error("{}", *left_out);
    for (const std::string& warning : channel.feed->warnings()) spdlog::warn("{}", warning);
    const std::string schema = channel.recording().bookless_schema();
    if (channel.census.usable() == 0 && !schema.empty()) {
      spdlog::warn("{}: the input is of the schema {}, of which no book is made", channel.name,
                   schema);
    } else if (channel.recording().is_empty_but_whole()) {
      spdlog::warn("{}: the input holds no records", channel.name);
    }
  }
  if (inspection.signal != 0) {
    spdlog::warn("stopped by a signal: the counts are of what was read before");
  } else if (lacks_events(inspection)) {
    spdlog::error("the input holds no event that a book or a state could use");
  }
}

}  // namespace

ExitCode inspect(const InspectOptions& options) {
  const Activity activity{"looking at the inputs"};
  const Provenance provenance = provenance_of(files_read(options.input));
  const std::optional<TimeZone> zone = zone_of_option(options.input.tz);
  const std::vector<std::string> fail_on =
      fail_on_kinds(options.input.run.fail_on, options.input.run.strict, Finds::in_input);
  feeds::FilesSpec request = files_spec(options.input);
  TypeCount types;
  request.observer_of_channel = [&types](std::size_t) { return &types; };
  const feeds::OpenedFeeds opened = feeds::open_channels(request);

  Inspection inspection;
  inspection.time_base = opened.time_base;
  for (const std::string& warning : opened.warnings) {
    inspection.warnings.push_back(with_flags(warning));
  }
  const std::vector<ShownTimes> shown = shown_times(opened, zone);
  inspection.channels.resize(opened.channels.size());
  for (std::size_t i = 0; i < opened.channels.size(); ++i) {
    InspectedChannel& channel = inspection.channels[i];
    channel.name = name_of_channel(options.input.paths, opened, i);
    channel.stream = opened.channels[i].stream;
    channel.files = options.input.parallel ? 1 : options.input.paths.size();
    channel.format = opened.channels[i].format;
    channel.shown = shown[i];
    channel.feed = opened.channels[i].feed.get();
  }
  StopOnSignal stop{StopOnSignal::Limit::here};
  const auto take = [&](std::size_t at, const EventBuffer& events) {
    InspectedChannel& channel = inspection.channels[at];
    types.count_into(channel.types, shape_of(channel.format));
    channel.census.take(events);
  };
  const bool live = shows_live(options.quiet);
  inspection.signal = run_feeds(opened.channels, take, live, stop);
  for (InspectedChannel& channel : inspection.channels) {
    std::error_code unknown;
    if (channel.format != "tape" || !std::filesystem::is_regular_file(channel.name, unknown))
      continue;
    channel.checkpoints = tape::checkpoints_of(tape::reopening(channel.name));
  }
  for (std::string& warning : missing_symbols(request.symbols)) {
    inspection.warnings.push_back(std::move(warning));
  }
  log_findings(inspection);
  if (options.json) {
    print_json(json_of(inspection), provenance);
  } else {
    print_results(text_of(inspection));
  }
  const ExitCode code = verdict(inspection);
  if (inspection.signal != 0) return code;
  return code_after_findings(code, findings_of(inspection), fail_on);
}

}  // namespace tapedeck::tools
