// One run of the engine under an open-loop load.
#pragma once

#include "engine/core/clock.hpp"
#include "engine/thread/runner.hpp"
#include "tools/lab/latency_figures.hpp"
#include "tools/lab/latency_options.hpp"

namespace tapedeck::tools {

/// The number of windows of time in a run: enough for a confidence interval of their median.
inline constexpr u32 kLatencyWindows = 20;
inline constexpr u32 kLatencySlices = 100;  // of the timeline

/// The interval between looks at the queues. A look takes a core from the thread that runs there
/// for some microseconds.
inline constexpr Nanos kQueueLook{10'000'000};
enum class Queues : u8 { unwatched, watched };

/// Runs the engine once. `on_drain_limit`: as in EngineConfig. Throws what Engine::run() throws.
[[nodiscard]] LatencyFigures run_under_load(const LatencyPlan& plan, const Clock& clock,
                                            thread::StopFlag& stop,
                                            std::function<void()> on_drain_limit,
                                            Queues queues = Queues::unwatched);

}  // namespace tapedeck::tools
