#include "tools/convert.hpp"

#include <csignal>
#include <filesystem>
#include <iostream>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "engine/core/text.hpp"
#include "tools/feed_run.hpp"
#include "tools/itch_copy.hpp"
#include "tools/output.hpp"

namespace tapedeck::tools {
namespace {

using itch50::Impossible;
using nlohmann::ordered_json;

struct Conversion {
  std::string out, format;
  const Feed* feed = nullptr;
  u64 messages = 0, bytes = 0, file_bytes = 0;
  itch50::EncoderCounters encoder;
  std::optional<Nanos> first_time;
  u64 session_changes = 0;  // that emptied books without the start of a day (packet feeds)
  bool emptied = false;     // the books, since the last event
  u64 days = 0;
  u64 of_instruments = 0;  // events
  int signal = 0;
  std::vector<std::string> warnings;

  [[nodiscard]] bool complete() const { return signal == 0 && feed->complete(); }
  /// Nothing came of it: no message at all, or none of the instruments asked for.
  [[nodiscard]] bool empty() const {
    return messages == 0 || (feed->counters().filtered > 0 && of_instruments == 0);
  }
};

std::string file_name(const std::string& path) {
  return std::filesystem::path{path}.filename().string();
}

void check_out(const std::string& out) {
  for (const char* ending : {".itch", ".itch.gz", ".itch.zst"}) {
    if (out.ends_with(ending)) return;
  }
  throw UsageError("--out " + out +
                   ": its ending says the format, and must be .itch, .itch.gz or .itch.zst");
}

// An ITCH file has times since one midnight; what it is of a replay learns from the file's name.
void refuse_several_days(const ReplayOptions& input) {
  if (!input.date.empty()) return;
  std::optional<Date> first;
  for (const std::string& path : input.paths) {
    const auto date = date_in_name(file_name(path));
    if (date && first && *date != *first) {
      throw UsageError(path + ": is of another day than the files before it; an ITCH file holds " +
                       "one day: convert them one by one");
    }
    if (date) first = date;
  }
}

void warn_about_date(Conversion& c, feeds::TimeBase time_base) {
  if (time_base == feeds::TimeBase::midnight || !c.first_time) return;
  const std::string name = file_name(c.out);
  const auto date = date_in_name(name);
  if (!date) {
    c.warnings.push_back(name +
                         ": carries no date, and ITCH keeps none: a replay will not know the day; "
                         "name the file like 2019-12-30.itch, or replay it with --date");
    return;
  }
  constexpr i64 kDay = 86'400 * kNanosPerSecond;
  const i64 since = (*c.first_time - eastern_midnight(*date)).value;
  if (since < 0 || since >= kDay) {
    c.warnings.push_back(name + ": carries another date than the input's first message, " +
                         iso_time(*c.first_time) + "; a replay will take it for that day");
  }
}

void warn_about_content(Conversion& c) {
  const FeedCounters& counters = c.feed->counters();
  if (counters.gaps > 0) {
    c.warnings.push_back(grouped(counters.gaps) + " gaps with " + grouped(counters.lost) +
                         " messages: an ITCH file cannot say that messages are missing, so a "
                         "replay of it will not mark the books STALE");
  }
  if (counters.malformed > 0 && !c.feed->damage()) {
    c.warnings.push_back(grouped(counters.malformed) + " malformed messages or packets left out");
  }
  if (c.session_changes > 0) {
    c.warnings.push_back("the session changed " + grouped(c.session_changes) +
                         " times without the start of a day: an ITCH file cannot say that books "
                         "were emptied there");
  }
  if (c.days > 1) {
    c.warnings.push_back("holds the starts of " + grouped(c.days) +
                         " days: in one ITCH file all their times count from one midnight");
  }
  if (c.encoder.doubts_lost > 0) {
    c.warnings.push_back(grouped(c.encoder.doubts_lost) +
                         " messages were doubtful in the input; an ITCH file cannot say so");
  }
}

// Notes what the events say beyond the messages.
void look_at(const EventBuffer& events, Conversion& c) {
  for (const Event& event : events) {
    if (event.kind == Kind::clear) {
      c.emptied = true;
      continue;
    }
    if (is_control(event.kind)) continue;
    if (event.instrument < kNoInstrument) ++c.of_instruments;
    if (!c.first_time) c.first_time = event.exchange_time;
    const bool day_begins = event.kind == Kind::trading_state &&
                            event.instrument == kEveryInstrument &&
                            event.state.session == Session::messages_started;
    if (std::exchange(c.emptied, false) && !day_begins) ++c.session_changes;
  }
}

ordered_json json_of(const Conversion& c) {
  const FeedCounters& counters = c.feed->counters();
  ordered_json json;
  json["format"] = c.format;
  json["out"] = c.out;
  json["messages_read"] = counters.messages;
  json["bytes_read"] = counters.bytes;
  json["messages"] = c.messages;
  json["bytes"] = c.bytes;
  json["file_bytes"] = c.file_bytes;
  json["inexpressible"] = c.encoder.all_impossible();
  ordered_json& reasons = json["reasons"] = ordered_json::object();
  for (std::size_t i = 0; i < itch50::kImpossibleReasons; ++i) {
    const auto reason = static_cast<Impossible>(i);
    if (c.encoder.of(reason) > 0) reasons[std::string{name_of(reason)}] = c.encoder.of(reason);
  }
  json["doubts_lost"] = c.encoder.doubts_lost;
  json["filtered"] = counters.filtered;
  json["malformed"] = counters.malformed;
  json["unknown_type"] = counters.unknown_type;
  json["gaps"] = counters.gaps;
  json["lost"] = counters.lost;
  json["complete"] = c.complete();
  json["damage"] = ordered_json::array();
  if (c.feed->damage()) json["damage"].push_back(c.feed->damage()->message());
  json["warnings"] = c.warnings;
  return json;
}

std::string text_of(const Conversion& c) {
  const FeedCounters& counters = c.feed->counters();
  std::string text = "  read      " + grouped(counters.messages) + " messages of " +
                     (c.format.empty() ? "no known format" : c.format) + ", " +
                     bytes_for_people(counters.bytes) + "\n";
  text += "  wrote     " + grouped(c.messages) + " ITCH 5.0 messages, " +
          bytes_for_people(c.bytes) +
          (c.file_bytes != c.bytes ? ", compressed " + bytes_for_people(c.file_bytes) : "") +
          ", to " + c.out + "\n";
  if (counters.filtered > 0) {
    text += "  left out  " + grouped(counters.filtered) + " messages of other instruments\n";
  }
  std::string lost;
  for (std::size_t i = 0; i < itch50::kImpossibleReasons; ++i) {
    const auto reason = static_cast<Impossible>(i);
    if (c.encoder.of(reason) == 0) continue;
    lost += (lost.empty() ? "" : ",\n            ") + grouped(c.encoder.of(reason)) + " events " +
            std::string{sentence_of(reason)};
  }
  text += "  lost      " + (lost.empty() ? "nothing" : lost) + "\n";
  const std::string ended = c.signal != 0        ? "early, by a signal"
                            : c.feed->damage()   ? "damaged, see above"
                            : c.feed->complete() ? "complete"
                                                 : "without the closing message";
  return text + "  ended     " + ended + "\n";
}

// Says on stderr what the user must know; the summary has the counts.
void tell(const Conversion& c) {
  if (c.feed->damage()) spdlog::error("{}", c.feed->damage()->message());
  for (const std::string& warning : c.warnings) spdlog::warn("{}", warning);
  if (c.signal != 0) {
    spdlog::warn("stopped by a signal: the output holds what had been read by then");
  }
  const u64 lost = c.encoder.all_impossible();
  if (lost > 0)
    spdlog::error("{} events cannot be expressed in ITCH and are not in {}", lost, c.out);
  if (c.empty()) {
    spdlog::error(c.messages == 0 ? "the input holds no message to write"
                                  : "the input holds nothing of the instruments asked for");
  }
}

ExitCode verdict(const Conversion& c) {
  if (c.signal == SIGINT) return ExitCode::interrupted;
  if (c.signal == SIGTERM) return ExitCode::terminated;
  if (c.feed->damage() || c.empty()) return ExitCode::damaged_input;
  return c.encoder.all_impossible() > 0 ? ExitCode::failed : ExitCode::done;
}

}  // namespace

ExitCode convert(const ConvertOptions& options) {
  check_out(options.out);
  refuse_several_days(options.input);
  std::vector<std::string> inputs = options.input.paths;
  if (!options.input.orderbook.empty()) inputs.push_back(options.input.orderbook);
  feeds::FeedRequest request = feed_request(options.input);
  check_outputs({options.out}, inputs);
  StopOnSignal stop{StopOnSignal::Limit::here};
  MessageCopy copy;
  request.tap_of_line = [&copy](std::size_t) { return &copy; };
  const feeds::OpenedFeeds opened = feeds::open_feeds(request);

  Conversion c;
  c.out = options.out;
  c.format = opened.formats[0];
  c.feed = opened.lines[0].get();
  ItchFile file{options.out};
  std::optional<EventCopy> events;
  if (opened.shows_itch(0)) {
    copy.start(file);
  } else {
    events.emplace(file, opened.midnights[0]);
  }
  const bool live = ::isatty(STDERR_FILENO) == 1 && !options.quiet;
  const auto take = [&](std::size_t, const EventBuffer& polled) {
    if (events) events->take(polled);
    look_at(polled, c);
  };
  c.signal = run_feeds(opened.lines, take, live, stop);
  if (events) {
    events->finish(c.complete());
    c.encoder = events->counters();
  }
  file.close();
  c.signal = stop.received();  // closing may have waited for a reader
  c.messages = file.messages();
  c.bytes = file.bytes();
  c.file_bytes = file.file_bytes();
  c.days = copy.days();
  c.warnings = c.feed->warnings();
  warn_about_date(c, opened.time_base);
  warn_about_content(c);
  tell(c);
  if (options.json) {
    print_json(json_of(c));
  } else {
    print_results(text_of(c));
  }
  return verdict(c);
}

}  // namespace tapedeck::tools
