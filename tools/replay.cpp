#include "tools/replay.hpp"

#include "tools/engine_run.hpp"
#include "tools/output.hpp"
#include "tools/signals.hpp"

namespace tapedeck::tools {

ExitCode replay(const ReplayOptions& options) {
  pipeline::EngineConfig config = engine_config(options.run);
  std::vector<std::string> inputs = options.paths;
  if (!options.orderbook.empty()) inputs.push_back(options.orderbook);
  if (!options.run.shard_map.empty()) inputs.push_back(options.run.shard_map);
  check_outputs({options.run.out, options.run.state}, inputs);
  feeds::FeedRequest request = feed_request(options);
  request.read_ahead = has_cores_to_read_ahead(config, options.parallel ? options.paths.size() : 1);
  feeds::OpenedFeeds opened = feeds::open_feeds(request);
  RunStyle style;
  style.require_complete = options.require_complete;
  style.symbols = options.symbols;
  StopOnSignal stop;
  return run_engine(options.run, std::move(config), std::move(opened), std::move(style), stop);
}

}  // namespace tapedeck::tools
