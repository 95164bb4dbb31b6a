// Claims the files to which a command writes, before anything runs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/output/output_place.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {

/// A file that a command will write. An empty path is no output.
struct OutputRequest {
  std::string path;
  output::Existing existing = output::Existing::replaced;
};
/// Returns the request for a recording, which replaces an earlier file only with --force.
[[nodiscard]] OutputRequest recording_request(const std::string& path, bool force);

/// Returns true if `path` leads to where this process's standard output goes, as "/dev/stdout"
/// does. A regular file's own name does not: check_apart() refuses it.
[[nodiscard]] bool is_standard_output(const std::string& path);
/// Checks options of which rows may go to standard output. Throws UsageError when the results go
/// there too, because `json` is set.
void check_rows_apart(const std::string& out, bool json);

/// Throws UsageError when an output is an input, another output, or the file that standard output
/// or standard error goes to, by whatever path; or when an input is the temporary file of an
/// output.
/// "-" among the inputs is standard input. Also throws PathError for a path that cannot be written.
void check_apart(const std::vector<OutputRequest>& outputs, const std::vector<std::string>& inputs);

/// The claimed places of a command's outputs. Main thread.
class ClaimedOutputs {
 public:
  /// Checks that inputs and outputs are apart, and claims the places: from now on no other process
  /// writes to them. Throws UsageError, and PathError for a place that cannot be had.
  ClaimedOutputs(const std::vector<OutputRequest>& outputs, const std::vector<std::string>& inputs);

  /// Returns the place of a claimed path. Null for an empty path.
  [[nodiscard]] output::PlacePtr take(const std::string& path);

 private:
  std::vector<output::PlacePtr> places_;
};

/// The outputs of a command that writes texts at its end: pages, tables. Main thread.
class TextOutputs {
 public:
  /// Claims the places, as ClaimedOutputs does.
  TextOutputs(const std::vector<OutputRequest>& outputs, const std::vector<std::string>& inputs)
      : claimed_(outputs, inputs) {}

  /// Writes one output in one piece. Logs an error if that fails.
  void write(const std::string& path, const std::string& text);
  /// Returns the place of an output that is written piece by piece. Null for an empty path.
  [[nodiscard]] output::PlacePtr take(const std::string& path) { return claimed_.take(path); }
  /// Completes such an output: finish() returns its place, or throws what could not be written.
  /// Logs an error if that fails.
  void add(const std::function<output::PlacePtr()>& finish);
  [[nodiscard]] bool failed() const { return failed_; }
  /// Keeps what was written if the command's exit code says so. Returns the exit code, which is
  /// ExitCode::failed if a file could not take its name. Call it last.
  [[nodiscard]] ExitCode end(ExitCode code);

 private:
  ClaimedOutputs claimed_;
  std::vector<output::PlacePtr> written_;
  bool failed_ = false;
};

/// A folder of results that is created if it does not exist.
class NewFolder {
 public:
  /// Creates the folder and those above it. Throws UsageError, which names `flag`, if that fails or
  /// if the folder cannot be written to; it has then created nothing.
  NewFolder(const std::string& path, const std::string& flag);
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  /// Removes the folders that were created, unless keep() was called or they are not empty.
  ~NewFolder();

  void keep() { made_.clear(); }

 private:
  void remove() noexcept;

  std::vector<std::string> made_;  // from the outermost
};

}  // namespace tapedeck::tools
