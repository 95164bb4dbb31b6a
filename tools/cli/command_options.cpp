#include "tools/cli/command_options.hpp"

#include <CLI/CLI.hpp>

namespace tapedeck::tools {

void add_input_options(CLI::App& command, ReplayOptions& options) {
  command.add_option("PATH", options.paths, "Files, read one after another; - is standard input")
      ->required();
  command.add_option("--symbol", options.symbol,
                     "LOBSTER: the instrument, if the file's name does not begin with it");
  command.add_option("--orderbook", options.orderbook,
                     "LOBSTER: the book file, which completes the stream");
  add_reading_options(command, options);
}

void add_reading_options(CLI::App& command, ReplayOptions& options) {
  command.add_option("--format", options.format,
                     "Skip the look at the content: itch50, pcap, lobster, dbn, tape");
  command.add_option("--framing", options.framing, "ITCH files: length, or type to ignore lengths")
      ->capture_default_str();
  command.add_option("--date", options.date, "Day of the recording, YYYY-MM-DD");
  command.add_option("--max-ratio", options.max_ratio,
                     "Packed files: take one for damaged that swells by more than so many times "
                     "[1000]");
  command.add_option("--symbols", options.symbols, "Only these instruments: A,B,...")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void add_tape_options(CLI::App& command, RecordOptions& options) {
  command.add_option("--compress", options.compress, "Of tapes: none, fast, small [fast]");
  command.add_option("--sync", options.sync,
                     "Of tapes, when they are on the disk for sure: none, interval (every second), "
                     "frame [none]");
  add_checkpoints_option(command, options);
}

void add_checkpoints_option(CLI::App& command, RecordOptions& options) {
  command.add_option("--checkpoints,--images", options.checkpoints,
                     "Of tapes: the books as they are, so often in exchange time, to begin at: "
                     "1m, 10s, ...");
}

void add_thread_options(CLI::App& command, RunOptions& run) {
  command.add_option("--batch", run.batch, "Events a batch holds, 1 to 1024")
      ->capture_default_str();
  command.add_option("--pin", run.pin, "Pin threads: auto, none, or cores like 0,1")
      ->capture_default_str();
  command.add_option("--wait", run.wait, "What idle threads do: spin, yield, park, auto")
      ->capture_default_str();
}

}  // namespace tapedeck::tools
