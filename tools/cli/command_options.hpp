// Adds options that several commands share to one command.
#pragma once

#include "tools/cli/options.hpp"

namespace CLI {
class App;
}

namespace tapedeck::tools {

/// PATH, --symbol, --orderbook, and the options of add_reading_options().
void add_input_options(CLI::App& command, ReplayOptions& options);
/// --compress, --sync and --checkpoints.
void add_tape_options(CLI::App& command, RecordOptions& options);
/// --format, --framing, --date, --max-ratio, --symbols: how to read the files.
void add_reading_options(CLI::App& command, ReplayOptions& options);
/// --batch, --pin, --wait.
void add_thread_options(CLI::App& command, RunOptions& run);

}  // namespace tapedeck::tools
