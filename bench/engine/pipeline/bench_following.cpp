// What it costs to follow events on their way: an ITCH day in memory at full speed, with as many
// events followed as a paced run follows and with none.
//
//   The ratio of the rates, with its interval:
//     bench_following [--pairs N] [--every N] [--shards N]
//   One run, for counting instructions:
//     bench_following --only on|off [--every N]
//   bench_following --smoke
//
// Without a shard's thread a pair is two inline engines side by side on one thread, each with books
// of its own, that take some polls of the same messages in turns: whatever the machine does for
// longer than a turn, a third of a millisecond, hits both alike. With shards a pair is two runs.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/support/made_day.hpp"
#include "bench/support/program.hpp"
#include "engine/core/statistics.hpp"
#include "engine/pipeline/digests.hpp"
#include "engine/pipeline/engine.hpp"
#include "engine/pipeline/inline_stage.hpp"

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

// What `--shards 0` runs, poll by poll.
class Steps {
 public:
  Steps(const bench::MadeDay& day, const Wanted& wanted, bool follow)
      : line_(0, day.feed(), clock_, std::nullopt),
        shard_(0, {}, 0, {}),
        stage_({&line_}, shard_, clock_, stop_, [this] { ended_ = true; }) {
    shard_.books().open_line(0, true);
    if (follow) shard_.follow({.every = wanted.every}, clock_, origin_);
  }

  void take(u32 polls) {
    const Nanos from = clock_.now();
    for (u32 i = 0; i < polls && !ended_; ++i) static_cast<void>(stage_.poll());
    took_ = took_ + (clock_.now() - from);
  }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] double seconds() const {
    return static_cast<double>(took_.value) / kNanosPerSecond;
  }
  [[nodiscard]] u64 followed() const {
    const pipeline::Follower* const follower = shard_.follower();
    if (follower == nullptr) return 0;
    return follower->windows().front()[pipeline::Leg::due_to_book].count();
  }
  [[nodiscard]] bool same_books_as(const Steps& other) const {
    return std::ranges::equal(all_books(), other.all_books());
  }

 private:
  [[nodiscard]] std::vector<std::pair<u64, u64>> all_books() const {
    std::vector<std::pair<u64, u64>> all;
    for (const book::Book& book : shard_.books().books()) {
      all.emplace_back(book.state.events, book::book_digest(shard_.books().image(book)));
    }
    return all;
  }

  SteadyClock clock_;
  pipeline::SharedOrigin origin_;
  thread::StopFlag stop_;
  pipeline::Line line_;
  pipeline::Shard shard_;
  pipeline::InlineStage stage_;
  bool ended_ = false;
  Nanos took_{0};
};

// What is set against a run, or its steps, that follow nothing: one that follows, or nothing
// either, which shows what the comparison itself makes of no difference.
struct Pair {
  bool follow = true;
  bool subject_first = true;  // in memory and in time

  [[nodiscard]] bool first_follows() const { return follow && subject_first; }
  [[nodiscard]] bool second_follows() const { return follow && !subject_first; }
};

// The subject's rate to the other's; empty when the books differ, or what follows follows nothing.
std::optional<double> ratio_in_turns(const bench::MadeDay& day, const Wanted& wanted, Pair pair) {
  constexpr u32 kTurn = 16;
  Steps first{day, wanted, pair.first_follows()};
  Steps second{day, wanted, pair.second_follows()};
  for (bool first_begins = true; !first.ended() || !second.ended(); first_begins = !first_begins) {
    (first_begins ? first : second).take(kTurn);
    (first_begins ? second : first).take(kTurn);
  }
  const Steps& subject = pair.subject_first ? first : second;
  const Steps& other = pair.subject_first ? second : first;
  if (pair.follow != (subject.followed() > 0) || !subject.same_books_as(other)) return {};
  return other.seconds() / subject.seconds();
}

std::optional<double> ratio_of_runs(const bench::MadeDay& day, const Wanted& wanted, Pair pair) {
  const Ran first = replay(day, wanted, pair.first_follows());
  const Ran second = replay(day, wanted, pair.second_follows());
  const Ran& subject = pair.subject_first ? first : second;
  const Ran& other = pair.subject_first ? second : first;
  if (pair.follow != (subject.followed > 0) || subject.digest != other.digest) return {};
  return other.seconds / subject.seconds;
}

// False on a wrong answer.
bool compare(const bench::MadeDay& day, const Wanted& wanted) {
  const auto ratio_of = wanted.shards == 0 ? ratio_in_turns : ratio_of_runs;
  std::vector<double> following, control;
  for (u32 i = 0; i < wanted.pairs; ++i) {
    for (const bool follow : {true, false}) {
      const std::optional<double> ratio = ratio_of(day, wanted, {follow, i % 2 == 0});
      if (!ratio) return false;
      (follow ? following : control).push_back(*ratio);
    }
  }
  const auto say = [&](const char* what, const std::vector<double>& ratios) {
    const MedianEstimate ratio = estimate_median(ratios);
    std::printf("%s: %.3f times the rate without (%.3f to %.3f)\n", what, ratio.median, ratio.low,
                ratio.high);
  };
  std::printf("%llu messages, %u shards, %u pairs\n",
              static_cast<unsigned long long>(day.messages()), wanted.shards, wanted.pairs);
  say(("following one event of " + std::to_string(wanted.every)).c_str(), following);
  say("following none either, as a control", control);
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
