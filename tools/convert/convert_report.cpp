#include "tools/convert/convert_report.hpp"

#include <filesystem>
#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "engine/core/units.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/human_text.hpp"
#include "tools/cli/shown_time.hpp"
#include "tools/cli/signals.hpp"

namespace tapedeck::tools {
namespace {

using itch50::Unencodable;
using nlohmann::ordered_json;

std::string what_is_in(const Written& written, OutFormat format) {
  switch (format) {
    case OutFormat::itch50:
      return grouped(written.messages) + " ITCH 5.0 messages";
    case OutFormat::tape:
      return counted(written.messages, "message") + " on a tape";
    default:
      return counted(written.rows, "event") + ", a row each";
  }
}

// Returns the day in the zone in which ITCH counts: "2019-12-30".
std::string eastern_date(Nanos time) {
  constexpr std::size_t kDateSize = 10;
  return iso_time(TimeZone::us_eastern().wall_clock(time)).substr(0, kDateSize);
}

void warn_about_date(Conversion& c) {
  if (c.time_base == feeds::TimeBase::midnight || !c.first_time) return;
  const std::string name = std::filesystem::path{c.out}.filename().string();
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
                         eastern_date(*c.first_time) + "; a replay will take it for that day");
  }
}

void warn_about_itch(Conversion& c) {
  const FeedCounters& counters = c.feed->counters();
  if (counters.gaps > 0) {
    c.warnings.push_back(counted(counters.gaps, "gap") + " with " +
                         counted(counters.lost, "message") +
                         ": an ITCH file cannot say that messages are missing, so a "
                         "replay of it will not mark the books STALE");
  }
  if (c.session_changes > 0) {
    c.warnings.push_back("the session changed " + counted(c.session_changes, "time") +
                         " without the start of a day: an ITCH file cannot say that books "
                         "were emptied there");
  }
  if (c.written.days > 1) {
    c.warnings.push_back("holds the starts of " + counted(c.written.days, "day") +
                         ": in one ITCH file all their times count from one midnight");
  }
  if (c.written.encoder.doubts_lost > 0) {
    c.warnings.push_back(counted(c.written.encoder.doubts_lost, "message was", "messages were") +
                         " doubtful in the input; an ITCH file cannot say so");
  }
}

void warn_about_rows(Conversion& c) {
  const u64 unknown = c.feed->counters().unknown_type;
  if (unknown > 0) {
    c.warnings.push_back(
        counted(unknown, "message of unknown type has", "messages of unknown types have") +
        " no row");
  }
  if (c.time_base == feeds::TimeBase::midnight) {
    c.warnings.push_back(
        "the day is not known: times count from midnight, US Eastern; give --date, or a name like "
        "2019-12-30.itch");
  }
}

}  // namespace

bool Conversion::empty() const {
  return holds_nothing() || (feed->counters().filtered > 0 && of_instruments == 0);
}

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

void add_warnings(Conversion& c) {
  for (const std::string& warning : c.feed->warnings()) {
    c.warnings.push_back(with_flags(warning));
  }
  const FeedCounters& counters = c.feed->counters();
  if (counters.malformed > 0 && !c.recording().damage()) {
    c.warnings.push_back(counted(counters.malformed, "malformed message or packet",
                                 "malformed messages or packets") +
                         " left out");
  }
  if (c.out_format == OutFormat::itch50) {
    warn_about_date(c);
    warn_about_itch(c);
  } else if (c.out_format != OutFormat::tape) {
    warn_about_rows(c);
  }
}

void log_findings(const Conversion& c) {
  if (c.recording().damage()) spdlog::error("{}", with_flags(*c.recording().damage()));
  if (const auto left_out = c.feed->left_out()) spdlog::error("{}", with_flags(*left_out));
  for (const std::string& warning : c.warnings) spdlog::warn("{}", warning);
  for (const std::string& message : c.failed_on) spdlog::error("{}", message);
  if (c.signal != 0) {
    spdlog::warn("stopped by a signal: the output holds what was read before");
  }
  const u64 lost = c.written.encoder.all_unencodable();
  if (lost > 0) {
    spdlog::error(
        "{} events cannot be expressed in ITCH, so {} is not written; a tape (.tape) holds them",
        lost, c.out);
  }
  if (c.empty()) {
    spdlog::error(c.holds_nothing() ? "the input holds no message to write"
                                    : "the input holds nothing of the instruments asked for");
  }
}

