// One run of the engine under an open-loop load.
#pragma once

#include "engine/core/clock.hpp"
#include "tools/latency_options.hpp"
#include "tools/latency_results.hpp"

namespace tapedeck::tools {

/// Windows that a run's figures are kept apart by: enough for an interval of their median.
inline constexpr u32 kLatencyWindows = 20;
inline constexpr u32 kLatencySlices = 100;  // of the timeline

/// Runs the engine once. `on_drain_limit`: as of EngineConfig. Throws what Engine::run() throws.
[[nodiscard]] LatencyFigures run_under_load(const LatencyPlan& plan, const Clock& clock,
                                            thread::StopFlag& stop,
                                            std::function<void()> on_drain_limit);

}  // namespace tapedeck::tools
