// What it costs to sample events on their way: an ITCH day in memory at full speed, with as many
// events sampled as a paced run samples and with none.
//
//   The ratio of the rates, with its interval:
//     bench_sampling [--pairs N] [--every N] [--shards N]
//   One run, for counting instructions:
//     bench_sampling --only on|off [--every N]
//   bench_sampling --smoke
//
// Without a shard's thread a pair is two inline engines side by side on one thread, each with books
// of its own, that take some polls of the same messages in turns: whatever the machine does for
// longer than two turns, two thirds of a millisecond, hits both alike. With shards a pair is two
// runs. Who is first changes from pair to pair: of an even number of pairs neither gains by it.
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/support/made_day.hpp"
#include "bench/support/program.hpp"
#include "engine/core/clock.hpp"
#include "engine/core/statistics.hpp"
#include "engine/pipeline/digests.hpp"
#include "engine/pipeline/engine.hpp"
#include "engine/pipeline/topology.hpp"
#include "engine/thread/page_prefaulter.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck {
namespace {

struct Wanted {
  u32 shards = 0;
  u32 pairs = 30;
  u32 every = latency::SamplerOptions{}.every;
  u64 messages = 1'000'000;
  bool smoke = false;
  std::optional<bool> only;
};

struct Ran {
  u64 digest = 0;
  u64 sampled = 0;
  double seconds = 0;
};

u64 sampled_in(std::span<const latency::SpanTimes> windows) {
  u64 sampled = 0;
  for (const latency::SpanTimes& window : windows) {
    sampled += window[latency::LatencySpan::due_to_book].count();
  }
  return sampled;
}

pipeline::EngineConfig config_of(const Wanted& wanted, bool sample) {
  pipeline::EngineConfig config;
  config.shards = wanted.shards;
  if (sample) config.sample = latency::SamplerOptions{.every = wanted.every};
  return config;
}
std::vector<std::unique_ptr<Feed>> feeds_of(const bench::MadeDay& day) {
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(day.feed());
  return feeds;
}

Ran replay(const bench::MadeDay& day, const Wanted& wanted, bool sample) {
  const SteadyClock clock;
  thread::StopFlag stop;
  pipeline::Engine engine{config_of(wanted, sample), feeds_of(day), clock, stop};
  engine.run();
  return {.digest = pipeline::digest_of(engine),
          .sampled = sampled_in(engine.span_times()),
          .seconds = static_cast<double>(engine.elapsed().value) / kNanosPerSecond};
}

// What `--shards 0` runs, poll by poll.
class Steps {
 public:
  Steps(const bench::MadeDay& day, const Wanted& wanted, bool sample)
      : topology_(config_of(wanted, sample), feeds_of(day), clock_, stop_),
        prefaulter_(topology_.arenas()),
        stage_(*topology_.jobs().front().stage) {
    topology_.let_prefault(prefaulter_);
  }

  void take(u32 polls) {
    const Nanos from = clock_.now();
    for (u32 i = 0; i < polls && !ended(); ++i) static_cast<void>(stage_.poll());
    took_ = took_ + (clock_.now() - from);
  }
  [[nodiscard]] bool ended() const { return stage_.done(); }
  [[nodiscard]] Ran ran() const {
    const book::BookSet* const books = &topology_.shard(0).books();
    return {.digest = pipeline::digest_of({&books, 1}),
            .sampled = sampled_in(topology_.span_times()),
            .seconds = static_cast<double>(took_.value) / kNanosPerSecond};
  }

