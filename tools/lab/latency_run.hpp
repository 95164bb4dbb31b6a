// One run of the engine under an open-loop load.
#pragma once

#include "engine/core/clock.hpp"
#include "engine/thread/runner.hpp"
#include "tools/lab/latency_figures.hpp"
#include "tools/lab/latency_options.hpp"

namespace tapedeck::tools {

/// The number of time windows in a run. It is large enough for a confidence interval of the
/// windows' median.
inline constexpr u32 kLatencyWindows = 20;
inline constexpr u32 kLatencySlices = 100;  // slices of the timeline

/// The interval between two reads of the queue depths. A read interrupts the thread on one core for
/// a few microseconds.
inline constexpr Nanos kQueueLook{10'000'000};
enum class Queues : u8 { unwatched, watched };

/// Runs the engine once. `on_drain_limit`: as in EngineConfig. Throws what Engine::run() throws.
[[nodiscard]] LatencyFigures run_under_load(const LatencyPlan& plan, const Clock& clock,
                                            thread::StopFlag& stop,
                                            std::function<void()> on_drain_limit,
                                            Queues queues = Queues::unwatched);

}  // namespace tapedeck::tools
