// What `bench latency` is asked for, and what that comes to; `bench saturate` builds on it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/pipeline/engine_config.hpp"
#include "feeds/load/open_loop_feed.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct LatencyOptions {
  ReplayOptions input;  // no paths: the simulated market; `run` is how the engine runs
  // Of the simulated market, `default` and 10. Empty if not given, as is the input's framing.
  std::string preset;
  std::optional<u32> instruments;
  std::string load = "constant";  // or poisson, bursts[:period=10ms,share=0.1], recorded
  std::string rate;               // messages a second; 100k unless the load is recorded
  std::string speed;              // of recorded times
  std::string duration = "10s", warm_up = "500ms";
  std::string from;  // TIME, #N or open
  std::string seed = "1";
  std::string sample_every = "auto";
  std::string hgrm;    // a folder
  std::string report;  // a page
};

/// All checked, nothing opened for good.
struct LatencyPlan {
  open_loop::Load load;
  open_loop::Start start;
  open_loop::Span span;
  u32 sample_every = 1;
  pipeline::EngineConfig engine;
  std::string wait, source, load_text;
  std::vector<int> cores;  // of the threads under load, or the first ones if they are not pinned
  std::string why_not_visible;  // why no reader waits for what becomes visible; empty: one does
  std::function<feeds::OpenedFeeds()> open;  // the source, from its beginning
};

/// Of what becomes visible: where a core is free, or nowhere.
enum class Reader : u8 { if_possible, none };

/// Throws UsageError: also for files that cannot be opened, hold no channel or more than one, or
/// say no times though the load is to follow them; DamagedInput when those files are damaged before
/// their times move, or hold nothing.
[[nodiscard]] LatencyPlan latency_plan(const LatencyOptions& options, Reader reader);

}  // namespace tapedeck::tools
