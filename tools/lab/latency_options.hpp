// The options of `bench latency`, and the plan made from them; `bench saturate` builds on both.
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
  ReplayOptions input;  // no paths: the simulated market; `run`: how the engine runs
  // Of the simulated market; by default `default` and 10. Empty if not given, like the input's
  // framing.
  std::string preset;
  std::optional<u32> instruments;
  std::string load = "constant";  // or poisson, bursts[:period=10ms,share=0.1], recorded
  std::string rate;               // messages per second; 100k unless the load is recorded
  std::string speed;              // of recorded times
  std::string duration = "10s", warm_up = "500ms";
  std::string from;  // TIME, #N or open
  std::string seed = "1";
  std::string sample_every = "auto";
  std::string hgrm;    // a folder
  std::string report;  // a page
};

/// The checked options. No file stays open.
struct LatencyPlan {
  open_loop::Load load;
  open_loop::Start start;
  open_loop::Span span;
  u32 sample_every = 1;
  pipeline::EngineConfig engine;
  std::string wait, source, load_text;
  std::vector<int> cores;       // of the threads under load; if not pinned, the first ones
  std::string why_not_visible;  // why visibility is not measured; empty: it is
  std::function<feeds::OpenedFeeds()> open;  // opens the source at its beginning
};

/// Whether a reader waits for what becomes visible: if a core is free, or never.
enum class Reader : u8 { if_possible, none };

/// Throws UsageError, also for files that cannot be opened, hold no channel or more than one, or
/// have no times although the load should follow them. Throws DamagedInput when such files are
/// damaged before their times change, or are empty.
[[nodiscard]] LatencyPlan latency_plan(const LatencyOptions& options, Reader reader);

}  // namespace tapedeck::tools
