// What makes the results of a run doubtful, by name: for `clean` in JSON, and for --fail-on and
// --strict, which end such a run with exit 3. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tools/run/results.hpp"

namespace tapedeck::tools {

struct RunFinding {
  std::string_view kind;  // "gaps"
  std::string text;       // "3 gaps with 17 messages lost"
  bool is_clean = false;  // worth a look, but no result is doubtful because of it
};

/// Returns what a run has found, the worst first.
[[nodiscard]] std::vector<RunFinding> findings_of(const RunResults& results);
/// Returns true if no result is doubtful.
[[nodiscard]] bool is_clean(const std::vector<RunFinding>& findings);
/// Adds `clean` and `findings` to a JSON summary.
void add_cleanliness(nlohmann::ordered_json& json, const std::vector<RunFinding>& findings);

/// Checks the names of --fail-on. Throws UsageError, with the nearest name. `strict` stands for all
/// kinds that make a result doubtful.
[[nodiscard]] std::vector<std::string> fail_on_kinds(const std::vector<std::string>& given,
                                                     bool strict);
/// Returns a sentence for each finding whose kind is among `kinds`.
[[nodiscard]] std::vector<std::string> failed_on(const std::vector<RunFinding>& findings,
                                                 const std::vector<std::string>& kinds);

}  // namespace tapedeck::tools
