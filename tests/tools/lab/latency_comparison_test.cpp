// What a comparison finds between two results with a planted difference, and what it says of it.
#include "tools/lab/latency_comparison.hpp"

#include <gtest/gtest.h>

#include "tests/support/latency_result.hpp"
#include "tests/support/scale.hpp"
#include "tools/cli/error.hpp"
#include "tools/lab/comparison_report.hpp"
#include "tools/lab/result_field.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::json;
using test::latency_result;
using test::shifted;

std::vector<Nanos> nanos(std::initializer_list<i64> values) {
  std::vector<Nanos> times;
  for (const i64 value : values) times.push_back(Nanos{value});
  return times;
}

// Without a threshold, unless one is given.
LatencyComparison comparison_of(const json& a, const json& b, double threshold = 0) {
  return compared(saved_latency_in(a, "a.json"), saved_latency_in(b, "b.json"),
                  {{threshold, threshold, threshold, threshold}, 0});
}

std::string first_line(const LatencyComparison& comparison) {
  const std::string text = table_of(comparison);
  return text.substr(0, text.find('\n'));
}

bool tells(const LatencyComparison& comparison, const std::string& words) {
  return table_of(comparison).find(words) != std::string::npos;
}

TEST(RunSpread, LeavesATwentiethOutAtEitherEnd) {
  std::vector<Nanos> twenty = nanos({1'000'000, 0});
  for (i64 i = 18; i > 0; --i) twenty.push_back(Nanos{100 + i});
  const auto spread = run_spread(twenty);
  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->low, Nanos{101});
  EXPECT_EQ(spread->high, Nanos{118});
}

TEST(RunSpread, IsAllOfThemWhereATwentiethIsNotOne) {
  const auto spread = run_spread(nanos({5, 3, 9, 4, 7}));
  ASSERT_TRUE(spread);
  EXPECT_EQ(spread->low, Nanos{3});
  EXPECT_EQ(spread->high, Nanos{9});
}

TEST(RunSpread, IsUnknownOfFewerThanFive) {
  EXPECT_FALSE(run_spread(nanos({1, 2, 3, 4})));
  EXPECT_FALSE(run_spread<Nanos>({}));
}

TEST(LatencyComparison, OfARunWithItselfFindsNothing) {
  const LatencyComparison comparison = comparison_of(latency_result(), latency_result());
  EXPECT_EQ(comparison.verdict(), Verdict::same);
  EXPECT_FALSE(comparison.differs());
  EXPECT_EQ(comparison.stages.size(), 3U);
  EXPECT_EQ(first_line(comparison),
            "No difference larger than the runs' own spread and the threshold: due to book p50 500 "
            "ns -> 500 ns "
            "(1.00 x)");
  EXPECT_FALSE(tells(comparison, "warning")) << table_of(comparison);
}

// The middle 90 % of windows_around(M) is M - 9 to M + 8.
TEST(LatencyComparison, FindsAShiftOnceTheSpreadsDoNotOverlap) {
  const json a = latency_result();
  for (const i64 by : {1, 17}) {
    EXPECT_FALSE(comparison_of(a, shifted(a, "due_to_book", "p50", by)).differs()) << by;
    EXPECT_FALSE(comparison_of(a, shifted(a, "due_to_book", "p50", -by)).differs()) << by;
  }
  const json b = shifted(a, "due_to_book", "p50", 18);
  EXPECT_EQ(comparison_of(a, b).verdict(), Verdict::slower);
  EXPECT_EQ(comparison_of(b, a).verdict(), Verdict::faster);
  EXPECT_TRUE(comparison_of(a, b).differs());
}

