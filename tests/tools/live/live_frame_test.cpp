// The live table's lines at every size of terminal.
#include "tools/live/live_frame.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/seeds.hpp"
#include "tools/cli/display_width.hpp"

namespace tapedeck::tools {
namespace {

LiveRow book_row(const std::string& name) {
  LiveRow row;
  row.name = name;
  row.bid = "227.60";
  row.ask = "227.65";
  row.bid_quantity = "300";
  row.ask_quantity = "500";
  row.last = "-";
  row.volume = "12,300";
  return row;
}

LiveModel table_of(std::vector<LiveRow> rows) {
  LiveModel model;
  model.times = {"2012-06-21 09:30:00.004 US Eastern", "09:30:00.004 US Eastern", "09:30:00.004"};
  model.facts = {"100,012/s", "1.2 s", "120,014 events", "live 5,000", "lag 0", "queue 0"};
  model.instruments = rows.size();
  model.rows = std::move(rows);
  return model;
}

std::vector<std::string> lines_of(const LiveModel& model, TerminalSize size) {
  std::vector<std::string> lines;
  for (const FrameLine& line : frame_of(model, size)) lines.push_back(text_of(line, false));
  return lines;
}

LiveRow doubtful(LiveRow row) {
  row.state = "STALE";
  row.state_with_reason = "STALE (lost, messages 5 to 9)";
  return row;
}

bool has(const std::vector<std::string>& lines, const std::string& text) {
  return std::ranges::any_of(
      lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

TEST(LiveFrame, ShowsTheTimeTheRatesAndTheTopOfEveryBook) {
  EXPECT_EQ(
      lines_of(table_of({book_row("SIM1"), book_row("SIM2")}), {79, 40}),
      (std::vector<std::string>{
          "2012-06-21 09:30:00.004 US Eastern  100,012/s  1.2 s  120,014 events",
          "live 5,000  lag 0  queue 0",
          "            bid qty        bid         ask     ask qty       last        volume",
          "SIM1            300     227.60      227.65         500          -        12,300",
          "SIM2            300     227.60      227.65         500          -        12,300"}));
}

TEST(LiveFrame, HasAt40ColumnsTheSymbolBothBestPricesAndAStateThatIsNotInOrder) {
  const std::vector<std::string> lines =
      lines_of(table_of({book_row("SIM1"), doubtful(book_row("SIM2"))}), {39, 12});
  EXPECT_EQ(lines, (std::vector<std::string>{
                       "09:30:00.004 US Eastern  100,012/s", "1.2 s  120,014 events  live 5,000",
                       "lag 0  queue 0", "              bid       ask",
                       "SIM1       227.60    227.65", "SIM2       227.60    227.65  STALE"}));
}

TEST(LiveFrame, DropsTheValuesOfStrategiesFirstAndTheStateLast) {
  LiveModel model = table_of({doubtful(book_row("SIM1"))});
  model.value_names = {"vwap.price", "vwap.volume"};
  model.rows[0].values = {"227.6123", "12300"};
  // What a line has, from the widest terminal to the narrowest: nothing comes back.
  const std::vector<std::string> parts{"12300",  "227.6123", "(lost", "500",
                                       "12,300", " - ",      "STALE", "227.65"};
  std::vector<std::size_t> widest_without(parts.size(), 0);
  for (std::size_t columns = 1; columns <= 200; ++columns) {
    const std::string line = lines_of(model, {columns, 40}).back() + " ";
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (line.find(parts[i]) == std::string::npos) widest_without[i] = columns;
    }
  }
  EXPECT_TRUE(std::ranges::is_sorted(widest_without, std::greater{}))
      << ::testing::PrintToString(widest_without);
  EXPECT_LT(widest_without[6], 40U) << "the state";
  EXPECT_LT(widest_without[0], 140U) << "all fits at last";
}

TEST(LiveFrame, MarksPricesThatMovedAndFallsBackToAscii) {
  LiveModel model = table_of({book_row("SIM1")});
  model.rows[0].bid_move = Move::up;
  model.rows[0].ask_move = Move::down;
  EXPECT_TRUE(has(lines_of(model, {80, 24}), "227.60^     227.65v "));
  EXPECT_TRUE(has(lines_of(model, {38, 24}), "227.60^   227.65v"));
  model.unicode = true;
  EXPECT_TRUE(has(lines_of(model, {80, 24}), "227.60\u25B4     227.65\u25BE "));
}

TEST(LiveFrame, HasColoursOnlyWhereTheyAreWanted) {
  LiveModel model = table_of({doubtful(book_row("SIM1"))});
  model.rows[0].bid_move = Move::up;
  model.rows[0].ask_move = Move::down;
  for (const FrameLine& line : frame_of(model, {120, 24})) {
    EXPECT_EQ(text_of(line, false).find('\x1b'), std::string::npos);
  }
  const std::string row = text_of(frame_of(model, {120, 24}).back(), true);
  EXPECT_NE(row.find("\x1b[32m  227.60^\x1b[0m"), std::string::npos) << row;
  EXPECT_NE(row.find("\x1b[31m  227.65v\x1b[0m"), std::string::npos) << row;
  EXPECT_NE(row.find("\x1b[33mSTALE (lost, messages 5 to 9)\x1b[0m"), std::string::npos) << row;
}

TEST(LiveFrame, ShowsAllRowsThatFitAndSaysHowManyDoNot) {
  std::vector<LiveRow> rows;
  for (int i = 0; i < 200; ++i) rows.push_back(book_row("SIM" + std::to_string(i)));
  LiveModel model = table_of(rows);
  model.instruments = 8'000;
  for (std::size_t height = 4; height <= 100; ++height) {
    const std::vector<std::string> lines = lines_of(model, {80, height});
    ASSERT_EQ(lines.size(), height - 1);
    const auto shown = static_cast<std::size_t>(std::ranges::count_if(
        lines, [](const std::string& line) { return line.starts_with("SIM"); }));
    ASSERT_GE(shown, 1U);
    std::string left = std::to_string(8'000 - shown);
    left.insert(1, ",");
    EXPECT_EQ(lines.back(), "and " + left + " more instruments");
  }
  model.instruments = 201;
  EXPECT_EQ(lines_of(model, {80, 300}).back(), "and 1 more instrument");
  model.instruments = 200;
  const std::vector<std::string> whole = lines_of(model, {80, 300});
  EXPECT_FALSE(has(whole, "more instrument"));
  EXPECT_TRUE(whole.back().starts_with("SIM199 "));
}

// The n-th of some names that are awkward to lay out.
std::string awkward_name(u64 number) {
  const std::vector<std::string> names{"A",
                                       "BRK.A",
                                       "AAPL  191230C00300000",
                                       "\u6771\u8A3C\u6771\u8A3C\u6771\u8A3C\u6771\u8A3C",
                                       "e\u0301e\u0301e\u0301",
                                       "\U0001F4FC\U0001F4FC@12",
                                       ""};
  return names[number % names.size()];
}

LiveModel random_model(Random& random) {
  std::vector<LiveRow> rows;
  for (u64 i = random.below(120); i > 0; --i) {
    LiveRow row = book_row(awkward_name(random.below(7)));
    if (random.chance(0.2)) row.bid = "123456789.123456789";
    if (random.chance(0.2)) row.ask = "-";
    if (random.chance(0.1)) row = doubtful(row);
    row.bid_move = static_cast<Move>(random.below(3));
    row.values = {"1", "-12345.67"};
    rows.push_back(row);
  }
  LiveModel model = table_of(std::move(rows));
  model.instruments += random.below(3);
  model.unicode = random.chance(0.5);
  model.value_names = {"bbo.spread", "vwap.price"};
  model.source = awkward_name(random.below(7)) + awkward_name(random.below(7));
  if (random.chance(0.2)) model.times = {};
  if (random.chance(0.1)) model.facts.clear();
  return model;
}

TEST(LiveFrame, IsNeverWiderOrHigherThanTheTerminal) {
  for (const u64 seed : test::seeds(3)) {
    Random random{seed};
    const LiveModel model = random_model(random);
    for (std::size_t columns = 1; columns <= 200; columns += 1 + random.below(9)) {
      for (std::size_t rows = 1; rows <= 100; rows += 1 + random.below(15)) {
        const std::vector<FrameLine> frame = frame_of(model, {columns, rows});
        ASSERT_LE(frame.size(), rows - 1) << columns << " x " << rows << ", seed " << seed;
        for (const FrameLine& line : frame) {
          const std::string text = text_of(line, false);
          ASSERT_LE(display_width(text), columns) << text << ", seed " << seed;
        }
      }
    }
  }
}

TEST(LiveFrame, NeverShowsAPartOfANumber) {
  LiveModel model = table_of({book_row("SIM1"), doubtful(book_row("SIM2"))});
  model.value_names = {"vwap.price"};
  for (LiveRow& row : model.rows) row.values = {"227.6123"};
  for (std::size_t columns = 1; columns <= 200; ++columns) {
    const std::vector<FrameLine> frame = frame_of(model, {columns, 40});
    for (std::size_t at = frame.size() - 2; at < frame.size(); ++at) {
      std::string text = text_of(frame[at], false) + " ";
      for (const char* number : {"227.6123", "227.60", "227.65", "12,300", "300", "500"}) {
        const std::size_t found = text.find(std::string{number} + " ");
        if (found != std::string::npos) text.replace(found, std::string{number}.size(), "");
      }
      text = text.substr(std::min(text.size(), text.find(' ')));  // behind the name
      EXPECT_EQ(text.substr(0, text.find('(')).find_first_of("0123456789."), std::string::npos)
          << columns << ": " << text_of(frame[at], false);
    }
  }
}

TEST(LiveFrame, CutsANameBetweenCharactersAndKeepsTheMarkOfItsState) {
  LiveModel model = table_of({doubtful(book_row("\u6771\u8A3C\u6771\u8A3C\u6771\u8A3C"))});
  model.unicode = true;
  EXPECT_EQ(lines_of(model, {21, 24}).back(), "\u6771\u8A3C\u2026!  227.60 227.65");
  model.source = "/tmp/2019/\u6771\u8A3C.itch";
  model.facts = {"100,012/s"};
  EXPECT_EQ(lines_of(model, {38, 24}).front(), "09:30:00.004 US Eastern  100,012/s");
  EXPECT_EQ(lines_of(model, {57, 24}).front(),
            "2012-06-21 09:30:00.004 US Eastern  100,012/s  \u2026\u6771\u8A3C.itch");
}

}  // namespace
}  // namespace tapedeck::tools
