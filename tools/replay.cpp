#include "tools/replay.hpp"

#include "engine/thread/host.hpp"
#include "tools/engine_run.hpp"
#include "tools/output.hpp"
#include "tools/recordings.hpp"
#include "tools/signals.hpp"

namespace tapedeck::tools {
namespace {

// For each line one, beside those that lines and shards keep busy.
bool has_cores_to_spare(const pipeline::EngineConfig& config, std::size_t lines) {
  const std::size_t busy = config.shards == 0 ? 1 : lines + config.shards;
  return busy + lines <= thread::cores_to_burn(thread::this_host());
}

}  // namespace

ExitCode replay(const ReplayOptions& options) {
  pipeline::EngineConfig config = engine_config(options.run);
  const std::size_t lines = options.parallel ? options.paths.size() : 1;
  check_tape(options.record, ".tape; `tapedeck convert` writes other formats");
  const std::vector<std::string> recordings = recording_paths(options.record.path, lines);
  TapeRecordings tapes{options.record, recordings.size(), false};
  std::vector<std::string> inputs = options.paths;
  if (!options.orderbook.empty()) inputs.push_back(options.orderbook);
  if (!options.run.shard_map.empty()) inputs.push_back(options.run.shard_map);
  std::vector<std::string> outputs = recordings;
  outputs.push_back(options.run.out);
  outputs.push_back(options.run.state);
  check_outputs(outputs, inputs);
  feeds::FeedRequest request = feed_request(options);
  request.read_ahead = has_cores_to_spare(config, lines);
  request.follow = options.follow;
  if (!recordings.empty()) {
    request.tap_of_line = [&tapes](std::size_t line) { return tapes.tap_of_line(line); };
  }
  feeds::OpenedFeeds opened = feeds::open_feeds(request);
  RunStyle style;
  style.require_complete = options.require_complete;
  style.symbols = options.symbols;
  StopOnSignal stop;
  tapes.begin(opened, stop.flag(), style);
  return run_engine(options.run, std::move(config), std::move(opened), std::move(style), stop);
}

}  // namespace tapedeck::tools
