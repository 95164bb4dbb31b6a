// Finds the input files of a batch, and determines the paths of their results.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/output/output_place.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct BatchFile {
  std::string path;  // as the user gave it, or FOLDER/NAME for a file of a folder
  std::string name;  // file name without folders, after which the results are named
  u64 bytes = 0;     // its size on disk
};

struct BatchInput {
  std::vector<BatchFile> files;       // in the order given; the files of a folder sorted by name
  std::vector<std::string> left_out;  // unused entries of folders: subfolders, unknown formats
};

/// Returns the regular files that `options` names. Of a folder, returns the files with a known
/// format, which their first bytes or the endings of their names show, but no hidden files. Leaves
/// out a LOBSTER book file that is read with the message file beside it. Throws
/// ConfigError if a named file cannot be opened. Throws UsageError if two files have the same name,
/// if a file cannot be used in a batch, or if a folder contains no usable file.
[[nodiscard]] BatchInput batch_input(const BatchOptions& options);

/// Returns the paths of all files that the batch reads, also of book files that are not named.
[[nodiscard]] std::vector<std::string> files_read(const BatchInput& input);

/// The paths of one input file's results, in the output folder.
struct BatchOutputs {
  std::string json, snapshots, state;  // an empty path: the result was not requested
};
[[nodiscard]] BatchOutputs outputs_of(const BatchFile& file, const BatchOptions& options);
[[nodiscard]] std::string summary_path(const BatchOptions& options);

/// The output folder. As long as the object exists, no other batch writes to the folder.
class OutDir {
 public:
  /// Creates the folder if needed, and claims the summary's place. Throws UsageError if the path is
  /// not a folder or is not writable, if a result would overwrite an input or cannot be written, or
  /// if another batch writes there. If it throws, it has created nothing.
  OutDir(const BatchOptions& options, const BatchInput& input);

  [[nodiscard]] output::PlacePtr take_summary() { return std::move(summary_); }

 private:
  output::PlacePtr summary_;
};

}  // namespace tapedeck::tools
