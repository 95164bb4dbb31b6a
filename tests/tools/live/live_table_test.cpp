// What the live table says, at every size of terminal.
#include "tools/live/live_table.hpp"

#include <gtest/gtest.h>

namespace tapedeck::tools {
namespace {

book::InstrumentView view_of(const std::string& symbol, ChannelId venue = 0) {
  book::InstrumentView view;
  view.define.set_name(symbol);
  view.venue = venue;
  view.bid = {Price{227'600'000'000}, Quantity{300}, 1};
  view.ask = {Price{227'650'000'000}, Quantity{500}, 1};
  view.volume = Quantity{12'300};
  return view;
}

pipeline::Report report_of(std::vector<book::InstrumentView> busiest) {
  pipeline::Report report;
  report.since_start = Nanos{1'200'000'000};
  report.now.applied = 120'014;
  report.events_per_s = 100'012;
  report.busiest = std::move(busiest);
  return report;
}

TEST(LiveTable, ShowsRatesAndTheTopOfEveryBook) {
  const auto lines = table_lines(report_of({view_of("SIM1"), view_of("SIM2")}), {120, 40});
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_TRUE(lines[0].starts_with("    1.2 s  120,014 events  100,012/s")) << lines[0];
  EXPECT_EQ(lines[2],
            "  SIM1              300     227.60   227.65             500          -     12,300");
}

TEST(LiveTable, SaysOfABookThatIsDoubtfulWhy) {
  book::InstrumentView view = view_of("SIM1");
  view.trust = {book::TrustState::stale, book::TrustReason::lost, 5, 9};
  const auto lines = table_lines(report_of({view}), {120, 40});
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[2].ends_with("12,300  STALE (lost, messages 5 to 9)")) << lines[2];
}

TEST(LiveTable, LeavesOutWhatDoesNotFitInWhole) {
  const auto report = report_of({view_of("SIM1")});
  for (std::size_t columns = 12; columns < 120; ++columns) {
    for (const std::string& line : table_lines(report, {columns, 40})) {
      EXPECT_LE(line.size(), columns);
    }
    const std::string whole = table_lines(report, {columns < 64 ? 63U : 120U, 40})[2];
    const std::string cut = table_lines(report, {columns, 40})[2];
    ASSERT_TRUE(whole.starts_with(cut));
    // A number that is shown is shown to its end.
    if (cut.size() < whole.size()) {
      EXPECT_EQ(whole[cut.size()], ' ') << cut;
    }
  }
}

TEST(LiveTable, HasBothBestPricesOnANarrowTerminal) {
  book::InstrumentView doubtful = view_of("SIM2");
  doubtful.trust = {book::TrustState::stale, book::TrustReason::lost, 5, 9};
  const auto lines = table_lines(report_of({view_of("SIM1"), doubtful}), {40, 24});
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[1], "                bid  ask           last");
  EXPECT_EQ(lines[2], "  SIM1       227.60  227.65           -");
  EXPECT_TRUE(lines[3].starts_with("  SIM2!      227.60  227.65")) << lines[3];
}

TEST(LiveTable, NeverHasMoreLinesThanTheTerminal) {
  const auto report = report_of(std::vector<book::InstrumentView>(10, view_of("SIM1")));
  for (std::size_t rows = 2; rows < 20; ++rows) {
    EXPECT_LT(table_lines(report, {100, rows}).size(), rows);
  }
}

TEST(LiveTable, TellsVenuesApartWhereThereAreSeveral) {
  const auto lines = table_lines(report_of({view_of("SIM1"), view_of("SIM1", 3)}), {100, 40});
  EXPECT_TRUE(lines[2].starts_with("  SIM1@0 "));
  EXPECT_TRUE(lines[3].starts_with("  SIM1@3 "));
}

TEST(LiveTable, KeepsControlCharactersOfSymbolsFromTheTerminal) {
  const auto lines = table_lines(report_of({view_of("A\x1b[2J")}), {100, 40});
  EXPECT_EQ(lines[2].find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace tapedeck::tools
