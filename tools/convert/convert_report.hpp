// Reports a conversion as text, as JSON, as warnings and as an exit code.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tools/cli/error.hpp"
#include "tools/convert/conversion_output.hpp"
#include "tools/run/findings.hpp"
#include "tools/run/recording_part.hpp"

namespace tapedeck::tools {

struct Conversion {
  std::string out, format;
  OutFormat out_format = OutFormat::itch50;
  const Feed* feed = nullptr;
  feeds::TimeBase time_base = feeds::TimeBase::utc;
  Written written;
  RecordingPart part;    // what was asked for
  bool selects = false;  // only some of the input's events were asked for
  // The next four fields come from the feed's events, see look_at():
  std::optional<Nanos> first_time;
  u64 session_changes = 0;  // how often books were emptied, but not at a day's start (packet feeds)
  bool emptied = false;     // the newest event was one that empties books
  u64 of_instruments = 0;   // events of single instruments
  int signal = 0;
  bool kept = true;  // the output takes its name, or has it already
  std::vector<std::string> warnings;
  std::vector<std::string> failed_on;  // one text per finding that --fail-on names

  [[nodiscard]] const Recording& recording() const { return *feed->recording(); }
  [[nodiscard]] bool complete() const { return signal == 0 && recording().complete(); }
  [[nodiscard]] bool holds_nothing() const {
    if (selects) return feed->counters().messages == 0;
    return written.messages + written.rows == 0;
  }
  /// Returns true if nothing useful was written: no message and no row, or nothing of the requested
  /// instruments.
  [[nodiscard]] bool empty() const;
};

/// Updates the fields of `conversion` that come from the feed's events.
void look_at(const EventBuffer& events, Conversion& conversion);
/// Adds the warnings about the output. Call it once the feed has ended.
void add_warnings(Conversion& conversion);
/// Logs damage, warnings and failures on stderr, without the counts, which are in the summary.
void log_findings(const Conversion& conversion);
/// Returns what was found in the input. Call it once all warnings are added.
[[nodiscard]] std::vector<RunFinding> findings_of(const Conversion& conversion);
[[nodiscard]] nlohmann::ordered_json json_of(const Conversion& conversion);
[[nodiscard]] std::string text_of(const Conversion& conversion);
[[nodiscard]] ExitCode verdict_on(const Conversion& conversion);

}  // namespace tapedeck::tools
