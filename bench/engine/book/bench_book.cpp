// What decoding and booking cost a message, on the demo's order flow. The answer is checked against
// the reference books before anything is timed; `--smoke` is the size that ctest runs.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unordered_map>
#include <vector>

#include <benchmark/benchmark.h>

#include "engine/book/book_set.hpp"
#include "engine/book/reference_book.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/itch50/file_feed.hpp"
#include "tests/support/demo_flow.hpp"

namespace tapedeck {
namespace {

u64 flow_messages = 500'000;  // set once by main, before anything runs

const itch50::FrameBuffer& frames() {
  static const itch50::FrameBuffer made = [] {
    itch50::FrameBuffer buffer;
    test::write_demo_flow(buffer, {flow_messages, 100, 1});
    return buffer;
  }();
  return made;
}

std::unique_ptr<itch50::FileFeed> feed() {
  std::vector<itch50::DayFile> files;
  files.push_back({feeds::memory_source("demo", frames().bytes()), Nanos{0}});
  return std::make_unique<itch50::FileFeed>(std::move(files), itch50::Framing::length);
}

const std::vector<Event>& events() {
  static const std::vector<Event> made = [] {
    std::vector<Event> all;
    std::vector<Event> storage(kMinPollBuffer);
    const auto source = feed();
    for (FeedStatus status = FeedStatus::ready; status != FeedStatus::ended;) {
      EventBuffer out{storage.data(), kMinPollBuffer};
      status = source->poll(out, Nanos{0});
      all.insert(all.end(), out.begin(), out.end());
    }
    return all;
  }();
  return made;
}

// Ends the program when fast and slow books differ: a wrong answer has no speed.
void check_answer() {
  book::BookSet fast{book::BookOptions{.flow_digest = true}};
  book::ReferenceBookSet slow{true};
  fast.open_line(0, true);
  fast.apply(0, events());
  for (const Event& event : events()) slow.apply(0, event);
  u64 checksum = 0;
  for (const auto& [key, twin] : slow.books()) {
    const book::Book* book = fast.find(0, key.second);
    if (book == nullptr || book->state.flow != twin.state.flow) {
      std::fprintf(stderr, "bench_book: the books differ from the reference\n");
      std::exit(EXIT_FAILURE);
    }
    checksum ^= book->state.flow;
  }
  std::printf("answer checked: %zu events, checksum %016llx\n", events().size(),
              static_cast<unsigned long long>(checksum));
}

void per_message(benchmark::State& state, u64 messages) {
  state.SetItemsProcessed(static_cast<i64>(messages) * state.iterations());
}

void decode(benchmark::State& state) {
  std::vector<Event> storage(kMinPollBuffer);
  for (auto _ : state) {
    const auto source = feed();
    for (FeedStatus status = FeedStatus::ready; status != FeedStatus::ended;) {
      EventBuffer out{storage.data(), kMinPollBuffer};
      status = source->poll(out, Nanos{0});
      benchmark::DoNotOptimize(out.begin());
    }
  }
  per_message(state, frames().messages());
}
BENCHMARK(decode)->Unit(benchmark::kMillisecond);

void apply(benchmark::State& state) {
  const auto batch = static_cast<std::size_t>(state.range(0));
  const std::span<const Event> all{events()};
  for (auto _ : state) {
    book::BookSet books;
    books.open_line(0, true);
    for (std::size_t at = 0; at < all.size(); at += batch) {
      books.apply(0, all.subspan(at, std::min(batch, all.size() - at)));
    }
    benchmark::DoNotOptimize(books.live_orders());
  }
  per_message(state, frames().messages());
}
BENCHMARK(apply)->Unit(benchmark::kMillisecond)->ArgName("batch")->Arg(1)->Arg(16)->Arg(256);

// The order index alone, against the standard map: insert, find, erase of each order id.
template <class Insert, class Erase>
void index_flow(benchmark::State& state, Insert insert, Erase erase) {
  u64 operations = 0;
  for (const Event& event : events()) {
    if (event.kind == Kind::add) insert(event.order.id, event.instrument.value);
    if (event.kind == Kind::remove) erase(event.order.id, event.instrument.value);
    operations += event.kind == Kind::add || event.kind == Kind::remove ? 1 : 0;
  }
  state.SetItemsProcessed(state.items_processed() + static_cast<i64>(operations));
}

void order_index(benchmark::State& state) {
  for (auto _ : state) {
    Arena arena{book::kMostPoolBytes};
    book::OrderIndex index{arena};
    // As in a book set, the keys lie with what the handles name.
    std::vector<std::pair<OrderId, u32>> keys{{}};
    const auto is = [&keys](OrderId id, u32 book) {
      return [&keys, id, book](book::Handle handle) { return keys[handle] == std::pair{id, book}; };
    };
    index_flow(
        state,
        [&](OrderId id, u32 book) {
          const auto hash = index.hash_of(id, book::OrderIndex::salt_of(book));
          if (book::Handle* const at = index.try_insert(hash, is(id, book))) {
            *at = static_cast<book::Handle>(keys.size());
            keys.emplace_back(id, book);
          }
        },
        [&](OrderId id, u32 book) {
          const auto hash = index.hash_of(id, book::OrderIndex::salt_of(book));
          const book::Handle handle = index.find(hash, is(id, book));
          if (handle != book::kNoHandle) index.erase(hash, handle);
        });
  }
}
BENCHMARK(order_index)->Unit(benchmark::kMillisecond);

void order_index_by_unordered_map(benchmark::State& state) {
  for (auto _ : state) {
    std::unordered_map<u64, u32> index;
    index_flow(
        state, [&index](OrderId id, u32 book) { index.emplace(id.value ^ (u64{book} << 48), 1); },
        [&index](OrderId id, u32 book) { index.erase(id.value ^ (u64{book} << 48)); });
  }
}
BENCHMARK(order_index_by_unordered_map)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
#ifndef NDEBUG
  std::fprintf(stderr, "bench_book: built without optimisation; these are no figures\n");
#endif
  std::vector<char*> words{arguments, arguments + count};
  char shortest[] = "--benchmark_min_time=0.001";
  for (char*& word : words) {
    if (std::strcmp(word, "--smoke") != 0) continue;
    tapedeck::flow_messages = 10'000;
    word = shortest;
  }
  int words_left = static_cast<int>(words.size());
  benchmark::Initialize(&words_left, words.data());
  if (benchmark::ReportUnrecognizedArguments(words_left, words.data())) return 2;
  tapedeck::check_answer();
  benchmark::RunSpecifiedBenchmarks();
}
