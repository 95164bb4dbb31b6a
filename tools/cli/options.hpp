// The user's options, and checks of them that need no open input.
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
  std::string snapshot_full = "block";
  std::string max_orders, max_levels, max_memory;
  std::string report_every;
  std::vector<std::string> strategies;
  std::string state;
  bool json = false;
  bool quiet = false;
};

/// --record and the options that go with it.
struct RecordOptions {
  std::string path;
  std::string compress;     // of tapes; empty: fast
  std::string sync;         // of tapes; empty: none
  std::string checkpoints;  // of tapes, an interval of exchange time; empty: none
};

struct ReplayOptions {
  RunOptions run;
  RecordOptions record;
  std::vector<std::string> paths;
  std::string format, framing = "length", date, symbol, orderbook;
  std::vector<std::string> symbols;
  bool parallel = false;
  bool require_complete = false;
  bool follow = false;
  std::string from, to, speed;
  std::string max_ratio;
};

/// Options for many files, each run like a replay of its own.
struct BatchOptions {
  ReplayOptions each;  // for every file; options that make sense for one file only are not set.
                       // `paths`: all files and folders
  std::string jobs = "auto";
  std::string out_dir;
  std::string snapshots;  // format of the snapshot files; empty: csv
  bool state = false;     // write each file's final state
};

struct SimulateOptions {
  RunOptions run;
  std::string model = "zero-intelligence";
  std::string preset = "default";
  u32 instruments = 10;
  u32 venues = 1;
  std::string rate = "100k";
  std::string duration;  // empty: 10s, unless `events` is given
  std::string events;
  std::string seed = "1";
  std::string date;
  RecordOptions record;
};

/// Throws UsageError or ConfigError, which say what is wrong and what would be right.
[[nodiscard]] pipeline::EngineConfig engine_config(const RunOptions& options);
/// Returns a random key for the books of one run, see book::BookOptions.
[[nodiscard]] u64 new_hash_key();
[[nodiscard]] feeds::FeedRequest feed_request(const ReplayOptions& options);
[[nodiscard]] feeds::SimulationRequest simulation_request(const SimulateOptions& options);
/// Throws UsageError when --record is given and does not name a tape, or is not given although an
/// option of tapes is. `endings`: the valid ones, for the message.
void check_tape(const RecordOptions& options, const std::string& endings);
/// Throws UsageError, which says `why`, when an option of tapes is given although there is no tape.
void check_no_tape_options(const RecordOptions& options, const std::string& why);
/// Throws UsageError for a path that can be read only once (standard input, pipes, sockets and
/// character devices). `why` says why once is not enough.
void check_readable_again(const std::string& path, const std::string& why);
/// Returns --report-every, if given.
[[nodiscard]] std::optional<Nanos> report_interval(const RunOptions& options);

}  // namespace tapedeck::tools
