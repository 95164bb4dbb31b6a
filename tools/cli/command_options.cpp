#include "tools/cli/command_options.hpp"

#include <utility>

#include <CLI/CLI.hpp>

#include "tools/cli/option_table.hpp"

namespace tapedeck::tools {

void add_input_options(CLI::App& command, ReplayOptions& options) {
  add(command, "PATH", options.paths)->required();
  add(command, "--orderbook", options.orderbook);
  add_reading_options(command, options);
}

void add_reading_options(CLI::App& command, ReplayOptions& options) {
  add(command, "--format", options.format);
  add(command, "--framing", options.framing);
  add(command, "--date", options.date);
  add(command, "--max-ratio", options.max_ratio);
  add(command, "--symbols", options.symbols)->delimiter(',');
  add(command, "--group", options.groups);
}

void add_tape_options(CLI::App& command, RecordOptions& options) {
  add(command, "--force", options.force);
  add(command, "--compress", options.compress);
  add(command, "--sync", options.sync);
  add(command, "--checkpoints", options.checkpoints);
}

void add_snapshot_options(CLI::App& command, RunOptions& run) {
  add(command, "--snapshot-every", run.snapshot_every);
  add(command, "--rows", run.rows);
  add(command, "--depth", run.depth);
}

void add_snapshot_file_options(CLI::App& command, RunOptions& run) {
  add(command, "--out", run.out)->transform(standard_output_for_dash);
  add(command, "--as", run.as);
  add(command, "--snapshot-full", run.snapshot_full);
}

std::string standard_output_for_dash(std::string path) {
  return path == "-" ? "/dev/stdout" : std::move(path);
}

void add_thread_options(CLI::App& command, RunOptions& run) {
  add(command, "--batch", run.batch);
  add(command, "--pin", run.pin);
  add(command, "--wait", run.wait);
}

}  // namespace tapedeck::tools
