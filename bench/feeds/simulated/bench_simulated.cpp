// How fast the zero-intelligence market makes events: the feed polled, its events dropped.
#include <benchmark/benchmark.h>

#include "bench/support/made_day.hpp"
#include "bench/support/program.hpp"
#include "feeds/simulated/feed.hpp"

namespace tapedeck {
namespace {

simulated::SimulatedFeed feed_of(u32 instruments, u64 seed) {
  simulated::Market market;
  market.seed = seed;
  market.instruments = instruments;
  market.events = bench::sized(1'000'000, 20'000);
  market.duration = Nanos{3'600 * kNanosPerSecond};  // the events end it sooner
  return simulated::SimulatedFeed{market};
}

void poll(benchmark::State& state) {
  u64 events = 0;
  for (auto _ : state) {
    auto feed = feed_of(static_cast<u32>(state.range(0)), 1);
    bench::for_each_batch(feed, [&events](std::span<const Event> batch) {
      benchmark::DoNotOptimize(batch.data());
      events += batch.size();
    });
  }
  state.SetItemsProcessed(static_cast<i64>(events));
}
BENCHMARK(poll)->Unit(benchmark::kMillisecond)->ArgName("instruments")->Arg(1)->Arg(100);

// Over what is said of an event; bytes that its kind leaves unused may hold anything.
u64 hash_of(u64 hash, const Event& event) {
  const auto take = [&hash](u64 word) {
    hash = (hash ^ word) * 0x9E3779B97F4A7C15U + (hash >> 32);
  };
  take(static_cast<u64>(event.exchange_time.value));
  take(event.sequence);
  take(event.instrument.value);
  take(static_cast<u64>(event.kind) | static_cast<u64>(event.side) << 8 | u64{event.flags} << 16);
  if (has_order_fields(event.kind)) {
    take(event.order.id.value);
    take(event.order.aux);
    take(static_cast<u64>(event.order.price.value));
    take(static_cast<u64>(event.order.quantity.value));
  }
  return hash;
}

u64 hash_of_day(u32 instruments, u64 seed) {
  u64 hash = 0, events = 0;
  auto feed = feed_of(instruments, seed);
  bench::for_each_batch(feed, [&](std::span<const Event> batch) {
    for (const Event& event : batch) hash = hash_of(hash, event);
    events += batch.size();
  });
  bench::require(events >= bench::sized(1'000'000, 20'000), "the market closed early");
  return hash;
}

u64 check_answer() {
  u64 checksum = 0;
  for (const u32 instruments : {1U, 100U}) {
    const u64 day = hash_of_day(instruments, 1);
    bench::require(day == hash_of_day(instruments, 1), "the same seed gives other events");
    bench::require(day != hash_of_day(instruments, 2), "another seed gives the same events");
    checksum ^= day;
  }
  return checksum;
}

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  return tapedeck::bench::run(count, arguments, {"bench_simulated", tapedeck::check_answer});
}
