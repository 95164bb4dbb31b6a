// What a snapshot cell of a book's top costs its writer and its readers, alone and at once.
//
// All words of a value follow from one number, so that a mixture of two versions shows: none may
// ever be seen. A reader that is overtaken at every try gives up, which is counted and is no fault.
#include <array>
#include <atomic>
#include <thread>

#include <benchmark/benchmark.h>

#include "bench/support/program.hpp"
#include "engine/core/clock.hpp"
#include "engine/pipeline/cell_board.hpp"
#include "engine/thread/snapshot_cell.hpp"

namespace tapedeck {
namespace {

struct Value {
  std::array<u64, sizeof(book::InstrumentView) / sizeof(u64)> words;
};
static_assert(sizeof(Value) == sizeof(book::InstrumentView));
using Cell = thread::SnapshotCell<Value>;

Value value_of(u64 number) {
  Value value{};
  for (std::size_t i = 0; i < value.words.size(); ++i) value.words[i] = number * (i + 1);
  return value;
}
bool whole(const Value& value) {
  bool same = true;
  for (std::size_t i = 0; i < value.words.size(); ++i) {
    same &= value.words[i] == value.words[0] * (i + 1);
  }
  return same;
}

// What a reader has met.
struct Seen {
  u64 reads = 0, give_ups = 0, torn = 0, backwards = 0;
  u64 last = 0;

  void read(const Cell& cell) {
    ++reads;
    const auto value = cell.try_read();
    if (!value) {
      ++give_ups;
      return;
    }
    torn += whole(*value) ? 0U : 1U;
    backwards += value->words[0] < last ? 1U : 0U;
    last = value->words[0];
  }
  void require_good() const {
    bench::require(torn == 0, "a torn value was read");
    bench::require(backwards == 0, "an older value was read after a newer one");
  }
};

// Does something over and over on a thread of its own, until it is joined.
class Meanwhile {
 public:
  template <class Step>
  explicit Meanwhile(Step step)
      : thread_([this, step]() mutable {
          while (!stop_.load(std::memory_order_relaxed)) {
            step();
            running_.store(true, std::memory_order_relaxed);
          }
        }) {
    while (!running_.load(std::memory_order_relaxed)) std::this_thread::yield();
  }
  Meanwhile(const Meanwhile&) = delete;
  Meanwhile& operator=(const Meanwhile&) = delete;
  ~Meanwhile() { join(); }
  void join() {
    stop_.store(true, std::memory_order_relaxed);
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::atomic<bool> stop_{false}, running_{false};
  std::thread thread_;
};

// Writes as a shard does: again as soon as `pause` has passed.
class Writer {
 public:
  Writer(Cell& cell, Nanos pause) : cell_(cell), pause_(pause) {}
  void operator()() {
    if (pause_ > Nanos{0}) {
      const Nanos now = clock_.now();
      if (now < due_) return;
      due_ = now + pause_;
    }
    cell_.write(value_of(++number_));
  }

 private:
  Cell& cell_;
  Nanos pause_;
  Nanos due_{0};
  SteadyClock clock_;
  u64 number_ = 0;
};

void write_alone(benchmark::State& state) {
  Cell cell;
  u64 number = 0;
  for (auto _ : state) cell.write(value_of(++number));
  bench::require(cell.try_read()->words[0] == number, "the last write is not what is read");
}
BENCHMARK(write_alone);

void read_alone(benchmark::State& state) {
  Cell cell;
  cell.write(value_of(7));
  Seen seen;
  for (auto _ : state) seen.read(cell);
  seen.require_good();
  bench::require(seen.give_ups == 0, "a reader gave up though nobody wrote");
}
BENCHMARK(read_alone);

void write_while_read(benchmark::State& state) {
  Cell cell;
  Seen seen;
  Meanwhile reader{[&cell, &seen] { seen.read(cell); }};
  u64 number = 0;
  for (auto _ : state) cell.write(value_of(++number));
  reader.join();
  seen.require_good();
}
BENCHMARK(write_while_read)->UseRealTime();

void read_while_written(benchmark::State& state) {
  Cell cell;
  cell.write(value_of(0));
  Seen seen;
  Meanwhile writer{Writer{cell, Nanos{state.range(0)}}};
  for (auto _ : state) seen.read(cell);
  writer.join();
  seen.require_good();
  const auto given_up = static_cast<double>(seen.give_ups);
  state.counters["give_ups"] = benchmark::Counter(given_up / static_cast<double>(seen.reads));
}
BENCHMARK(read_while_written)->UseRealTime()->ArgName("pause_ns")->Arg(0)->Arg(100)->Arg(1'000);

// Every value that is written is read; then many are read while they are written.
u64 check_answer() {
  u64 checksum = 0;
  Cell cell;
  for (u64 number = 1; number <= 1'000; ++number) {
    cell.write(value_of(number));
    const auto value = cell.try_read();
    bench::require(value && whole(*value), "what was written cannot be read");
    checksum = checksum * 31 + value->words.back();
  }
  cell.write(value_of(0));
  Seen seen;
  Meanwhile writer{Writer{cell, Nanos{100}}};
  while (seen.reads < bench::sized(1'000'000, 20'000)) seen.read(cell);
  writer.join();
  seen.require_good();
  return checksum;
}

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  return tapedeck::bench::run(count, arguments,
                              {"bench_snapshot_cell", tapedeck::check_answer, true});
}
