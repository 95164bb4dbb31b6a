// The options of `bench latency`, and the plan made from them; `bench saturate` builds on both.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/pipeline/engine_config.hpp"
#include "feeds/load/open_loop_feed.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/place.hpp"

namespace tapedeck::tools {

struct LatencyOptions {
  ReplayOptions input;  // without paths: the simulated market; `run`: how the engine runs
  // Options of the simulated market. They are empty if not given; the market is then `default` with
  // 10 instruments. The framing in `input` is also empty if not given.
  std::string preset;
  std::optional<u32> instruments;
  std::string load = "constant";  // or poisson, bursts[:period=10ms,share=0.1], recorded
  std::string rate;               // messages per second; 100k unless the load is recorded
  std::string speed;              // for load `recorded`: multiple of the recorded speed
  std::string duration = "10s", warm_up = "500ms";
  std::string from;  // TIME, @N or open
  std::string seed = "1";
  std::string sample_every = "auto";
  std::string watch = "1s";  // how long the cores are watched, before and after
  std::string hgrm;          // the folder for distributions; empty: none
  std::string report;        // the path of an HTML page; empty: none
};

/// The plan of a run, made from checked options. It keeps no file open.
struct LatencyPlan {
  open_loop::Load load;
  open_loop::Start start;
  open_loop::Span span;
  u32 sample_every = 1;
  pipeline::EngineConfig engine;
  std::string wait, source, load_text;
  std::optional<AskedPlace> from;  // where the load begins, if a place was given
  feeds::TimeBase time_base = feeds::TimeBase::utc;
  std::vector<int> cores;  // of the threads under load; the first cores if they are not pinned
  Nanos watch{kNanosPerSecond};              // how long the cores are watched
  std::string why_not_visible;               // why visibility is not measured; empty if it is
  std::function<feeds::OpenedFeeds()> open;  // opens the source at its beginning
};

/// Whether a reader thread measures when book updates become visible: if a core is free for it, or
/// never.
enum class Reader : u8 { if_possible, none };

/// Checks the options and returns the plan. Throws UsageError or ConfigError, also for files that
/// cannot be opened or are not one channel. For a load that follows recorded times, throws
/// UsageError when the times do not change, and DamagedInput when the files are empty, or are
/// damaged before the times change.
[[nodiscard]] LatencyPlan latency_plan(const LatencyOptions& options, Reader reader);

}  // namespace tapedeck::tools
