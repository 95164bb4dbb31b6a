// The user's options, and the checks of these options that are possible before the input is opened.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/pipeline/engine_config.hpp"
#include "feeds/catalog/catalog.hpp"
#include "feeds/catalog/simulation.hpp"

namespace tapedeck::tools {

/// The options that `replay` and `simulate` share: how the engine runs and what it outputs.
struct RunOptions {
  std::string shards = "auto";
  std::string shard_map;
  u32 batch = 256;
  std::string pin = "none";
  std::string wait = "auto";
  std::string queue_full = "block";
  std::string digest;
  std::string snapshot_every;
  u32 depth = 1;
  std::string out;
  std::string as;                // the format of `out`; empty: by its ending
  std::string rows = "changed";  // of snapshots
  std::string snapshot_full = "block";
  std::string max_orders, max_levels, max_memory;
  std::string report_every;
  std::vector<std::string> fail_on;
  bool strict = false;
  std::vector<std::string> strategies;
  std::string state;
  bool json = false;
  bool quiet = false;
};

/// --record and the options that go with it.
struct RecordOptions {
  std::string path;
  std::string compress;     // for tapes; empty: fast
  std::string sync;         // for tapes; empty: none
  std::string checkpoints;  // for tapes: an interval of exchange time; empty: no checkpoints
  bool force = false;       // replace an earlier file
};

struct ReplayOptions {
  RunOptions run;
  RecordOptions record;
  std::vector<std::string> paths;
  std::string format, framing = "auto", date, orderbook;
  std::vector<std::string> symbols;
  std::vector<std::string> groups;  // each: ADDR:PORT,ADDR:PORT,...
  bool parallel = false;
  bool require_complete = false;
  bool follow = false;
  std::string from, to, speed;
  std::string tz;  // the zone of times for people; empty: the feed's own
  std::string max_ratio;
};

/// Options for a batch, which replays many files, each in a run of its own.
struct BatchOptions {
  ReplayOptions each;  // for every file; options that make sense for one file only are not set.
                       // `paths`: all files and folders
  std::string jobs = "auto";
  std::string out_dir;
  std::string snapshots;  // format of the files with snapshots; empty: csv
  bool state = false;     // write each file's final state
};

struct SimulateOptions {
  RunOptions run;
  std::string model = "zero-intelligence";
  std::string preset = "default";
  u32 instruments = 10;
  u32 venues = 1;
  std::string rate = "100k";
  std::string speed;     // empty: 1, or max with the rate max
  std::string duration;  // empty: 10s, unless `events` is given
  std::string events;
  std::string seed = "1";
  std::string date;
  RecordOptions record;
};

/// Returns the engine's configuration. Throws UsageError or ConfigError, which say what is wrong
/// and what would be valid.
/// Returns a name of the channel for people: its file, and which stream of it if it has several.
[[nodiscard]] std::string name_of_channel(const std::vector<std::string>& paths,
                                          const feeds::OpenedFeeds& opened, std::size_t channel);
/// Checks that the input is a single channel, for commands that read only one. Throws UsageError if
/// a capture holds several streams.
void refuse_several_streams(const std::string& path, const feeds::OpenedFeeds& opened);
[[nodiscard]] pipeline::EngineConfig engine_config(const RunOptions& options);
/// Returns a random key for the books of one run, see book::BookOptions.
[[nodiscard]] u64 new_hash_key();
[[nodiscard]] feeds::FilesSpec files_spec(const ReplayOptions& options);
/// Returns warnings about the words of --symbols that have meant no symbol so far, with the
/// nearest.
[[nodiscard]] std::vector<std::string> missing_symbols(const feeds::SymbolSelection& symbols);
/// Returns the paths of all files that the options make a command read, also of book files that
/// are not named, for ClaimedOutputs.
[[nodiscard]] std::vector<std::string> files_read(const ReplayOptions& options);
/// Returns the factor that a --speed other than max gives.
[[nodiscard]] double speed_of(const std::string& text);
[[nodiscard]] feeds::SimulatedSpec simulated_spec(const SimulateOptions& options);
/// Throws UsageError if --record names a file that is not a .tape, or if an option for tapes is
/// given without --record. `endings` lists the valid endings, for the message.
void check_tape(const RecordOptions& options, const std::string& endings);
/// Throws UsageError, whose text contains `why`, if an option for tapes is given. Called if no tape
/// is written.
void check_no_tape_options(const RecordOptions& options, const std::string& why);
/// Throws UsageError if --force is given where nothing is recorded.
void check_no_force(const RecordOptions& options);
/// Throws UsageError if the path can be read only once (standard input, pipes, sockets and
/// character devices). `why` says why reading once is not enough.
void check_readable_again(const std::string& path, const std::string& why);
/// Returns the value of --report-every, if the option is given.
[[nodiscard]] std::optional<Nanos> report_interval(const RunOptions& options);

}  // namespace tapedeck::tools
