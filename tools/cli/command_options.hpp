// Adds options to a command that several commands share.
#pragma once

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
/// Adds --batch, --pin and --wait.
void add_thread_options(CLI::App& command, RunOptions& run);

}  // namespace tapedeck::tools
