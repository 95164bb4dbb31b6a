// Adds options to a command that several commands share.
#pragma once

#include <string>

#include "tools/cli/options.hpp"

namespace CLI {
class App;
}

namespace tapedeck::tools {

/// Adds PATH, --symbol, --orderbook, and the options of add_reading_options().
void add_input_options(CLI::App& command, ReplayOptions& options);
/// Adds --force, --compress, --sync and --checkpoints.
void add_tape_options(CLI::App& command, RecordOptions& options);
/// Adds the options that say how to read the files: --format, --framing, --date, --max-ratio and
/// --symbols.
void add_reading_options(CLI::App& command, ReplayOptions& options);
/// Adds --snapshot-every, --rows and --depth.
void add_snapshot_options(CLI::App& command, RunOptions& run);
/// Adds --out, --as and --snapshot-full.
void add_snapshot_file_options(CLI::App& command, RunOptions& run);
/// Returns the path of an output, for which "-" is standard output.
[[nodiscard]] std::string standard_output_for_dash(std::string path);
/// Adds --batch, --pin and --wait.
void add_thread_options(CLI::App& command, RunOptions& run);

}  // namespace tapedeck::tools
