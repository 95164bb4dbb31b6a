// Where a message's time goes: an ITCH day in memory through the engine, whole and stage by stage.
//
// The stages run alone on one thread: `decode` polls the feed and drops the events,
// `decode_and_route` polls the engine's channel alone and gives back every batch of its ring
// unread, `apply` books events that are there already. `whole` is the engine itself, timed from the
// first byte read to the last event applied; with shards its stages run on threads of their own.
#include <span>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/support/made_day.hpp"
#include "bench/support/program.hpp"
#include "engine/core/clock.hpp"
#include "engine/pipeline/digests.hpp"
#include "engine/pipeline/engine.hpp"
#include "engine/pipeline/topology.hpp"
#include "tests/support/outcome.hpp"

namespace tapedeck {
namespace {

constexpr u32 kBatchEvents = 256, kBatches = 32;  // the engine's own, see EngineConfig

const bench::MadeDay& day() {
  static const bench::MadeDay made{bench::sized(2'000'000, 20'000), 500};
  return made;
}

void per_message(benchmark::State& state) {
  const auto messages = static_cast<i64>(day().messages()) * state.iterations();
  state.SetItemsProcessed(messages);
  state.counters["a_message"] = benchmark::Counter(
      static_cast<double>(messages), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void decode(benchmark::State& state) {
  for (auto _ : state) {
    bench::for_each_batch(*day().feed(), [](std::span<const Event> events) {
      benchmark::DoNotOptimize(events.data());
    });
  }
  per_message(state);
}
BENCHMARK(decode)->Unit(benchmark::kMillisecond);

pipeline::EngineConfig config_of(u32 shards) {
  pipeline::EngineConfig config;
  config.shards = shards;
  config.batch_events = kBatchEvents;
  config.batches = kBatches;
  return config;
}
std::vector<std::unique_ptr<Feed>> feeds() {
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(day().feed());
  return feeds;
}

// Gives back what the ring holds; returns how many events that was.
u64 empty_out(thread::BatchRing& ring) {
  u64 events = 0;
  while (thread::Batch* const batch = ring.receive()) {
    events += batch->size;
    ring.give_back(batch);
  }
  return events;
}

void decode_and_route(benchmark::State& state) {
  const SteadyClock clock;
  const thread::StopFlag stop;
  for (auto _ : state) {
    pipeline::Topology topology{config_of(1), feeds(), clock, stop};
    thread::Stage& channel = *topology.jobs().front().stage;
    u64 events = 0;
    while (!channel.done()) {
      (void)channel.poll();
      events += empty_out(topology.ring(0, 0));
    }
    bench::require(events == day().events().size() + 1, "events went missing in the ring");
  }
  per_message(state);
}
BENCHMARK(decode_and_route)->Unit(benchmark::kMillisecond);

void apply(benchmark::State& state) {
  const std::span<const Event> all{day().events()};
  for (auto _ : state) {
    book::BookSet books;
    books.open_channel(0, true);
    for (std::size_t at = 0; at < all.size(); at += kBatchEvents) {
      books.apply(0, all.subspan(at, std::min<std::size_t>(kBatchEvents, all.size() - at)));
    }
    benchmark::DoNotOptimize(books.live_orders());
  }
  per_message(state);
}
BENCHMARK(apply)->Unit(benchmark::kMillisecond);

// One run of the engine, which is not copied and runs once.
class Run {
 public:
  Run(u32 shards, bool flow_digest) : engine_(config(shards, flow_digest), feeds(), clock_, stop_) {
    engine_.run();
  }
  [[nodiscard]] const pipeline::Engine& engine() const { return engine_; }

 private:
  static pipeline::EngineConfig config(u32 shards, bool flow_digest) {
    pipeline::EngineConfig config = config_of(shards);
    config.flow_digest = flow_digest;
    return config;
  }

  SteadyClock clock_;
  thread::StopFlag stop_;
  pipeline::Engine engine_;
};

void whole(benchmark::State& state) {
  for (auto _ : state) {
    const Run run{static_cast<u32>(state.range(0)), false};
    state.SetIterationTime(static_cast<double>(run.engine().elapsed().value) / kNanosPerSecond);
  }
  per_message(state);
}
BENCHMARK(whole)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond)
    ->ArgName("shards")
    ->DenseRange(0, 2);

// The reference books, and the engine with none, one and two shards, must come to the same.
u64 check_answer() {
  const test::Outcome expected = test::expected_of({day().events()});
  for (const u32 shards : {0U, 1U, 2U}) {
    const Run run{shards, true};
    bench::require(pipeline::digest_of(run.engine()) == expected.digest,
                   "the engine's books differ from the reference");
    bench::require(pipeline::flow_digest_of(run.engine()) == expected.flow,
                   "the engine's flow differs from the reference");
    bench::require(run.engine().queue_faults() == 0, "a queue broke its promise");
  }
  return expected.digest ^ expected.flow;
}

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  return tapedeck::bench::run(count, arguments, {"bench_pipeline", tapedeck::check_answer, true});
}
