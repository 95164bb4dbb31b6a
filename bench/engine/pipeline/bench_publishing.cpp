// What it costs the engine to show cells, levels and trades to readers on other threads.
//
//   The ratio of the rates, with readers to without, with its interval:
//     bench_publishing [--pairs N] [--readers N] [--trades] [--levels N] [--shards N]
//   One shard's work over the day without other threads, for counting instructions:
//     bench_publishing --only cells|unread|traded|asked
//   bench_publishing --smoke
//
// A reader refreshes a MarketView ten times a second: of all cells, with --trades of all trades,
// and with --levels N of the levels of N instruments. A pair is two runs over the same messages,
// one of which has the readers; which is first changes from pair to pair. With --shards 0 the two
// runs are inline engines that take some polls in turns, so that whatever the machine does for
// longer than two turns hits both alike. As a control, two runs without readers are compared too.
// `--only`: `cells` writes cells as a terminal needs them, `unread` has levels and trades switched
// on besides, and `asked` has a reader of all of them, which never comes.
#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bench/support/made_day.hpp"
#include "bench/support/program.hpp"
#include "engine/core/clock.hpp"
#include "engine/core/statistics.hpp"
#include "engine/core/units.hpp"
#include "engine/pipeline/digests.hpp"
#include "engine/pipeline/engine.hpp"
#include "engine/pipeline/market_view.hpp"
#include "engine/pipeline/shard.hpp"
#include "engine/pipeline/topology.hpp"
#include "engine/thread/page_prefaulter.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck {
namespace {

constexpr u32 kInstruments = 500;
constexpr std::chrono::milliseconds kReadEvery{100};

enum class Shows : u8 { cells, unread, traded, asked };

constexpr std::array<std::string_view, 4> kShows{"cells", "unread", "traded", "asked"};

struct Asked {
  u32 shards = 1;
  u32 pairs = 15;
  u32 readers = 10;
  u32 levels = 0;
  bool trades = false;
  u64 messages = 4'000'000;
  bool smoke = false;
  std::optional<Shows> only;
};

// What the shard's thread does with a batch. Not inlined, so that its instructions can be counted
// apart from those of making the day.
[[gnu::noinline]] void book_batch(pipeline::Shard& shard, std::span<const Event> batch) {
  shard.apply(0, batch, false, Nanos{0});
  shard.publish();
}

// Returns the digest of the books.
u64 book_day(const bench::MadeDay& day, Shows shows) {
  constexpr std::size_t kBatch = 256;
  pipeline::Shard shard{0, {.track_changes = true}};
  shard.books().open_channel(0, true);
  thread::Doorbell bell;
  std::optional<pipeline::TradeReader> reader;
  std::vector<pipeline::DepthRequest> requests;
  if (shows != Shows::cells) {
    shard.show_depth(bell);
    shard.show_trades();
  }
  if (shows >= Shows::traded) reader.emplace(*shard.published().trades());
  if (shows == Shows::asked) {
    for (u32 cell = 0; cell < kInstruments; ++cell) {
      requests.push_back(shard.published().depth()->request(cell));
    }
  }
  const std::span<const Event> all{day.events()};
  for (std::size_t at = 0; at < all.size(); at += kBatch) {
    book_batch(shard, all.subspan(at, std::min(kBatch, all.size() - at)));
  }
  const book::BookSet* const books = &shard.books();
  return pipeline::digest_of({&books, 1});
}

// Readers on threads of their own, for as long as this object lives.
class Readers {
 public:
  using Shards = std::vector<const pipeline::ShardPublisher*>;

  Readers(const Shards& shards, const Asked& asked, bool any) {
    for (u32 i = 0; any && i < asked.readers; ++i) {
      // Not all at the same time.
      const auto first = kReadEvery * i / asked.readers;
      threads_.emplace_back([this, shards, &asked, first] {
        std::this_thread::sleep_for(first);
        read(shards, asked);
      });
    }
  }
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;
  ~Readers() { join(); }
  /// Returns how many changed instruments all readers have read together.
  u64 join() {
    over_.store(true, std::memory_order_relaxed);
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
    return read_.load(std::memory_order_relaxed);
  }

