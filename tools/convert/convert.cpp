#include "tools/convert/convert.hpp"

#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "tools/cli/activity.hpp"
#include "tools/cli/outputs.hpp"
#include "tools/cli/provenance.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/convert/conversion_output.hpp"
#include "tools/convert/convert_report.hpp"
#include "tools/run/feed_run.hpp"
#include "tools/run/recording_part.hpp"

namespace tapedeck::tools {
namespace {

// Refuses inputs of several days, because an ITCH file's times count from one midnight, whose date
// a replay takes from the file's name.
void refuse_several_days(const ReplayOptions& input) {
  if (!input.date.empty()) return;
  std::optional<Date> first;
  for (const std::string& path : input.paths) {
    const auto date = date_in_name(std::filesystem::path{path}.filename().string());
    if (date && first && *date != *first) {
      throw UsageError(path + ": is of another day than the files before it; an ITCH file holds " +
                       "one day: convert them one by one");
    }
    if (date) first = date;
  }
}

// Wraps the channel so that it emits the part that is asked for, and what the books before it need.
void cut_out(const ReplayOptions& input, feeds::OpenedFeeds& opened,
             const std::optional<TimeZone>& zone, const thread::StopFlag& stop,
             Conversion& conversion) {
  feeds::keep_times_plausible(opened);
  PlaceFinder finder{opened, reopening(files_spec(input)), zone, stop};
  conversion.part = find_part(input, finder);
  play(input, settings_of(conversion.part), opened, finder);
}

void print_report(const Conversion& c, const ConvertOptions& options,
                  const Provenance& provenance) {
  if (options.json) {
    print_json(json_of(c), provenance);
  } else if (is_standard_output(options.out)) {
    print_beside_rows(text_of(c), options.quiet);
  } else {
    print_results(text_of(c));
  }
}

}  // namespace

ExitCode convert(const ConvertOptions& options) {
  const Provenance provenance = provenance_of(files_read(options.input));
  const std::unique_ptr<ConversionOutput> output =
      conversion_output(options.out, options.as, options.tape, options.rows, provenance);
  Conversion c;
  c.out = options.out;
  c.out_format = out_format_of(options.out, options.as);
  check_rows_apart(options.out, options.json);
  if (c.out_format == OutFormat::itch50) refuse_several_days(options.input);
  const std::vector<std::string> fail_on =
      fail_on_kinds(options.input.run.fail_on, options.input.run.strict, Finds::in_input);
  const std::optional<TimeZone> zone = zone_of_option(options.input.tz);
  ReplayOptions input = options.input;
  input.run.quiet = options.quiet;
  const bool cuts = !input.from.empty() || !input.to.empty();
  if (cuts && is_recording(c.out_format)) {
    throw UsageError(options.out + ": holds a whole channel, because a replay needs it; give " +
                     "--from and --to when you replay it, or write rows");
  }
  c.selects = cuts || !options.rows.kinds.empty();
  const Activity activity{"converting"};
  feeds::FilesSpec request = files_spec(options.input);
  const bool may_replace = !is_recording(c.out_format) || options.tape.force;
  ClaimedOutputs claimed{{recording_request(options.out, may_replace)}, files_read(options.input)};
  StopOnSignal stop{StopOnSignal::Limit::here};
  request.observer_of_channel = [&output](std::size_t) { return output->observer(); };
  feeds::OpenedFeeds opened = feeds::open_channels(request);
  refuse_several_streams(options.input.paths[0], opened);
  output->start(claimed.take(options.out), opened, stop.flag());
  if (cuts) cut_out(input, opened, zone, stop.flag(), c);

  c.format = opened.channels[0].format;
  c.time_base = opened.time_base;
  c.feed = opened.channels[0].feed.get();
  for (const std::string& warning : opened.warnings) c.warnings.push_back(with_flags(warning));
  const bool live = shows_live(options.quiet);
  const auto take = [&](std::size_t, const EventBuffer& polled) {
    output->take(polled);
    look_at(polled, c);
    if (output->failed()) stop.flag().request();
  };
  try {
    c.signal = run_feeds(opened.channels, take, live, stop);
    c.written = output->finish(c.complete());
    stop.set_ended();  // the disk may take its time
    c.written.place->sync();
  } catch (const std::exception& error) {
    if (is_standard_output(options.out) && has_lost_reader()) return ExitCode::done;
    // An error after a requested stop is not a failure.
    c.signal = stop.received();
    if (c.signal == 0) throw;
    spdlog::error("{}", error.what());
    return verdict_on(c);
  }
  c.signal = stop.received();  // it may have waited for a reader
  add_warnings(c);
  for (std::string& warning : missing_symbols(request.symbols)) {
    c.warnings.push_back(std::move(warning));
  }
  if (c.signal == 0) c.failed_on = failed_on(findings_of(c), fail_on);
  const ExitCode code = verdict_on(c);
  c.kept = keeps_outputs(code, !c.empty()) || c.written.place->is_direct() ||
           c.written.place->is_settled();
  log_findings(c);
  print_report(c, options, provenance);
  if (keeps_outputs(code, !c.empty())) c.written.place->keep();
  return code;
}

}  // namespace tapedeck::tools
