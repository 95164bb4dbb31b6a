// Finds the input files of a batch, and determines the paths of their results.
#pragma once

#include <string>
#include <vector>

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

/// The paths of one input file's results, in the output folder.
struct BatchOutputs {
  std::string json, snapshots, state;  // an empty path: the result was not requested
};
[[nodiscard]] BatchOutputs outputs_of(const BatchFile& file, const BatchOptions& options);
[[nodiscard]] std::string summary_path(const BatchOptions& options);

/// Creates the output folder if needed, and removes result files of an earlier batch with the same
/// names, so that an old result cannot be mistaken for a new one. Throws UsageError if the path is
/// not a folder or is not writable, if a result would overwrite an input, or if a folder has the
/// name of a result. If it throws, it has removed no file.
void prepare_out_dir(const BatchOptions& options, const BatchInput& input);

}  // namespace tapedeck::tools
