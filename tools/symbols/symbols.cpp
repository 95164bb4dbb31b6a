#include "tools/symbols/symbols.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/activity.hpp"
#include "tools/cli/provenance.hpp"
#include "tools/cli/shown_time.hpp"
#include "tools/cli/signals.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/run/feed_run.hpp"
#include "tools/run/findings.hpp"
#include "tools/symbols/symbol_count.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;

struct ListedChannel {
  std::string name;
  ShownTimes shown;
  std::vector<CountedSymbol> symbols;
};

ordered_json json_of(const std::vector<ListedChannel>& channels, feeds::TimeBase base,
                     const RunQuality& quality) {
  ordered_json json = ordered_json::object();
  json["time_base"] = time_base_text(base);
  json["complete"] = quality.complete;
  add_cleanliness(json, findings_of(quality));
  json["warnings"] = quality.warnings;
  json["symbols"] = ordered_json::array();
  for (std::size_t i = 0; i < channels.size(); ++i) {
    for (const CountedSymbol& each : channels[i].symbols) {
      json["symbols"].push_back(
          {{"symbol", each.symbol},
           {"venue", i},
           {"source_id", each.source_id},
           {"messages", each.messages},
           {"adds", each.adds},
           {"executions", each.executions},
           {"trades", each.trades},
           {"first_time", time_json(each.first.value_or(kBeginningOfTime), base)},
           {"last_time", time_json(each.last.value_or(kBeginningOfTime), base)}});
    }
  }
  return json;
}

// Returns what the clocks of the table leave out: the day, or the days, and the zone.
std::string heading_of(const ListedChannel& channel) {
  constexpr std::size_t kDate = 10;  // "2012-06-21"
  if (channel.shown.base == feeds::TimeBase::midnight) {
    return "# " + zone_text(channel.shown) + "\n";
  }
  std::string first, last;
  for (const CountedSymbol& each : channel.symbols) {
    for (const auto& time : {each.first, each.last}) {
      if (!time || *time == kBeginningOfTime) continue;
      const std::string day = time_text(*time, channel.shown).substr(0, kDate);
      if (first.empty() || day < first) first = day;
      if (last.empty() || day > last) last = day;
    }
  }
  std::string days = first;
  if (last != first) days.append(" to ").append(last);
  return "# " + days + (days.empty() ? "" : ", ") + zone_text(channel.shown) + "\n";
}

std::string text_of(const ListedChannel& channel) {
  constexpr std::size_t kNumber = 13;
  std::size_t width = 6;
  for (const CountedSymbol& each : channel.symbols) width = std::max(width, each.symbol.size());
  std::string text = heading_of(channel) + left_aligned("symbol", width);
  for (const char* head : {"messages", "adds", "executions", "trades"}) {
    text += right_aligned(head, kNumber);
  }
  text += "  first               last\n";
  for (const CountedSymbol& each : channel.symbols) {
    text += left_aligned(printable(each.symbol), width);
    for (const u64 count : {each.messages, each.adds, each.executions, each.trades}) {
      text += right_aligned(grouped(count), kNumber);
    }
    for (const auto& time : {each.first, each.last}) {
      text += "  " + (time && *time != kBeginningOfTime ? clock_text(*time, channel.shown)
                                                        : std::string{"-"});
    }
    text += "\n";
  }
  return text;
}

}  // namespace

ExitCode symbols(const SymbolsOptions& options) {
  const Activity activity{"counting the instruments"};
  const Provenance provenance = provenance_of(files_read(options.input));
  const std::optional<TimeZone> zone = zone_of_option(options.input.tz);
  const std::vector<std::string> fail_on =
      fail_on_kinds(options.input.run.fail_on, options.input.run.strict, Finds::in_input);
  const feeds::FilesSpec request = files_spec(options.input);
  const feeds::OpenedFeeds opened = feeds::open_channels(request);
  const std::vector<ShownTimes> shown = shown_times(opened, zone);
  std::vector<SymbolCount> counts(opened.channels.size());
  StopOnSignal stop{StopOnSignal::Limit::here};
  const auto take = [&](std::size_t channel, const EventBuffer& events) {
    counts[channel].take(events);
  };
  const bool live = ::isatty(STDERR_FILENO) == 1 && !options.quiet;
  const int signal = run_feeds(opened.channels, take, live, stop);

  std::vector<ListedChannel> channels;
  RunQuality quality;
  quality.complete = signal == 0;
  for (const std::string& warning : opened.warnings) {
    quality.warnings.push_back(with_flags(warning));
  }
  bool any = false;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    add(quality, *opened.channels[i].feed);
    channels.push_back(
        {name_of_channel(options.input.paths, opened, i), shown[i], counts[i].busiest_first()});
    any |= !channels.back().symbols.empty();
  }
  if (signal != 0) spdlog::warn("stopped by a signal: the counts are of what was read before");
  for (std::string& warning : missing_symbols(request.symbols)) {
    quality.warnings.push_back(std::move(warning));
  }
  log_quality(quality);
  const bool is_lacking = !quality.damage.empty() || !quality.left_out.empty();
  if (!any && !is_lacking) spdlog::error("the input holds no message of an instrument");
  if (options.json) {
    print_json(json_of(channels, opened.time_base, quality), provenance);
  } else {
    std::string text;
    for (const ListedChannel& channel : channels) {
      if (channels.size() > 1) text += (text.empty() ? "" : "\n") + channel.name + "\n";
      text += text_of(channel);
    }
    print_results(text);
  }
  if (signal != 0) return code_after(signal);
  return code_after_findings(is_lacking || !any ? ExitCode::damaged_input : ExitCode::done,
                             findings_of(quality), fail_on);
}

}  // namespace tapedeck::tools
