// Options that several commands take, added to one of them.
#pragma once

#include "tools/cli/options.hpp"

namespace CLI {
class App;
}

namespace tapedeck::tools {

/// PATH, and how it is to be read.
void add_input_options(CLI::App& command, ReplayOptions& options);
/// --compress, --sync and --checkpoints.
void add_tape_options(CLI::App& command, RecordOptions& options);
void add_checkpoints_option(CLI::App& command, RecordOptions& options);
/// --format, --framing, --date, --symbols: how files are to be read.
void add_reading_options(CLI::App& command, ReplayOptions& options);
/// --batch, --pin, --wait.
void add_thread_options(CLI::App& command, RunOptions& run);

}  // namespace tapedeck::tools
