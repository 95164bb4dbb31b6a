// What the live table says of a report, and how it finds its first line again.
#include "tools/live/live_table.hpp"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "engine/core/calendar.hpp"
#include "engine/strategy/strategy.hpp"

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
  report.instruments = busiest.size();
  report.busiest = std::move(busiest);
  return report;
}

LiveContext context_in(ShownTimes times) {
  LiveContext context;
  context.times = {std::move(times)};
  return context;
}

bool has_fact(const LiveModel& model, const std::string& fact) {
  return std::ranges::find(model.facts, fact) != model.facts.end();
}

TEST(LiveTable, ShowsTheMarketsTimeInTheZoneOfItsChannel) {
  pipeline::Report report = report_of({view_of("SIM1")});
  report.market = {*parse_iso_time("2012-06-21T13:30:00.004241176Z"), 0};
  const LiveContext eastern = context_in({feeds::TimeBase::utc, TimeZone::us_eastern()});
  EXPECT_EQ(model_of(report, eastern, {}).times,
            (std::array<std::string, 3>{"2012-06-21 09:30:00.004 US Eastern",
                                        "09:30:00.004 US Eastern", "09:30:00.004"}));
  const LiveContext utc = context_in({feeds::TimeBase::utc, TimeZone::utc()});
  EXPECT_EQ(model_of(report, utc, {}).times[0], "2012-06-21 13:30:00.004 UTC");
  report.market.time = Nanos{34'200'004'241'176};
  const LiveContext undated = context_in({feeds::TimeBase::midnight, TimeZone::us_eastern()});
  EXPECT_EQ(model_of(report, undated, {}).times[0], "09:30:00.004 US Eastern");
  report.market = {};
  EXPECT_EQ(model_of(report, eastern, {}).times, (std::array<std::string, 3>{}));
}

TEST(LiveTable, ShowsLatenciesOnlyOfAPacedRun) {
  pipeline::Report report = report_of({});
  report.latency = {500, Nanos{12'300}, Nanos{81'000}};
  LiveContext context;
  const LiveModel unpaced = model_of(report, context, {});
  EXPECT_TRUE(std::ranges::none_of(unpaced.facts, [](const std::string& fact) {
    return fact.find("latency") != std::string::npos;
  }));
  context.paced = true;
  EXPECT_EQ(model_of(report, context, {}).facts.front(), "latency p50 12 us, p99 81 us");
  report.latency = {};
  EXPECT_EQ(model_of(report, context, {}).facts.front(), "latency -");
}

TEST(LiveTable, SaysHowMuchOfAFileIsRead) {
  pipeline::Report report = report_of({});
  EXPECT_TRUE(has_fact(model_of(report, {}, {}), "120,014 events"));
  report.now.raw_bytes_read = 25;
  report.now.raw_bytes_total = 100;
  report.since_start = Nanos{10 * kNanosPerSecond};
  EXPECT_TRUE(has_fact(model_of(report, {}, {}), "25 % of 100 B, 30 s left"));
  LiveContext paced;
  paced.paced = true;
  EXPECT_TRUE(has_fact(model_of(report, paced, {}), "25 % of 100 B"));
}

