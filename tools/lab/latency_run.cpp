#include "tools/lab/latency_run.hpp"

#include <algorithm>
#include <utility>

#include "engine/pipeline/reporter.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {
namespace {

using latency::LatencySpan;

void read_spans(const pipeline::Engine& engine, const LatencyPlan& plan, LatencyFigures& figures) {
  figures.windows = engine.span_times();
  for (const latency::SpanTimes& window : figures.windows) figures.spans.merge(window);
  figures.timeline = engine.timeline();
  figures.cut_stalls = engine.cut_stalls();
  const auto none = [&](LatencySpan span, const std::string& why) {
    figures.why_none[static_cast<std::size_t>(span)] = why;
  };
  none(LatencySpan::book_to_visible, plan.why_not_visible);
  none(LatencySpan::due_to_visible, plan.why_not_visible);
  if (engine.strategies().empty()) {
    none(LatencySpan::book_to_strategy, "no --strategy runs");
    none(LatencySpan::due_to_strategy, "no --strategy runs");
  }
}

void read_feed(const pipeline::Engine& engine, const open_loop::OpenLoopFeed& feed,
               LatencyFigures& figures) {
  const Pace& pace = *feed.pace();
  figures.messages = pace.events;
  figures.warm_up_messages = feed.counters().messages - pace.events;
  figures.timed_span = feed.timed_span();
  figures.ran_dry = feed.ran_dry();
  figures.overdue = feed.overdue();
  figures.dropped = engine.dropped();
  const auto span = static_cast<double>(feed.timed_span().value) / kNanosPerSecond;
  const auto took = static_cast<double>((pace.ended - pace.began).value) / kNanosPerSecond;
  const auto messages = static_cast<double>(pace.events);
  if (span <= 0) return;
  figures.offered_per_s = messages / span;
  figures.achieved_per_s = messages / std::max(span, took);
}

}  // namespace

LatencyFigures run_under_load(const LatencyPlan& plan, const Clock& clock, thread::StopFlag& stop,
                              std::function<void()> on_drain_limit, Queues queues) {
  pipeline::EngineConfig config = plan.engine;
  config.sample = {.every = plan.sample_every,
                   .visible = plan.why_not_visible.empty(),
                   .windows = kLatencyWindows,
                   .window = {plan.span.duration.value / kLatencyWindows + 1},
                   .slices = kLatencySlices,
                   .slice = {plan.span.duration.value / kLatencySlices + 1}};
  config.on_drain_limit = std::move(on_drain_limit);
  std::vector<std::unique_ptr<Feed>> channels;
  auto feed = std::make_unique<open_loop::OpenLoopFeed>(
      std::move(plan.open().channels.front().feed), plan.load, plan.start, plan.span);
  const open_loop::OpenLoopFeed& load = *feed;
  channels.push_back(std::move(feed));
  pipeline::Engine engine{std::move(config), std::move(channels), clock, stop};

  LatencyFigures figures;
  {
    std::optional<pipeline::Reporter> watcher;
    if (queues == Queues::watched) {
      watcher.emplace(engine, clock, kQueueLook, 0, [&](const pipeline::Report& report) {
        if (load.being_timed()) figures.queue.add(report.in_queues);
      });
    }
    engine.run();
  }
  read_spans(engine, plan, figures);
  read_feed(engine, load, figures);
  figures.sample_every = plan.sample_every;
  if (const Damage* const damage = load.source_damage()) {
    figures.damage.push_back(with_flags(*damage));
  }
  if (const auto left_out = load.left_out()) figures.damage.push_back(with_flags(*left_out));
  figures.warnings = load.warnings();
  figures.placements = engine.placements();
  return figures;
}

}  // namespace tapedeck::tools
