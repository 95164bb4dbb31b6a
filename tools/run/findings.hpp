// What makes the results of a run doubtful, by name: for `clean` in JSON, and for --fail-on and
// --strict, which end such a run with exit 3. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tools/cli/error.hpp"
#include "tools/run/results.hpp"

namespace tapedeck::tools {

struct RunFinding {
  std::string_view kind;  // "gaps"
  std::string text;       // "3 gaps with 17 messages lost"
  bool is_clean = false;  // worth a look, but no result is doubtful because of it
};

/// Returns what a command has found in its input, the worst first.
[[nodiscard]] std::vector<RunFinding> findings_of(const RunQuality& quality);
/// Logs warnings, damage and what was left out on stderr, without the counts.
void log_quality(const RunQuality& quality);
/// Returns true if no result is doubtful.
[[nodiscard]] bool is_clean(const std::vector<RunFinding>& findings);
/// Adds `clean` and `findings` to a JSON summary.
void add_cleanliness(nlohmann::ordered_json& json, const std::vector<RunFinding>& findings);

/// What a command can find: in its input; also in the books that it keeps; also in its queues.
enum class Finds : u8 { in_input, in_books, in_queues };
/// Checks the names of --fail-on. Throws UsageError, with the nearest name, for an unknown kind,
/// and for one that the command cannot find. `strict` stands for all kinds that the command can
/// find and that make a result doubtful.
[[nodiscard]] std::vector<std::string> fail_on_kinds(const std::vector<std::string>& given,
                                                     bool strict, Finds finds = Finds::in_queues);
/// Returns a sentence for each finding whose kind is among `kinds`.
[[nodiscard]] std::vector<std::string> failed_on(const std::vector<RunFinding>& findings,
                                                 const std::vector<std::string>& kinds);
/// Logs a sentence for each finding whose kind is among `kinds`. Returns damaged_input if there is
/// one and the command would have ended with `done`; else `code`.
[[nodiscard]] ExitCode code_after_findings(ExitCode code, const std::vector<RunFinding>& findings,
                                           const std::vector<std::string>& kinds);

}  // namespace tapedeck::tools