 private:
  void read(const Shards& shards, const Asked& asked) {
    pipeline::MarketView market{shards};
    if (asked.trades) market.follow_trades();
    u32 wanted = 0;
    while (!over_.load(std::memory_order_relaxed)) {
      market.refresh();
      read_.fetch_add(market.changed().size(), std::memory_order_relaxed);
      for (const pipeline::Place place : market.changed()) {
        if (wanted < asked.levels && market.want_depth(place)) ++wanted;
      }
      std::this_thread::sleep_for(kReadEvery);
    }
  }

  std::atomic<bool> over_{false};
  std::atomic<u64> read_{0};
  std::vector<std::thread> threads_;
};

struct Ran {
  u64 digest = 0;
  u64 read = 0;
  double seconds = 0;
};

// Two runs of the same messages.
struct Pair {
  Ran first, second;
};

pipeline::EngineConfig config_of(const Asked& asked) {
  pipeline::EngineConfig config;
  config.shards = asked.shards;
  config.cells = config.depth = config.trades = true;
  return config;
}
std::vector<std::unique_ptr<Feed>> feeds_of(const bench::MadeDay& day) {
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(day.feed());
  return feeds;
}

Ran replay(const bench::MadeDay& day, const Asked& asked, bool with_readers) {
  const SteadyClock clock;
  thread::StopFlag stop;
  pipeline::Engine engine{config_of(asked), feeds_of(day), clock, stop};
  Readers::Shards shards;
  for (u32 i = 0; i < engine.shards(); ++i) shards.push_back(&engine.published(i));
  Readers readers{shards, asked, with_readers};
  engine.run();
  const u64 read = readers.join();
  return {.digest = pipeline::digest_of(engine),
          .read = read,
          .seconds = static_cast<double>(engine.elapsed().value) / kNanosPerSecond};
}

Pair one_by_one(const bench::MadeDay& day, const Asked& asked, bool first_read, bool second_read) {
  const Ran first = replay(day, asked, first_read);
  return {first, replay(day, asked, second_read)};
}

// Returns the processor's time that this thread has had. What waits for the core, or takes it away,
// is not in it.
Nanos time_of_this_thread() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return Nanos{time.tv_sec * kNanosPerSecond + time.tv_nsec};
}

// What `--shards 0` runs, poll by poll.
class Steps {
 public:
  Steps(const bench::MadeDay& day, const Asked& asked, bool with_readers)
      : topology_(config_of(asked), feeds_of(day), clock_, stop_),
        prefaulter_(topology_.arenas()),
        stage_(*topology_.jobs().front().stage),
        readers_({&std::as_const(topology_).shard(0).published()}, asked, with_readers) {
    topology_.let_prefault(prefaulter_);
  }

  void take(u32 polls) {
    const Nanos from = time_of_this_thread();
    for (u32 i = 0; i < polls && !ended(); ++i) static_cast<void>(stage_.poll());
    took_ = took_ + (time_of_this_thread() - from);
  }
  [[nodiscard]] bool ended() const { return stage_.done(); }
  [[nodiscard]] Ran ran() {
    const book::BookSet* const books = &std::as_const(topology_).shard(0).books();
    return {.digest = pipeline::digest_of({&books, 1}),
            .read = readers_.join(),
            .seconds = static_cast<double>(took_.value) / kNanosPerSecond};
  }

 private:
  SteadyClock clock_;
  thread::StopFlag stop_;
  pipeline::Topology topology_;
  thread::PagePrefaulter prefaulter_;
  thread::Stage& stage_;
  Readers readers_;
  Nanos took_{0};
};

Pair in_turns(const bench::MadeDay& day, const Asked& asked, bool first_read, bool second_read) {
  constexpr u32 kTurn = 16;
  Steps first{day, asked, first_read};
  Steps second{day, asked, second_read};
  for (bool first_begins = true; !first.ended() || !second.ended(); first_begins = !first_begins) {
    (first_begins ? first : second).take(kTurn);
    (first_begins ? second : first).take(kTurn);
  }
  return {first.ran(), second.ran()};
}

