// The results of a batch's files, one by one and in total, as JSON for programs and as a table for
// people. Files are in the order of the input, not of completion.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tools/cli/error.hpp"
#include "tools/run/results.hpp"

namespace tapedeck::tools {

/// How one file ended. `failed`: at run time; its results, if any, are incomplete.
enum class FileEnd : u8 { done, damaged, failed, stopped, not_begun };

/// What is kept of a file once its own results are written.
struct FileResult {
  std::string path, json_path;  // the input; its results, empty: none
  FileEnd end = FileEnd::not_begun;
  ExitCode code = ExitCode::done;
  std::string reason;  // why the file is not done; empty if it is
  RunCounts counts;
  bool complete = false;
  std::optional<u64> digest, flow_digest;
  std::size_t warnings = 0;
  double elapsed_s = 0;
};

struct BatchResults {
  std::vector<FileResult> files;
  std::vector<std::string> left_out;
  double elapsed_s = 0;  // from the first file's start to the last one's end
  u64 peak_rss = 0;
  int signal = 0;

  [[nodiscard]] std::size_t count(FileEnd end) const;
  [[nodiscard]] RunCounts sum() const;
};

[[nodiscard]] ExitCode verdict_on(const BatchResults& results);
[[nodiscard]] nlohmann::ordered_json json_of(const BatchResults& results);
/// Returns a table with one row per file, and the totals. `written`: path of the summary; empty if
/// it could not be written.
[[nodiscard]] std::string table_of(const BatchResults& results, const std::string& written);

}  // namespace tapedeck::tools
