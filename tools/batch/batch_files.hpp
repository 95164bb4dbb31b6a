// Finds the files of a batch, and the paths of their results.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct BatchFile {
  std::string path;  // as the user named it, or FOLDER/NAME
  std::string name;  // without folders: results are named after it
  u64 bytes = 0;     // its size on disk
};

struct BatchInput {
  std::vector<BatchFile> files;       // in the order named; within a folder, by name
  std::vector<std::string> left_out;  // in folders: files of no known format, and subfolders
};

/// Returns the regular files that `options` names. From a folder, batch_input() takes the files
/// whose first bytes or whose name's ending show a known format, except hidden files. Throws
/// ConfigError when a named file cannot be opened. Throws UsageError when two files have the same
/// name, when a file cannot be used in a batch, or when a folder holds no file to take.
[[nodiscard]] BatchInput batch_input(const BatchOptions& options);

/// The paths of one file's results, in the output folder.
struct BatchOutputs {
  std::string json, snapshots, state;  // empty: not requested
};
[[nodiscard]] BatchOutputs outputs_of(const BatchFile& file, const BatchOptions& options);
[[nodiscard]] std::string summary_path(const BatchOptions& options);

/// Creates the output folder if needed, and removes files that an earlier batch left under the same
/// names, so that an old result cannot be mistaken for a new one. Throws UsageError when the path
/// is no folder or is not writable, or when a result would overwrite an input; no file has been
/// removed then.
void prepare_out_dir(const BatchOptions& options, const BatchInput& input);

}  // namespace tapedeck::tools