void print(const std::string& subject, const std::vector<double>& ratios) {
  const MedianEstimate ratio = estimate_median(ratios);
  std::printf("%s: %.3f times the rate without (%.3f to %.3f)\n", subject.c_str(), ratio.median,
              ratio.low, ratio.high);
}

// Returns false on a wrong answer.
bool compare(const bench::MadeDay& day, const Asked& asked) {
  const u64 digest = book_day(day, Shows::cells);
  std::vector<double> ratios, control, seconds;
  double read = 0;
  for (u32 i = 0; i < asked.pairs; ++i) {
    for (const bool with_readers : {true, false}) {
      const bool subject_first = i % 2 == 0;
      const auto [first, second] = (asked.shards == 0 ? in_turns : one_by_one)(
          day, asked, with_readers && subject_first, with_readers && !subject_first);
      const Ran& subject = subject_first ? first : second;
      const Ran& other = subject_first ? second : first;
      if (first.digest != digest || second.digest != digest || other.read > 0) return false;
      (with_readers ? ratios : control).push_back(other.seconds / subject.seconds);
      seconds.push_back(other.seconds);
      read += static_cast<double>(subject.read);
    }
  }
  if (read == 0 && !asked.smoke) return false;
  std::printf("%s, %s, %.2f million messages/s without readers; %.0f cells read a run\n",
              counted(asked.shards, "shard").c_str(), counted(asked.pairs, "pair").c_str(),
              static_cast<double>(day.messages()) / median_of(seconds) / 1e6, read / asked.pairs);
  print(counted(asked.readers, "reader") + " of all cells" +
            (asked.trades ? ", of the trades" : "") + ", and of the levels of " +
            counted(asked.levels, "instrument"),
        ratios);
  print("no readers either, as a control", control);
  return true;
}

// Empty on anything that is no option of this program.
std::optional<Asked> asked_by(int count, char** arguments) {
  Asked asked;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = arguments[i];
    if (word == "--smoke") {
      asked.smoke = true;
      asked.messages = 20'000;
      asked.pairs = 2;
      continue;
    }
    if (word == "--trades") {
      asked.trades = true;
      continue;
    }
    const std::string_view value = ++i < count ? arguments[i] : "";
    const auto only = std::ranges::find(kShows, value);
    if (word == "--only" && only != kShows.end()) {
      asked.only = static_cast<Shows>(only - kShows.begin());
      asked.messages = 400'000;
      continue;
    }
    const auto number = [value](u32& into) {
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), into);
      return error == std::errc{} && end == value.data() + value.size();
    };
    const bool known = word == "--shards"    ? number(asked.shards)
                       : word == "--pairs"   ? number(asked.pairs) && asked.pairs > 0
                       : word == "--readers" ? number(asked.readers) && asked.readers > 0
                       : word == "--levels"  ? number(asked.levels)
                                             : false;
    if (!known) return {};
  }
  return asked;
}

int run(int count, char** arguments) {
  const std::optional<Asked> asked = asked_by(count, arguments);
  if (!asked) {
    std::fputs(
        "usage: bench_publishing [--pairs N] [--readers N] [--trades] [--levels N] [--shards N] | "
        "--only cells|unread|traded|asked | --smoke\n",
        stderr);
    return 2;
  }
  bench::announce("bench_publishing");
  const bench::MadeDay day{asked->messages, kInstruments};
  if (asked->only) {
    const u64 digest = book_day(day, *asked->only);
    std::printf("digest %016llx\n", static_cast<unsigned long long>(digest));
    return 0;
  }
  if (compare(day, *asked) && book_day(day, Shows::asked) == book_day(day, Shows::unread)) return 0;
  std::fputs("bench_publishing: wrong answer: readers change the books, or read nothing\n", stderr);
  return 1;
}

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  return tapedeck::run(count, arguments);
}
