// Which files a batch is of, and where the results of each go.
#pragma once

#include <string>
#include <vector>

#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct BatchFile {
  std::string path;  // as it was named, or FOLDER/NAME
  std::string name;  // without folders: results are named after it
  u64 bytes = 0;     // as it lies on disk
};

struct BatchInput {
  std::vector<BatchFile> files;       // in the order they were named; of a folder, by name
  std::vector<std::string> left_out;  // of folders: what is of no known format, folders within
};

/// The regular files that `options` names. Of a folder those whose beginning or ending says a
/// format that is known, but for hidden ones. Throws UsageError when one that is named cannot be
/// opened, when two have one name, or when there is none.
[[nodiscard]] BatchInput batch_input(const BatchOptions& options);

/// Paths within the folder of results.
struct BatchOutputs {
  std::string json, snapshots, state;  // empty: not asked for
};
[[nodiscard]] BatchOutputs outputs_of(const BatchFile& file, const BatchOptions& options);
[[nodiscard]] std::string summary_path(const BatchOptions& options);

/// Makes the folder of results if it is not there, and takes away what an earlier batch left under
/// the same names, so that nothing old passes for new. Throws UsageError when it is no folder or
/// not writable, or when a result would overwrite an input; nothing has changed then.
void prepare_out_dir(const BatchOptions& options, const BatchInput& input);

}  // namespace tapedeck::tools