std::vector<RunFinding> findings_of(const Conversion& c) {
  RunQuality quality;
  add(quality, *c.feed);
  quality.complete = c.complete();
  quality.warnings = c.warnings;  // those of the feed are among them
  return tools::findings_of(quality);
}

ordered_json json_of(const Conversion& c) {
  const FeedCounters& counters = c.feed->counters();
  ordered_json json = ordered_json::object();
  json["format"] = c.format;
  json["time_base"] = time_base_text(c.time_base);
  json["from"] = place_json(c.part.from, c.time_base);
  json["to"] = place_json(c.part.to, c.time_base);
  json["out"] = c.out;
  json["out_format"] = name_of(c.out_format);
  json["messages_read"] = counters.messages;
  json["bytes_read"] = counters.bytes;
  json["messages"] = c.written.messages;
  json["rows"] = c.written.rows;
  json["bytes"] = c.written.bytes;
  json["file_bytes"] = c.written.file_bytes;
  json["checkpoints"] = c.written.checkpoints;
  json["checkpoint_bytes"] = c.written.checkpoint_bytes;
  json["images"] = json["checkpoints"];  // their names until 1.0
  json["image_bytes"] = json["checkpoint_bytes"];
  json["inexpressible"] = c.written.encoder.all_unencodable();
  ordered_json& reasons = json["reasons"] = ordered_json::object();
  for (std::size_t i = 0; i < itch50::kUnencodableReasons; ++i) {
    const auto reason = static_cast<Unencodable>(i);
    if (c.written.encoder.of(reason) > 0)
      reasons[std::string{name_of(reason)}] = c.written.encoder.of(reason);
  }
  json["doubts_lost"] = c.written.encoder.doubts_lost;
  json["filtered"] = counters.filtered;
  json["malformed"] = counters.malformed;
  json["unknown_type"] = counters.unknown_type;
  json["gaps"] = counters.gaps;
  json["lost"] = counters.lost;
  json["complete"] = c.complete();
  add_cleanliness(json, findings_of(c));
  json["damage"] = ordered_json::array();
  if (c.recording().damage()) json["damage"].push_back(with_flags(*c.recording().damage()));
  json["warnings"] = c.warnings;
  return json;
}

std::string file_size_text(const Written& written) {
  const std::string size = bytes_for_people(written.file_bytes);
  const std::string checkpoints = written.checkpoints > 0
                                      ? ", of it " + bytes_for_people(written.checkpoint_bytes) +
                                            " in " + counted(written.checkpoints, "checkpoint")
                                      : "";
  if (written.file_bytes < written.bytes) return ", compressed " + size + checkpoints;
  return written.file_bytes > written.bytes ? ", as a file " + size + checkpoints : "";
}

std::string text_of(const Conversion& c) {
  const FeedCounters& counters = c.feed->counters();
  std::string text = "  read      " + counted(counters.messages, "message") + " of " +
                     (c.format.empty() ? "no known format" : c.format) + ", " +
                     bytes_for_people(counters.bytes) + "\n";
  text += "  wrote     ";
  text += c.kept ? what_is_in(c.written, c.out_format) + ", " + bytes_for_people(c.written.bytes) +
                       file_size_text(c.written) + ", to " + c.out + "\n"
                 : "nothing: what there was would not be the whole\n";
  if (counters.filtered > 0) {
    text += "  left out  " + counted(counters.filtered, "message") + " of other instruments\n";
  }
  std::string lost;
  for (std::size_t i = 0; i < itch50::kUnencodableReasons; ++i) {
    const auto reason = static_cast<Unencodable>(i);
    if (c.written.encoder.of(reason) == 0) continue;
    lost += (lost.empty() ? "" : ",\n            ") +
            counted(c.written.encoder.of(reason), "event") + " " + std::string{sentence_of(reason)};
  }
  text += "  lost      " + (lost.empty() ? "nothing" : lost) + "\n";
  const std::string ended = c.signal != 0              ? "early, by a signal"
                            : c.recording().damage()   ? "damaged, see above"
                            : c.recording().complete() ? "complete"
                                                       : "without the closing message";
  return text + "  ended     " + ended + "\n";
}

ExitCode verdict_on(const Conversion& c) {
  if (c.signal != 0) return code_after(c.signal);
  if (c.recording().damage() || c.feed->left_out() || c.empty()) return ExitCode::damaged_input;
  if (c.written.encoder.all_unencodable() > 0) return ExitCode::failed;
  return c.failed_on.empty() ? ExitCode::done : ExitCode::damaged_input;
}

}  // namespace tapedeck::tools
