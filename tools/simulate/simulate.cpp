#include "tools/simulate/simulate.hpp"

#include <memory>

#include "engine/output/async_file.hpp"
#include "feeds/itch50/recording_feed.hpp"
#include "tools/cli/activity.hpp"
#include "tools/cli/outputs.hpp"
#include "tools/cli/shown_time.hpp"
#include "tools/run/engine_run.hpp"
#include "tools/run/findings.hpp"
#include "tools/run/recordings.hpp"

namespace tapedeck::tools {
namespace {

using Files = std::vector<std::unique_ptr<output::AsyncFile>>;

// Wraps every venue's feed so that its events are recorded.
Files record(feeds::OpenedFeeds& opened, const std::vector<std::string>& paths,
             ClaimedOutputs& claimed, const thread::StopFlag& stop) {
  Files files;
  for (std::size_t venue = 0; venue < paths.size(); ++venue) {
    files.push_back(std::make_unique<output::AsyncFile>(claimed.take(paths[venue]), stop));
    feeds::OpenedChannel& channel = opened.channels[venue];
    channel.feed = std::make_unique<itch50::RecordingFeed>(std::move(channel.feed),
                                                           channel.midnight, *files.back());
  }
  return files;
}

}  // namespace

ExitCode simulate(const SimulateOptions& options) {
  const Activity activity{"making the market"};
  pipeline::EngineConfig config = engine_config(options.run);
  const std::vector<std::string> fail_on = fail_on_kinds(options.run.fail_on, options.run.strict);
  feeds::OpenedFeeds opened = feeds::open_channels(simulated_spec(options));
  const bool on_tape = options.record.path.ends_with(".tape");
  const std::size_t venues = opened.channels.size();
  const std::vector<std::string> recordings = recording_paths(options.record.path, venues);
  TapeRecordings tapes{options.record, on_tape ? venues : 0,
                       config.full == pipeline::QueueFull::drop};
  std::vector<OutputRequest> requests;
  requests.reserve(recordings.size() + 2);
  for (const std::string& path : recordings) {
    requests.push_back(recording_request(path, options.record.force));
  }
  requests.push_back({options.run.out});
  requests.push_back({options.run.state});
  std::vector<std::string> inputs;
  if (!options.run.shard_map.empty()) inputs.push_back(options.run.shard_map);
  ClaimedOutputs outputs{requests, inputs};

  StopOnSignal stop;
  RunStyle style;
  style.provenance = provenance_of(inputs);
  style.warn_incomplete = false;  // it ends early only on request
  style.table = true;
  style.times = shown_times(opened, {});
  style.fail_on = fail_on;
  Files files;
  if (on_tape) {
    tapes.begin(opened, outputs, stop.flag(), style);
  } else {
    files = record(opened, recordings, outputs, stop.flag());
  }
  for (std::size_t venue = 0; venue < files.size(); ++venue) {
    style.outputs.push_back({recordings[venue], [&file = *files[venue]] { return file.finish(); }});
  }
  return run_engine(options.run, std::move(config), std::move(opened), std::move(style), outputs,
                    stop);
}

}  // namespace tapedeck::tools