TEST(LiveTable, MarksABestPriceThatMovedSinceTheLastFrame) {
  const BestPrices before{report_of({view_of("SIM1"), view_of("SIM1", 1), view_of("SIM2")})};
  book::InstrumentView moved = view_of("SIM1", 1);
  moved.bid.price = Price{227'610'000'000};
  moved.ask.price = Price{227'640'000'000};
  book::InstrumentView gone = view_of("SIM2");
  gone.ask.price = kNoPrice;
  const LiveModel model =
      model_of(report_of({gone, view_of("SIM1"), moved, view_of("NEW")}), {}, before);
  const auto moves = [&](std::size_t row) {
    return std::pair{model.rows[row].bid_move, model.rows[row].ask_move};
  };
  EXPECT_EQ(moves(0), (std::pair{Move::none, Move::none})) << "a price that is missing";
  EXPECT_EQ(moves(1), (std::pair{Move::none, Move::none})) << "the other venue";
  EXPECT_EQ(moves(2), (std::pair{Move::up, Move::down}));
  EXPECT_EQ(moves(3), (std::pair{Move::none, Move::none})) << "was not there before";
}

TEST(LiveTable, ShowsTheValuesOfStrategies) {
  pipeline::Report report = report_of({view_of("SIM1")});
  LiveContext context;
  context.value_names = {"vwap.price", "vwap.volume", "bbo.spread", "x.y"};
  EXPECT_TRUE(model_of(report, context, {}).value_names.empty()) << "no cell has values";
  pipeline::LiveValues values;
  values.values.fill(strategy::kNotAvailable);
  values.values[0] = 227.61234567;
  values.values[1] = 1'577'702'400;
  values.values[2] = 0.00001234;
  report.values = {values};
  EXPECT_EQ(model_of(report, context, {}).rows[0].values,
            (std::vector<std::string>{"227.6123", "1577702400", "1.234e-05", "-"}));
  context.value_names.assign(40, "many");
  EXPECT_EQ(model_of(report, context, {}).rows[0].values.size(), pipeline::kLiveValues);
}

TEST(LiveTable, SaysOfABookThatIsDoubtfulOrHaltedWhy) {
  book::InstrumentView stale = view_of("SIM1");
  stale.trust = {book::TrustState::stale, book::TrustReason::lost, 5, 9};
  book::InstrumentView halted = view_of("SIM2");
  halted.halted = true;
  const LiveModel model = model_of(report_of({stale, halted, view_of("SIM3")}), {}, {});
  EXPECT_EQ(model.rows[0].state, "STALE");
  EXPECT_EQ(model.rows[0].state_with_reason, "STALE (lost, messages 5 to 9)");
  EXPECT_EQ(model.rows[1].state, "HALTED");
  EXPECT_EQ(model.rows[2].state, "");
}

TEST(LiveTable, TellsVenuesApartWhereThereAreSeveral) {
  const LiveModel model = model_of(report_of({view_of("SIM1"), view_of("SIM1", 3)}), {}, {});
  EXPECT_EQ(model.rows[0].name, "SIM1@0");
  EXPECT_EQ(model.rows[1].name, "SIM1@3");
  EXPECT_EQ(model_of(report_of({view_of("SIM1")}), {}, {}).rows[0].name, "SIM1");
}

TEST(LiveTable, KeepsControlCharactersOfSymbolsAndFileNamesFromTheTerminal) {
  LiveContext context;
  context.source = "Z\u00FCrich\x1b[2J.itch";
  context.value_names = {"a\x1b[2J"};
  pipeline::Report report = report_of({view_of("A\x1b[2J")});
  report.values.resize(1);
  for (const bool unicode : {false, true}) {
    context.unicode = unicode;
    for (const FrameLine& line : frame_of(model_of(report, context, {}), {200, 40})) {
      EXPECT_EQ(text_of(line, false).find('\x1b'), std::string::npos);
    }
  }
  EXPECT_EQ(model_of(report, context, {}).source, "Z\u00FCrich\\x1b[2J.itch");
  context.unicode = false;
  EXPECT_EQ(model_of(report, context, {}).source, "Z??rich?[2J.itch");
}

TEST(LiveTable, FindsItsFirstLineAgainAfterTheTerminalWrappedItsLines) {
  EXPECT_EQ(codes_to_first_line({}, 80), "");
  EXPECT_EQ(codes_to_first_line({79, 0, 20}, 80), "\r\x1b[3A");
  EXPECT_EQ(codes_to_first_line({79, 0, 20}, 40), "\r\x1b[4A");
  EXPECT_EQ(codes_to_first_line({79, 0, 20}, 19), "\r\x1b[8A");
}

}  // namespace
}  // namespace tapedeck::tools
