// What a report of a running engine shows, and that an engine shows what its shards have.
#include "engine/pipeline/reporter.hpp"

#include <atomic>
#include <cmath>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/latency/latency_spans.hpp"
#include "engine/pipeline/shard_publisher.hpp"
#include "engine/thread/runner.hpp"
#include "strategies/registry.hpp"
#include "tests/support/engine_config.hpp"

namespace tapedeck::test {
namespace {

using pipeline::Engine;
using pipeline::EngineConfig;
using pipeline::Report;

constexpr std::size_t kInstruments = 12;

// An engine of two shards, whose feed ends once `enough` says so of a report.
std::vector<Report> reports_of(EngineConfig config, std::size_t most,
                               const std::function<bool(const Report&)>& enough,
                               const std::function<void(const Engine&)>& then = {}) {
  const SteadyClock clock;
  thread::StopFlag stop;
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(endless(1, kInstruments));
  Engine engine{std::move(config), std::move(feeds), clock, stop};
  std::vector<Report> reports;
  {
    pipeline::Reporter reporter{engine, clock, Nanos{1'000'000}, most, [&](const Report& report) {
                                  reports.push_back(report);
                                  if (enough(report)) stop.request();
                                }};
    engine.run();
  }
  if (then) then(engine);
  return reports;
}

TEST(Reports, HaveTheBusiestInstrumentsTheirValuesAndTheMarketsTime) {
  EngineConfig config = with_shards(2);
  config.cells = config.live = true;
  config.strategies = strategies::plans_of({"bbo", "vwap"});
  const auto is_busy = [](const Report& report) {
    return report.instruments == kInstruments && report.values.size() == 5;
  };
  const std::vector<Report> reports = reports_of(config, 5, is_busy, [](const Engine& engine) {
    for (u32 shard = 0; shard < 2; ++shard) {
      ASSERT_NE(engine.published(shard).values(), nullptr);
      ASSERT_EQ(engine.published(shard).values()->size(), engine.books(shard).books().size());
      for (std::size_t i = 0; i < engine.published(shard).values()->size(); ++i) {
        const auto live = engine.published(shard).values()->cell(i).try_read();
        const auto values = engine.strategy_values(shard, engine.books(shard).books()[i]);
        for (std::size_t at = 0; at < pipeline::kLiveValues; ++at) {
          const double value = at < values.size() ? values[at] : std::nan("");
          EXPECT_TRUE(live->values[at] == value ||
                      (std::isnan(live->values[at]) && std::isnan(value)));
        }
      }
    }
  });
  const Report& last = reports.back();
  ASSERT_EQ(last.busiest.size(), 5U);
  for (std::size_t i = 1; i < 5; ++i) {
    EXPECT_GE(last.busiest[i - 1].executions, last.busiest[i].executions);
  }
  EXPECT_GT(last.market.time, kBeginningOfTime);
  for (const book::InstrumentView& view : last.busiest) EXPECT_LE(view.time, last.market.time);
}

TEST(Reports, HaveTheLatenciesThatTheShardsSample) {
  EngineConfig config = with_shards(2);
  config.cells = config.live = true;
  config.sample = latency::SamplerOptions{.every = 2};
  const auto has_latency = [](const Report& report) { return report.latency.count > 100; };
  const std::vector<Report> reports = reports_of(config, 5, has_latency, [](const Engine& engine) {
    latency::LatencyCounts live;
    engine.add_live_latencies(live);
    const std::vector<latency::SpanTimes> windows = engine.span_times();
    const Histogram& sampled = windows.front()[latency::LatencySpan::due_to_book];
    EXPECT_EQ(live.count(), sampled.count() + sampled.negative());
  });
  EXPECT_LE(reports.back().latency.p50, reports.back().latency.p99);
}

TEST(Reports, OfAnEngineThatShowsNothingLiveHaveCountsOnly) {
  const auto has_events = [](const Report& report) { return report.now.applied > 0; };
  const std::vector<Report> reports = reports_of(with_shards(2), 5, has_events);
  EXPECT_EQ(reports.back().latency.count, 0U);
  EXPECT_TRUE(reports.back().busiest.empty());
  EXPECT_TRUE(reports.back().values.empty());
  EXPECT_EQ(reports.back().market.time, kBeginningOfTime);
}

}  // namespace
}  // namespace tapedeck::test