 private:
  SteadyClock clock_;
  thread::StopFlag stop_;
  pipeline::Topology topology_;
  thread::PagePrefaulter prefaulter_;
  thread::Stage& stage_;
  Nanos took_{0};
};

// Two runs of the same messages.
struct Pair {
  Ran first, second;
};

Pair in_turns(const bench::MadeDay& day, const Wanted& wanted, bool first_samples,
              bool second_samples) {
  constexpr u32 kTurn = 16;
  Steps first{day, wanted, first_samples};
  Steps second{day, wanted, second_samples};
  for (bool first_begins = true; !first.ended() || !second.ended(); first_begins = !first_begins) {
    (first_begins ? first : second).take(kTurn);
    (first_begins ? second : first).take(kTurn);
  }
  return {first.ran(), second.ran()};
}

Pair one_by_one(const bench::MadeDay& day, const Wanted& wanted, bool first_samples,
                bool second_samples) {
  const Ran first = replay(day, wanted, first_samples);
  return {first, replay(day, wanted, second_samples)};
}

// What pairs of a subject and one that samples nothing come to.
struct Compared {
  std::vector<double> ratios, sampled_ns;
};

void print(const std::string& subject, const Compared& compared) {
  const MedianEstimate ratio = estimate_median(compared.ratios);
  std::printf("%s: %.3f times the rate without (%.3f to %.3f)", subject.c_str(), ratio.median,
              ratio.low, ratio.high);
  if (!compared.sampled_ns.empty()) {
    std::printf(", %.0f ns more for each", median_of(compared.sampled_ns));
  }
  std::printf("\n");
}

// Sampling against nothing, and as a control nothing against nothing, which shows what the
// comparison itself makes of no difference. False on a wrong answer.
bool compare(const bench::MadeDay& day, const Wanted& wanted) {
  Wanted inline_engine = wanted;
  inline_engine.shards = 0;
  const u64 digest = replay(day, inline_engine, false).digest;
  const auto make_pair = wanted.shards == 0 ? in_turns : one_by_one;
  Compared sampling, control;
  std::vector<double> other_seconds;
  for (u32 i = 0; i < wanted.pairs; ++i) {
    const bool subject_first = i % 2 == 0;
    for (const bool sample : {true, false}) {
      const Pair pair = make_pair(day, wanted, sample && subject_first, sample && !subject_first);
      const Ran& subject = subject_first ? pair.first : pair.second;
      const Ran& other = subject_first ? pair.second : pair.first;
      const bool right = subject.digest == digest && other.digest == digest;
      if (!right || sample != (subject.sampled > 0)) return false;
      Compared& compared = sample ? sampling : control;
      compared.ratios.push_back(other.seconds / subject.seconds);
      if (!sample) continue;
      other_seconds.push_back(other.seconds);
      compared.sampled_ns.push_back((subject.seconds - other.seconds) * kNanosPerSecond /
                                    static_cast<double>(subject.sampled));
    }
  }
  const auto messages = static_cast<double>(day.messages());
  std::printf("%u shards, %u pairs, %.2f million messages/s without\n", wanted.shards, wanted.pairs,
              messages / median_of(other_seconds) / 1e6);
  print("sampling one event of " + std::to_string(wanted.every), sampling);
  print("sampling none either, as a control", control);
  return true;
}

// Empty on anything that is no option of ours.
std::optional<Wanted> wanted_in(int count, char** arguments) {
  Wanted wanted;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = arguments[i];
    const std::string_view value = i + 1 < count ? arguments[i + 1] : "";
    const auto number = [&](u32& into) {
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), into);
      ++i;
      return error == std::errc{} && end == value.data() + value.size();
    };
    if (word == "--smoke") {
      wanted.smoke = true;
      wanted.messages = 20'000;
      wanted.pairs = 4;
      continue;
    }
    if (word == "--only" && (value == "on" || value == "off")) {
      wanted.only = value == "on";
      ++i;
      continue;
    }
    const bool known = word == "--shards"  ? number(wanted.shards)
                       : word == "--pairs" ? number(wanted.pairs) && wanted.pairs > 0
                       : word == "--every" ? number(wanted.every) && wanted.every > 0
                                           : false;
    if (!known) return {};
  }
  return wanted;
}

int run(int count, char** arguments) {
  std::optional<Wanted> wanted = wanted_in(count, arguments);
  if (!wanted) {
    std::fputs(
        "usage: bench_sampling [--shards N] [--pairs N] [--every N] [--only on|off] | "
        "--smoke\n",
        stderr);
    return 2;
  }
  bench::announce("bench_sampling");
  const bench::MadeDay day{wanted->messages, 500};
  if (wanted->only) {
    const Ran ran = replay(day, *wanted, *wanted->only);
    std::printf("digest %016llx\n", static_cast<unsigned long long>(ran.digest));
    if (*wanted->only == (ran.sampled > 0)) return 0;
  } else if (compare(day, *wanted)) {
    if (!wanted->smoke) return 0;
    wanted->shards = 1;  // what no other run of the tests would see
    if (compare(day, *wanted)) return 0;
  }
  std::fputs("bench_sampling: wrong answer: sampling changes the books, or samples nothing\n",
             stderr);
  return 1;
}

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  return tapedeck::run(count, arguments);
}
