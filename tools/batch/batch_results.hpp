// The results of a batch, for each file and in total, as JSON for programs and as a table for
// people. The files are in the order of the input, not in the order of completion.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tools/cli/error.hpp"
#include "tools/run/findings.hpp"
#include "tools/run/results.hpp"

namespace tapedeck::tools {

/// How the run of one file ended. `failed` means an error at run time; the results, if any, are
/// then incomplete.
enum class FileEnd : u8 { done, damaged, failed, stopped, not_begun };

/// What a batch keeps of a file's results in memory once the file's own result files are written.
struct FileResult {
  std::string path, json_path;  // of the input file; of its JSON results, empty if there are none
  FileEnd end = FileEnd::not_begun;
  ExitCode code = ExitCode::done;
  std::string reason;  // why `end` is not `done`; empty if it is
  RunCounts counts;
  bool complete = false;
  bool clean = false;  // the findings make no result doubtful; false if there are none yet
  std::vector<RunFinding> findings;
  std::string bookless_schema;  // see RunResults
  std::optional<u64> digest, flow_digest;
  std::size_t warnings = 0;
  double elapsed_s = 0;
};

struct BatchResults {
  std::vector<FileResult> files;
  std::vector<std::string> left_out;
  double elapsed_s = 0;  // from the start of the first run to the end of the last run
  u64 peak_rss = 0;
  int signal = 0;

  [[nodiscard]] std::size_t count(FileEnd end) const;
  [[nodiscard]] RunCounts sum() const;
};

[[nodiscard]] ExitCode verdict_on(const BatchResults& results);
[[nodiscard]] nlohmann::ordered_json json_of(const BatchResults& results);
/// Returns a table with one row per file, and the totals. `written` is the path of the summary
/// file; empty if it could not be written.
[[nodiscard]] std::string table_of(const BatchResults& results, const std::string& written);

}  // namespace tapedeck::tools
