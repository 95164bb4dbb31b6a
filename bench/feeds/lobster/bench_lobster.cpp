// How fast LOBSTER rows become events, beside a trivial parse of the same bytes: std::from_chars
// over the six columns of each message row, which checks nothing else. With the book file, all
// events of the completed stream. All of it from memory.
//
// The pair of files is made up. TAPEDECK_BENCH_LOBSTER=SYMBOL_..._message_N.csv names a recorded
// message file instead, beside which its book file lies.
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <benchmark/benchmark.h>

#include "bench/support/made_day.hpp"
#include "bench/support/program.hpp"
#include "feeds/lobster/feed.hpp"
#include "feeds/lobster/files.hpp"
#include "tests/support/lobster_market.hpp"

namespace tapedeck {
namespace {

constexpr u64 kSeed = 4242;
constexpr std::size_t kDepth = 10;
constexpr int kIdColumn = 2;  // from 0; -1 is no id, as 0 is

struct Pair {
  std::string messages;
  std::string book;
};

std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

Pair make_pair() {
  if (const char* named = std::getenv("TAPEDECK_BENCH_LOBSTER")) {
    const auto book = feeds::lobster::book_beside(named);
    bench::require(book.has_value(), "no book file lies beside the message file");
    return {content_of(named), book ? content_of(*book) : std::string{}};
  }
  auto made = test::LobsterMarket{kSeed, kDepth}.record(bench::sized(60'000, 2'000));
  return {std::move(made.messages), std::move(made.book)};
}

const Pair& input() {
  static const Pair pair = make_pair();
  return pair;
}

// Adds up all columns, so that none of them is left out. Returns false for what is no row.
template <class Time>
bool parse_trivially(const char*& at, const char* end, u64& sum) {
  Time time{};
  auto step = std::from_chars(at, end, time);
  sum += static_cast<u64>(time);
  for (int column = 1; column < 6; ++column) {
    i64 value = 0;
    if (step.ec != std::errc{} || step.ptr == end || *step.ptr != ',') return false;
    step = std::from_chars(step.ptr + 1, end, value);
    sum += static_cast<u64>(column == kIdColumn && value < 0 ? 0 : value);
  }
  if (step.ec != std::errc{} || step.ptr == end) return false;
  at = step.ptr + 1;  // behind the line end
  return true;
}

struct Parsed {
  u64 rows = 0;
  u64 sum = 0;
};

Parsed parse_trivially() {
  const std::string& text = input().messages;
  const char* at = text.data();
  const char* const end = at + text.size();
  Parsed parsed;
  while (at != end && parse_trivially<double>(at, end, parsed.sum)) ++parsed.rows;
  return parsed;
}

feeds::lobster::LobsterFeed feed_of(bool with_book) {
  return {feeds::memory_source("messages", as_bytes_of(input().messages)),
          with_book ? feeds::memory_source("book", as_bytes_of(input().book)) : nullptr,
          {"MADE", Nanos{0}, {}}};
}

void trivial_parse(benchmark::State& state) {
  u64 rows = 0;
  for (auto _ : state) {
    const Parsed parsed = parse_trivially();
    benchmark::DoNotOptimize(parsed.sum);
    rows += parsed.rows;
  }
  state.SetItemsProcessed(static_cast<i64>(rows));
}
BENCHMARK(trivial_parse)->Unit(benchmark::kMillisecond);

void poll(benchmark::State& state) {
  u64 rows = 0;
  for (auto _ : state) {
    auto feed = feed_of(state.range(0) != 0);
    bench::for_each_batch(
        feed, [](std::span<const Event> batch) { benchmark::DoNotOptimize(batch.data()); });
    rows += feed.rows();
  }
  state.SetItemsProcessed(static_cast<i64>(rows));
}
BENCHMARK(poll)->Unit(benchmark::kMillisecond)->ArgName("book")->Arg(0)->Arg(1);

// Both must have read the same columns of the same rows.
u64 check_answer() {
  const Parsed trivial = parse_trivially();
  Parsed fed;
  auto rows = feed_of(false);
  std::vector<Event> events;
  while (rows.next_row(events, Nanos{0})) {
    const auto& row = rows.message();
    const i64 price = row.price.value / feeds::lobster::kPriceScale;
    fed.sum += static_cast<u64>(row.since_midnight.value / kNanosPerSecond);
    fed.sum += static_cast<u64>(row.type) + row.id.value;
    fed.sum += static_cast<u64>(row.size.value + price + (row.side == Side::bid ? 1 : -1));
    ++fed.rows;
    events.clear();
  }
  bench::require(rows.complete(), "the feed did not read all message rows");
  bench::require(trivial.rows == fed.rows, "the feed and the trivial parse read other rows");
  bench::require(trivial.sum == fed.sum, "the feed and the trivial parse read other columns");
  auto completed = feed_of(true);
  u64 events_completed = 0;
  bench::for_each_batch(completed, [&](auto batch) { events_completed += batch.size(); });
  bench::require(completed.complete(), "the feed did not read all book rows");
  return fed.sum ^ events_completed;
}

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  return tapedeck::bench::run(count, arguments, {"bench_lobster", tapedeck::check_answer});
}