TEST(LatencyComparison, SaysInItsFirstLineWhatIsSlowerOrFaster) {
  const json a = latency_result();
  const json b = shifted(shifted(a, "due_to_book", "p90", 1'500), "due_to_book", "p99.9", 7'000);
  EXPECT_EQ(first_line(comparison_of(a, b)),
            "B is slower: due to book p90 1.50 us -> 3.00 us (2.00 x), more than the runs' own "
            "spread; so is p99.9");
  EXPECT_EQ(first_line(comparison_of(b, a)),
            "B is faster: due to book p90 3.00 us -> 1.50 us (0.50 x), more than the runs' own "
            "spread; so is p99.9");
}

TEST(LatencyComparison, IsMixedWhenAPercentileIsSlowerAndAnotherFaster) {
  const json a = latency_result();
  const json b = shifted(shifted(a, "due_to_book", "p50", 100), "due_to_book", "p99.9", -500);
  const LatencyComparison comparison = comparison_of(a, b);
  EXPECT_EQ(comparison.verdict(), Verdict::mixed);
  EXPECT_EQ(first_line(comparison),
            "B is slower and faster, by more than the runs' own spread: due to book p50 500 ns -> "
            "600 ns (1.20 x), but p99.9 3.50 us -> 3.00 us (0.86 x)");
}

TEST(LatencyComparison, OfAnotherStageDiffersThoughItsHeadlineDoesNot) {
  const json a = latency_result();
  const LatencyComparison comparison = comparison_of(a, shifted(a, "due_to_ingress", "p99", 400));
  EXPECT_EQ(comparison.verdict(), Verdict::same);
  EXPECT_TRUE(comparison.differs());
  EXPECT_TRUE(tells(comparison, "\nOther stages differ by more: due to ingress p99 slower\n"));
}

TEST(LatencyComparison, LeavesOutWindowsWithoutAValue) {
  const json a = latency_result();
  json b = shifted(a, "due_to_book", "p50", 100);
  json& windows = b["stages"]["due_to_book"]["windows"]["p50"];
  for (std::size_t i = 0; i < 15; ++i) windows[i] = nullptr;
  EXPECT_EQ(comparison_of(a, b).verdict(), Verdict::slower);
  windows[15] = nullptr;
  const LatencyComparison too_few = comparison_of(a, b);
  EXPECT_EQ(too_few.headline()->percentiles[0].verdict, Verdict::undecided);
  EXPECT_FALSE(too_few.differs());
  EXPECT_TRUE(tells(too_few, "undecided: too few windows"));
}

TEST(LatencyComparison, IsUndecidedWhenNoPercentileHasWindowsEnough) {
  json a = latency_result();
  for (json& windows : a["stages"]["due_to_book"]["windows"]) windows = {1, nullptr, 2};
  const LatencyComparison comparison = comparison_of(a, latency_result());
  EXPECT_EQ(comparison.verdict(), Verdict::undecided);
  EXPECT_FALSE(comparison.differs());
  EXPECT_TRUE(
      first_line(comparison).ends_with("too few windows of time have a value; take longer runs"))
      << first_line(comparison);
}

// One window of A held all of its slow events; every other window of B is slower than A's.
TEST(LatencyComparison, IsUndecidedWhenWholeRunAndWindowsDisagree) {
  const json b = shifted(latency_result(), "due_to_book", "p99.9", 1'000);
  json a = latency_result();
  a["stages"]["due_to_book"]["p99.9"] = 900'000;
  const LatencyComparison comparison = comparison_of(a, b);
  EXPECT_EQ(comparison.headline()->percentiles[3].verdict, Verdict::undecided);
  EXPECT_FALSE(comparison.differs());
  EXPECT_TRUE(tells(comparison, "undecided: windows say otherwise"));
}

TEST(LatencyComparison, OfAnInvalidRunGivesNoVerdict) {
  json b = shifted(latency_result(), "due_to_book", "p50", 100);
  b["valid"] = false;
  b["why_invalid"] = "the load was not kept up with";
  const LatencyComparison comparison = comparison_of(latency_result(), b);
  EXPECT_EQ(comparison.verdict(), Verdict::invalid);
  EXPECT_TRUE(comparison.differs());
  EXPECT_EQ(first_line(comparison), "INVALID: B, b.json: the load was not kept up with");
  EXPECT_FALSE(tells(comparison, "p50"));
  EXPECT_TRUE(json_of(comparison)["stages"].empty());
}

TEST(LatencyComparison, HasNoRatioOverZero) {
  const json a = shifted(latency_result(), "due_to_ingress", "p50", -500);
  json zero = a;
  for (json& window : zero["stages"]["due_to_ingress"]["windows"]["p50"]) window = 0;
  const LatencyComparison comparison = comparison_of(zero, latency_result());
  EXPECT_TRUE(json_of(comparison)["stages"]["due_to_ingress"]["p50"]["ratio"].is_null());
  EXPECT_TRUE(comparison.differs());
}

TEST(LatencyComparison, NamesEverythingThatDiffersInTheSetup) {
  json b = latency_result();
  b["load"] = "poisson, 100,000 messages/s on average";
  b["shards"] = 1;
  b["machine"]["cpu"] = "another\x1b[2J";
  b["machine"]["fit_for_figures"] = false;
  const LatencyComparison comparison = comparison_of(latency_result(), b);
  EXPECT_FALSE(comparison.differs()) << "figures of differing setups are compared";
  EXPECT_TRUE(tells(comparison, "(1.00 x)\nTo be read with the warnings below\n"));
  for (const char* words : {"the loads differ: A constant, 100,000 messages/s; B poisson, 100,000",
                            "the numbers of shards differ: A 0; B 1",
                            "the processors differ: A a processor; B another?",
                            "B is of a build with checks built in"}) {
    EXPECT_TRUE(tells(comparison, words)) << words << "\n" << table_of(comparison);
  }
  EXPECT_FALSE(tells(comparison, "the kernels differ"));
  EXPECT_EQ(json_of(comparison)["setup_differences"].size(), 3U);
}

TEST(LatencyComparison, NamesStagesThatOnlyOneRunMeasured) {
  json b = latency_result();
  b["stages"]["book_to_strategy"] = test::stage_around(90);
  const LatencyComparison comparison = comparison_of(latency_result(), b);
  EXPECT_EQ(comparison.stages.size(), 3U);
  EXPECT_TRUE(tells(comparison,
                    "book to strategy is not compared: A has not measured it, one thread does"));
}

TEST(LatencyComparison, WithoutTheHeadlineIsUndecided) {
  json b = latency_result();
  b["stages"]["due_to_book"] = nullptr;
  b["stages_why_none"]["due_to_book"] = "no reason";
  EXPECT_EQ(comparison_of(latency_result(), b).verdict(), Verdict::undecided);
  EXPECT_TRUE(first_line(comparison_of(latency_result(), b)).starts_with("Undecided: due to book"));
}

TEST(LatencyComparison, TellsMediansInHopsWhenTheHopsDifferByMoreThanHalf) {
  json b = latency_result();
  b["hop_ns"] = 67;
  EXPECT_FALSE(tells(comparison_of(latency_result(), b), "medians in hops"));
  b["hop_ns"] = 90;
  const LatencyComparison comparison = comparison_of(latency_result(), b);
  EXPECT_TRUE(tells(comparison, "the cores were other ones, or the machine moved them"));
  EXPECT_TRUE(tells(comparison, "due to book         A    11.1   B     5.6"))
      << table_of(comparison);
  b["hop_ns"] = nullptr;
  EXPECT_TRUE(tells(comparison_of(latency_result(), b),
                    "hop   from core to core: A 45 ns, B not measured"));
}

TEST(LatencyComparison, SaysTheSameInJson) {
  const json a = latency_result();
  const auto told = json_of(comparison_of(a, shifted(a, "due_to_book", "p50", 100)));
  EXPECT_EQ(told["benchmark"], "compare");
  EXPECT_EQ(told["verdict"], "slower");
  EXPECT_EQ(told["a"]["file"], "a.json");
  EXPECT_EQ(told["b"]["command"], "tapedeck bench latency --json");
  const auto& median = told["stages"]["due_to_book"]["p50"];
  EXPECT_EQ(median["a"], 500);
  EXPECT_EQ(median["b"], 600);
  EXPECT_EQ(median["ratio"], 1.2);
  EXPECT_EQ(median["a_low"], 491);
  EXPECT_EQ(median["a_high"], 508);
  EXPECT_EQ(median["b_low"], 591);
  EXPECT_EQ(median["b_high"], 608);
  EXPECT_EQ(median["verdict"], "slower");
  EXPECT_EQ(told["stages"]["due_to_book"]["p90"]["verdict"], "same");
}

TEST(LatencyComparison, OfRunsThatAreApartByLessThanTheThresholdFindsNothing) {
  const json slower = shifted(latency_result(), "due_to_book", "p50", 100);
  EXPECT_EQ(comparison_of(latency_result(), slower, 0.19).verdict(), Verdict::slower);
  EXPECT_EQ(comparison_of(slower, latency_result(), 0.19).verdict(), Verdict::faster);
  EXPECT_EQ(comparison_of(latency_result(), slower, 0.2).verdict(), Verdict::slower);
  const LatencyComparison within = comparison_of(latency_result(), slower, 0.21);
  EXPECT_EQ(within.verdict(), Verdict::same);
  EXPECT_FALSE(within.differs());
  EXPECT_TRUE(tells(within, "within threshold"));
}

TEST(LatencyComparison, CountsFromAQuarterUnlessAskedOtherwise) {
  const auto verdict = [](i64 by) {
    return compared(saved_latency_in(latency_result(), "a.json"),
                    saved_latency_in(shifted(latency_result(), "due_to_book", "p50", by), "b.json"))
        .verdict();
  };
  EXPECT_EQ(verdict(124), Verdict::same);
  EXPECT_EQ(verdict(125), Verdict::slower);
}

TEST(LatencyComparison, IsMarkdownToo) {
  const json slower = shifted(latency_result(), "due_to_book", "p50", 100);
  const std::string text = markdown_of(comparison_of(latency_result(), slower));
  EXPECT_TRUE(text.starts_with("B is slower: due to book p50 500 ns -> 600 ns (1.20 x)")) << text;
  EXPECT_NE(text.find("\n|---|---:|---:|---:|---:|---:|---|\n"
                      "| due to book p50 | 500 ns | 600 ns | 1.20 | 491 ns to 508 ns | 591 ns to "
                      "608 ns | slower |\n"),
            std::string::npos)
      << text;
}

TEST(LatencyComparison, OfAnySpoiltResultIsMadeOrRefused) {
  std::mt19937_64 random{7};
  const json good = latency_result();
  const u64 times = test::scaled(3'000);
  u64 made = 0, refused = 0;
  for (u64 i = 0; i < times; ++i) {
    const std::string text = test::spoilt(good, random);
    try {
      const LatencyComparison comparison =
          compared(saved_latency_in(parsed_result(text, "a.json"), "a.json"),
                   saved_latency_in(good, "b.json"));
      EXPECT_FALSE(table_of(comparison).empty());
      EXPECT_EQ(json_of(comparison)["benchmark"], "compare");
      ++made;
    } catch (const UsageError& error) {
      EXPECT_TRUE(std::string{error.what()}.starts_with("a.json: ")) << error.what();
      ++refused;
    }
  }
  EXPECT_GT(made, times / 30);
  EXPECT_GT(refused, times / 3);
}

}  // namespace
}  // namespace tapedeck::tools
