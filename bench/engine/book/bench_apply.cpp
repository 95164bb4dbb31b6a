// How long single events take to apply: the worst of a whole file, and the spread by operation.
//
//   bench_apply FILE.itch [--runs N]     --smoke: a made day instead, two runs
//
// Worst: every event is timed by itself, in several runs, and per event the shortest counts: what
// is due to the event (a table that grows, a side that moves) comes again in every run, what the
// machine does meanwhile does not; pages are kept ready, as in the engine. By operation: one run
// with the look-ahead, from one event's end to the next one's, so that what is fetched ahead is
// paid by whoever fetches it. The clock itself takes some 30 ns, which are in all figures.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/support/made_day.hpp"
#include "bench/support/program.hpp"
#include "engine/book/book_set.hpp"
#include "engine/core/clock.hpp"
#include "engine/core/error.hpp"
#include "engine/core/histogram.hpp"
#include "engine/thread/page_prefaulter.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/itch50/file_feed.hpp"

namespace tapedeck {
namespace {

// A made day, or a file's.
std::unique_ptr<itch50::FileFeed> feed_of(const std::string& path) {
  if (path.empty()) {
    static const bench::MadeDay made{100'000, 50};
    return made.feed();
  }
  std::vector<itch50::DayFile> files;
  files.push_back({feeds::open_source(path), Nanos{0}});
  return std::make_unique<itch50::FileFeed>(std::move(files), itch50::Framing::length);
}

// What the books came to. The program applies the same events in two ways, which must agree.
u64 digest_of(const book::BookSet& books) {
  u64 digest = 0;
  for (const book::Book& book : books.books()) {
    digest = digest * 31 + book::book_digest(books.snapshot(book));
  }
  return digest;
}

struct Timed {
  u32 nanos;
  Kind kind;
};
struct Singles {
  std::vector<Timed> events;
  u64 digest = 0;
};

// What every event takes by itself, at the least of all runs.
Singles time_each(const std::string& path, int runs) {
  const SteadyClock clock;
  Singles singles;
  std::vector<Timed>& all = singles.events;
  for (int run = 0; run < runs; ++run) {
    book::BookSet books;
    books.open_channel(0, true);
    thread::PagePrefaulter prefaulter{{&books.memory()}};
    std::size_t at = 0;
    bench::for_each_batch(*feed_of(path), [&](std::span<const Event> events) {
      prefaulter.look_after(books.memory());
      for (const Event& event : events) {
        const Nanos start = clock.now();
        books.apply(0, event);
        const auto taken = static_cast<u32>(std::min<i64>((clock.now() - start).value, UINT32_MAX));
        if (run == 0) {
          all.push_back({taken, event.kind});
        } else {
          all[at].nanos = std::min(all[at].nanos, taken);
        }
        ++at;
      }
    });
    std::printf("run %d: %zu events, %llu orders live at the end\n", run + 1, at,
                static_cast<unsigned long long>(books.live_orders()));
    singles.digest = digest_of(books);
  }
  return singles;
}

void print_worst(std::vector<Timed> all) {
  std::vector<std::size_t> order(all.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const std::size_t shown = std::min<std::size_t>(5, order.size());
  std::ranges::partial_sort(
      order, order.begin() + static_cast<std::ptrdiff_t>(shown),
      [&](std::size_t a, std::size_t b) { return all[a].nanos > all[b].nanos; });
  std::printf("\nworst single applies:\n");
  for (std::size_t i = 0; i < shown; ++i) {
    std::printf("  %9.1f us  %-10s event %zu\n", all[order[i]].nanos / 1e3,
                std::string{name_of(all[order[i]].kind)}.c_str(), order[i]);
  }
}

class Stopwatch final : public book::BookObserver {
 public:
  void on_define(const book::Book& /*book*/) override { last_ = clock_.now(); }
  void on_trade(const book::Book& /*book*/, const book::Trade& /*trade*/) override {}
  void on_message(const book::Book& /*book*/, Nanos /*time*/) override {
    const Nanos now = clock_.now();
    taken_.push_back(now - last_);
    last_ = now;
  }
  // Messages of books come one by one, in the order of their last events.
  void begin() {
    taken_.clear();
    last_ = clock_.now();
  }
  [[nodiscard]] const std::vector<Nanos>& taken() const { return taken_; }

 private:
  SteadyClock clock_;
  Nanos last_{0};
  std::vector<Nanos> taken_;
};

// Returns the digest of the books.
u64 print_by_operation(const std::string& path) {
  std::array<Histogram, kKinds> by_kind;
  Stopwatch watch;
  book::BookSet books;
  books.open_channel(0, true);
  thread::PagePrefaulter prefaulter{{&books.memory()}};
  bench::for_each_batch(*feed_of(path), [&](std::span<const Event> events) {
    prefaulter.look_after(books.memory());
    watch.begin();
    books.apply(0, events, watch);
    std::size_t at = 0;
    for (const Event& event : events) {
      const bool told = event.kind != Kind::notice && event.kind != Kind::define &&
                        event.instrument != kEveryInstrument && event.instrument != kNoInstrument;
      if (!told) continue;
      by_kind[static_cast<std::size_t>(event.kind)].record(watch.taken().at(at++));
    }
  });
  std::printf("\n%-14s %12s %8s %8s %8s %8s %10s  ns\n", "operation", "events", "p50", "p99",
              "p99.9", "p99.99", "max");
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    const Histogram& taken = by_kind[kind];
    if (taken.count() == 0) continue;
    std::printf("%-14s %12llu", std::string{name_of(static_cast<Kind>(kind))}.c_str(),
                static_cast<unsigned long long>(taken.count()));
    for (const double quantile : {0.5, 0.99, 0.999, 0.9999}) {
      std::printf(" %8lld", static_cast<long long>(taken.quantile(quantile).value));
    }
    std::printf(" %10lld\n", static_cast<long long>(taken.max().value));
  }
  return digest_of(books);
}

int run(int count, char** arguments) {
  std::string path;
  int runs = 5;
  bool smoke = false;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = arguments[i];
    if (word == "--smoke") {
      smoke = true;
      runs = 2;
    } else if (word == "--runs" && i + 1 < count) {
      const std::string_view number = arguments[++i];
      std::from_chars(number.data(), number.data() + number.size(), runs);
    } else {
      path = word;
    }
  }
  if ((path.empty() && !smoke) || runs < 1) {
    std::fprintf(stderr, "usage: bench_apply FILE.itch [--runs N] | --smoke\n");
    return 2;
  }
  bench::announce("bench_apply");
  Singles singles = time_each(path, runs);
  print_worst(std::move(singles.events));
  if (print_by_operation(path) == singles.digest) return 0;
  std::fprintf(stderr, "bench_apply: wrong answer: looking ahead comes to other books\n");
  return 1;
}

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  try {
    return tapedeck::run(count, arguments);
  } catch (const tapedeck::ConfigError& error) {
    std::fprintf(stderr, "bench_apply: %s\n", error.what());
    return 2;
  }
}
