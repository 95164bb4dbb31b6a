// What the user asked for, checked as far as it can be without opening a file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/pipeline/engine.hpp"
#include "feeds/catalog/catalog.hpp"

namespace tapedeck::tools {

/// What `replay` and later `simulate` share: how the engine runs and what comes out of it.
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
  std::vector<std::string> strategies;
  std::string state;
  bool json = false;
  bool quiet = false;
};

struct ReplayOptions {
  RunOptions run;
  std::vector<std::string> paths;
  std::string format, framing = "length", date, symbol, orderbook;
  std::vector<std::string> symbols;
  bool parallel = false;
  bool require_complete = false;
};

/// Throws UsageError with what is wrong and what would be right.
[[nodiscard]] pipeline::EngineConfig engine_config(const RunOptions& options);
[[nodiscard]] feeds::FeedRequest feed_request(const ReplayOptions& options);

}  // namespace tapedeck::tools
