// What the user asked for, checked as far as it can be without opening a file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/pipeline/engine_config.hpp"
#include "feeds/catalog/catalog.hpp"
#include "feeds/catalog/simulation.hpp"

namespace tapedeck::tools {

/// What `replay` and `simulate` share: how the engine runs and what comes out of it.
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

/// --record and what goes with it.
struct RecordOptions {
  std::string path;
  std::string compress;     // of tapes: fast
  std::string sync;         // of tapes: none
  std::string checkpoints;  // of tapes: none; how often, in exchange time
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

/// Many files, each as of a replay of its own.
struct BatchOptions {
  ReplayOptions each;  // but for what is of one file: `paths` are all of them, folders too
  std::string jobs = "auto";
  std::string out_dir;
  std::string snapshots;  // format of the files of snapshots; csv unless it is given
  bool state = false;     // a file of the state at the end each
};

struct SimulateOptions {
  RunOptions run;
  std::string model = "zero-intelligence";
  std::string preset = "default";
  u32 instruments = 10;
  u32 venues = 1;
  std::string rate = "100k";
  std::string duration;  // 10s, unless events are given
  std::string events;
  std::string seed = "1";
  std::string date;
  RecordOptions record;
};

/// Throws UsageError with what is wrong and what would be right.
[[nodiscard]] pipeline::EngineConfig engine_config(const RunOptions& options);
/// Of the books of one run, see book::BookOptions.
[[nodiscard]] u64 new_hash_key();
[[nodiscard]] feeds::FeedRequest feed_request(const ReplayOptions& options);
[[nodiscard]] feeds::SimulationRequest simulation_request(const SimulateOptions& options);
/// For --record: that it names a tape, if anything. `endings`: those that would be right. Throws
/// UsageError.
void check_tape(const RecordOptions& options, const std::string& endings);
/// That nothing is asked of a tape where there is none. Throws UsageError that says `why`.
void check_no_tape_options(const RecordOptions& options, const std::string& why);
/// Throws UsageError for what can be read but once, standard input, pipes and devices, with `why`
/// that is not enough.
void check_readable_again(const std::string& path, const std::string& why);
/// --report-every, where it is given.
[[nodiscard]] std::optional<Nanos> report_interval(const RunOptions& options);

}  // namespace tapedeck::tools
