// The example of docs/strategies.md is compiled, runs, and is what the page shows.
#include <gtest/gtest.h>

#include "tests/support/source_tree.hpp"
#include "tests/support/strategy_run.hpp"

namespace tapedeck::strategies {

StrategyKind bought();

namespace {

using Lines = std::vector<std::string>;

// The first fenced block of C++ below the heading.
Lines block_below(const Lines& page, const std::string& heading) {
  auto at = std::ranges::find(page, heading);
  at = std::find(at, page.end(), "```cpp");
  if (at == page.end()) return {};
  return {at + 1, std::find(at, page.end(), "```")};
}

TEST(DocumentedExample, IsWordForWordWhatIsCompiledHere) {
  const std::filesystem::path root = test::source_root();
  const Lines shown = block_below(test::lines_of(root / "docs/strategies.md"), "## How to add one");
  EXPECT_EQ(shown, test::lines_of(root / "tests/strategies/example_strategy.cpp"));
}

TEST(DocumentedExample, RunsAsAnyStrategyDoes) {
  test::StrategyRun run{std::vector{plan_of({bought()}, "bought")}};
  run.bid(1, 100, 30).ask(2, 101, 30).execute(2, 10).execute(1, 30).hidden(Side::bid, 100, 30);
  EXPECT_EQ(run.value("share"), 0.25);
}

}  // namespace
}  // namespace tapedeck::strategies
