// What it costs to follow events on their way: an ITCH day in memory at full speed, with as many
// events followed as a paced run follows and with none, in turns.
//
//   The ratio of the rates, with its interval:
//     bench_following [--shards N] [--pairs N] [--every N]
//   One run, for counting instructions:
//     bench_following --only on|off [--every N]
//   bench_following --smoke
#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

#include "bench/support/made_day.hpp"
#include "bench/support/program.hpp"
#include "engine/core/statistics.hpp"
#include "engine/pipeline/digests.hpp"
#include "engine/pipeline/engine.hpp"

namespace tapedeck {
namespace {

struct Wanted {
  u32 shards = 0;
  u32 pairs = 30;
  u32 every = pipeline::FollowOptions{}.every;
  u64 messages = 1'000'000;
  std::optional<bool> only;
};

struct Ran {
  u64 digest = 0;
  u64 followed = 0;
  double seconds = 0;
};

Ran replay(const bench::MadeDay& day, const Wanted& wanted, bool follow) {
  pipeline::EngineConfig config;
  config.shards = wanted.shards;
  if (follow) config.follow = pipeline::FollowOptions{.every = wanted.every};
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(day.feed());
  const SteadyClock clock;
  thread::StopFlag stop;
  pipeline::Engine engine{std::move(config), std::move(feeds), clock, stop};
  engine.run();
  Ran ran{.digest = pipeline::digest_of(engine),
          .seconds = static_cast<double>(engine.elapsed().value) / kNanosPerSecond};
  for (const pipeline::LegTimes& window : engine.leg_times()) {
    ran.followed += window[pipeline::Leg::due_to_book].count();
  }
  return ran;
}

// The rates with and without, in pairs; false when they come to other books.
bool compare(const bench::MadeDay& day, const Wanted& wanted) {
  const Ran first = replay(day, wanted, false);
  std::vector<double> ratios;
  u64 followed = 0;
  for (u32 pair = 0; pair < wanted.pairs; ++pair) {
    // Who goes first changes, so that what the machine does in between hits both alike.
    const bool on_first = pair % 2 == 0;
    const Ran one = replay(day, wanted, on_first);
    const Ran other = replay(day, wanted, !on_first);
    if (one.digest != first.digest || other.digest != first.digest) return false;
    const Ran& on = on_first ? one : other;
    const Ran& off = on_first ? other : one;
    followed = on.followed;
    ratios.push_back(off.seconds / on.seconds);
  }
  const MedianEstimate ratio = estimate_median(ratios);
  std::printf(
      "following one event of %u (%llu of %llu messages), %u shards, %u pairs: %.3f times the rate "
      "without (%.3f to %.3f)\n",
      wanted.every, static_cast<unsigned long long>(followed),
      static_cast<unsigned long long>(day.messages()), wanted.shards, wanted.pairs, ratio.median,
      ratio.low, ratio.high);
  return followed > 0;
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
      wanted.messages = 20'000;
      wanted.pairs = 3;
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
  const std::optional<Wanted> wanted = wanted_in(count, arguments);
  if (!wanted) {
    std::fputs(
        "usage: bench_following [--shards N] [--pairs N] [--every N] [--only on|off] | "
        "--smoke\n",
        stderr);
    return 2;
  }
  bench::announce("bench_following");
  const bench::MadeDay day{wanted->messages, 500};
  if (wanted->only) {
    const Ran ran = replay(day, *wanted, *wanted->only);
    std::printf("%016llx\n", static_cast<unsigned long long>(ran.digest));
    return 0;
  }
  if (compare(day, *wanted)) return 0;
  std::fputs("bench_following: wrong answer: following changes the books, or follows nothing\n",
             stderr);
  return 1;
}

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  return tapedeck::run(count, arguments);
}
