// What the files of a batch came to, one by one and all together, for programs and for people.
// In the order of the input, whichever file was done first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tools/cli/error.hpp"
#include "tools/run/results.hpp"

namespace tapedeck::tools {

/// As far as one file came. `failed`: at run time; its results, if there are any, are not whole.
enum class FileEnd : u8 { done, damaged, failed, stopped, not_begun };

/// What is kept of a file once its own results are written.
struct FileResult {
  std::string path, json_path;  // of the input; of its results, empty where there are none
  FileEnd end = FileEnd::not_begun;
  ExitCode code = ExitCode::done;
  std::string reason;  // unless done: why
  RunCounts counts;
  bool complete = false;
  std::optional<u64> digest, flow_digest;
  std::size_t warnings = 0;
  double elapsed_s = 0;
};

struct BatchResults {
  std::vector<FileResult> files;
  std::vector<std::string> left_out;
  double elapsed_s = 0;  // from the first file's beginning to the last one's end
  u64 peak_rss = 0;
  int signal = 0;

  [[nodiscard]] std::size_t count(FileEnd end) const;
  [[nodiscard]] RunCounts sum() const;
};

[[nodiscard]] ExitCode verdict_on(const BatchResults& results);
[[nodiscard]] nlohmann::ordered_json json_of(const BatchResults& results);
/// A row a file, and what they come to. `written`: where the summary is, empty where it is not.
[[nodiscard]] std::string table_of(const BatchResults& results, const std::string& written);

}  // namespace tapedeck::tools
