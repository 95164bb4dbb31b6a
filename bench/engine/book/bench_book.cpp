// What decoding and booking cost a message, on the demo's order flow. The answer is checked against
// the reference books before anything is timed; `--smoke` is the size that ctest runs.
#include <algorithm>
#include <span>

#include <benchmark/benchmark.h>

#include "bench/support/made_day.hpp"
#include "bench/support/program.hpp"
#include "engine/book/book_set.hpp"
#include "engine/book/reference_book.hpp"

namespace tapedeck {
namespace {

const bench::MadeDay& day() {
  static const bench::MadeDay made{bench::sized(500'000, 10'000), 100};
  return made;
}

u64 check_answer() {
  book::BookSet fast{book::BookOptions{.flow_digest = true}};
  book::ReferenceBookSet slow{true};
  fast.open_channel(0, true);
  fast.apply(0, day().events());
  for (const Event& event : day().events()) slow.apply(0, event);
  u64 checksum = 0;
  for (const auto& [key, twin] : slow.books()) {
    const book::Book* book = fast.find(0, key.second);
    bench::require(book != nullptr && book->state.flow == twin.state.flow,
                   "the books differ from the reference");
    checksum ^= book->state.flow;
  }
  return checksum;
}

void per_message(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<i64>(day().messages()) * state.iterations());
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

void apply(benchmark::State& state) {
  const auto batch = static_cast<std::size_t>(state.range(0));
  const std::span<const Event> all{day().events()};
  for (auto _ : state) {
    book::BookSet books;
    books.open_channel(0, true);
    for (std::size_t at = 0; at < all.size(); at += batch) {
      books.apply(0, all.subspan(at, std::min(batch, all.size() - at)));
    }
    benchmark::DoNotOptimize(books.live_orders());
  }
  per_message(state);
}
BENCHMARK(apply)->Unit(benchmark::kMillisecond)->ArgName("batch")->Arg(1)->Arg(16)->Arg(256);

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  return tapedeck::bench::run(count, arguments, {"bench_book", tapedeck::check_answer});
}
