// Rows of events, field by field: every kind of event, prices to the last digit, and bytes from the
// wire that would like to break out.
#include "engine/output/event_rows.hpp"

#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/core/decimal.hpp"
#include "engine/core/random.hpp"
#include "engine/core/text.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::output {
namespace {

using nlohmann::json;
using Fields = std::map<std::string, std::string>;

std::string text_of(const output::EventRows& rows) {
  return {reinterpret_cast<const char*>(rows.bytes().data()), rows.bytes().size()};
}

// By RFC 4180; a row ends with its line here.
std::vector<std::string> fields_of(const std::string& row) {
  std::vector<std::string> fields{""};
  bool quoted = false;
  for (std::size_t at = 0; at < row.size(); ++at) {
    if (quoted && row[at] == '"' && at + 1 < row.size() && row[at + 1] == '"') {
      fields.back() += row[at++];
    } else if (row[at] == '"') {
      quoted = !quoted;
    } else if (row[at] == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += row[at];
    }
  }
  EXPECT_FALSE(quoted) << row;
  return fields;
}

// What is not empty in the newest row, by column.
Fields csv_of(const std::vector<Event>& events) {
  output::EventRows rows{output::RowFormat::csv};
  for (const Event& event : events) rows.add(event);
  const std::vector<std::string> lines = split(text_of(rows), '\n');
  EXPECT_EQ(lines.size(), events.size() + 2);
  EXPECT_EQ(lines.back(), "");
  const std::vector<std::string> names = split(lines[0], ',');
  const std::vector<std::string> values = fields_of(lines[events.size()]);
  EXPECT_EQ(names.size(), kColumns);
  EXPECT_EQ(values.size(), names.size());
  Fields fields;
  for (std::size_t i = 0; i < std::min(names.size(), values.size()); ++i) {
    if (!values[i].empty()) fields[names[i]] = values[i];
  }
  return fields;
}

json json_of(const std::vector<Event>& events) {
  output::EventRows rows{output::RowFormat::jsonl};
  for (const Event& event : events) rows.add(event);
  const std::vector<std::string> lines = split(text_of(rows), '\n');
  EXPECT_EQ(lines.size(), events.size() + 1);
  return json::parse(lines[events.size() - 1]);
}

Event event_of(Kind kind, Instrument instrument = Instrument{3}) {
  Event event{};
  event.exchange_time = Nanos{1'577'716'190'000'000'001};
  event.sequence = 42;
  event.instrument = instrument;
  event.kind = kind;
  event.flags = kLastOfEvent;
  return event;
}

Event order_event(Kind kind, const OrderFields& order, Side side = Side::none) {
  Event event = event_of(kind);
  event.side = side;
  event.order = order;
  return event;
}

Event definition(std::string_view symbol) {
  Event event = event_of(Kind::define);
  event.flags = 0;
  event.define = {};
  event.define.set_name(symbol);
  event.define.source_id = 7;
  event.define.round_lot = 100;
  return event;
}

// Both formats say the same; numbers are compared as they are written.
void expect_row(const std::vector<Event>& events, Fields expected) {
  expected.merge(Fields{{"sequence", "42"},
                        {"time_ns", "1577716190000000001"},
                        {"kind", std::string{name_of(events.back().kind)}}});
  EXPECT_EQ(csv_of(events), expected);
  Fields in_json;
  const json row = json_of(events);
  for (const auto& [name, value] : row.items()) {
    std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_array()) {
      text.clear();
      for (const json& flag : value) text += (text.empty() ? "" : "|") + flag.get<std::string>();
    }
    in_json[name] = text;
  }
  EXPECT_EQ(in_json, expected);
}

TEST(EventRows, OfOrdersHaveTheirFields) {
  constexpr Price kPrice{100'250'000'000};
  const Event acme = definition("ACME");
  Fields common{{"instrument", "3"}, {"symbol", "ACME"}, {"flags", "last_of_event"}};
  const auto with = [&](Fields more) {
    more.merge(Fields{common});
    return more;
  };
  expect_row({acme, order_event(Kind::add, {{9}, 0x4E53'4451, kPrice, {100}}, Side::bid)},
             with({{"side", "bid"},
                   {"id", "9"},
                   {"mpid", "NSDQ"},
                   {"price", "100.25"},
                   {"quantity", "100"}}));
  expect_row({acme, order_event(Kind::upsert, {{9}, 0, kPrice, {100}}, Side::ask)},
             with({{"side", "ask"}, {"id", "9"}, {"price", "100.25"}, {"quantity", "100"}}));
  expect_row({acme, order_event(Kind::replace, {{9}, 18, kPrice, {50}})},
             with({{"id", "9"}, {"aux", "18"}, {"price", "100.25"}, {"quantity", "50"}}));
  for (const Kind kind : {Kind::execute, Kind::reduce, Kind::remove}) {
    expect_row({acme, order_event(kind, {{9}, 0, kNoPrice, {5}})},
               with({{"id", "9"}, {"quantity", "5"}}));
  }
  for (const Kind kind : {Kind::execute_at, Kind::modify, Kind::trade}) {
    expect_row({acme, order_event(kind, {{kFirstSyntheticId}, ~u64{0}, kPrice, {5}})},
               with({{"id", "9223372036854775808"},
                     {"aux", "18446744073709551615"},
                     {"price", "100.25"},
                     {"quantity", "5"}}));
  }
  expect_row({acme, order_event(Kind::cross, {{'O'}, 77, kPrice, {5'000}})},
             with({{"type", "O"}, {"aux", "77"}, {"price", "100.25"}, {"quantity", "5000"}}));
  expect_row({acme, order_event(Kind::trade_break, {{0}, 77, kNoPrice, {0}})},
             with({{"aux", "77"}, {"quantity", "0"}}));
}

TEST(EventRows, OfTheOtherKindsHaveTheirs) {
  const Fields common{{"instrument", "3"}, {"flags", "last_of_event"}};
  const auto with = [&](Fields more) {
    more.merge(Fields{common});
    return more;
  };
  expect_row({definition("ACME")}, {{"instrument", "3"},
                                    {"symbol", "ACME"},
                                    {"source_id", "7"},
                                    {"round_lot", "100"},
                                    {"quantity_scale", "0"}});
  Event state = event_of(Kind::trading_state);
  state.state = {TradingState::halted, Session::unknown, 'H', {'T', '1', ' ', ' '}};
  expect_row({state}, with({{"state", "halted"}, {"source", "H"}, {"reason", "T1"}}));
  Event session = event_of(Kind::trading_state, kEveryInstrument);
  session.state = {TradingState::unknown, Session::market_open, 'S', {}};
  expect_row({session}, {{"flags", "last_of_event"}, {"session", "market_open"}, {"source", "S"}});
  Event auction = event_of(Kind::auction);
  auction.auction = {1'000, -20, 4'294'967'295, 12'300, 10'001, 'O', 'B', ' '};
  expect_row({auction}, with({{"type", "O"},
                              {"direction", "B"},
                              {"paired", "1000"},
                              {"imbalance", "-20"},
                              {"far", "429496.7295"},
                              {"near", "1.23"},
                              {"reference", "1.0001"}}));
  Event collar = event_of(Kind::collar);
  collar.collar = {{10'000'000'000}, {10'500'000'000}, {-9'500'000'000}, 2};
  expect_row({collar},
             with({{"reference", "10"}, {"upper", "10.5"}, {"lower", "-9.5"}, {"extension", "2"}}));
  Event notice = event_of(Kind::notice, kNoInstrument);
  notice.notice = {.type = 'W', .length = 3, .body = {0x00, 0xAB, 0x31}};
  expect_row({notice}, {{"flags", "last_of_event"}, {"type", "W"}, {"body", "00ab31"}});
  Event loss = event_of(Kind::loss, kEveryInstrument);
  loss.flags = kLastOfEvent | kCarryOn;
  loss.loss = {3, 4};
  expect_row({loss}, {{"flags", "last_of_event|carry_on"}, {"first", "3"}, {"last", "4"}});
  Event clear = event_of(Kind::clear, kEveryInstrument);
  clear.flags = 0;
  expect_row({clear}, {});
}

TEST(EventRows, NameEveryFlag) {
  Event event = event_of(Kind::clear);
  event.flags = 127;
  EXPECT_EQ(csv_of({event})["flags"],
            "last_of_event|non_printable|synthetic|doubtful|carry_on|operational|preroll");
}

TEST(EventRows, OfALossBeforeAnyMessageHaveNoTime) {
  Event loss = event_of(Kind::loss, kEveryInstrument);
  loss.exchange_time = kBeginningOfTime;
  EXPECT_FALSE(csv_of({loss}).contains("time_ns"));
}

TEST(EventRows, OfAnUnknownDaySayWhatTheirTimesCountFrom) {
  output::EventRows rows{output::RowFormat::jsonl};
  rows.note_unknown_day();
  rows.add(event_of(Kind::clear));
  Event loss = event_of(Kind::loss, kEveryInstrument);
  loss.exchange_time = kBeginningOfTime;
  rows.add(loss);
  const std::vector<std::string> lines = split(text_of(rows), '\n');
  EXPECT_EQ(json::parse(lines[0])["time_base"], "midnight");
  EXPECT_FALSE(json::parse(lines[1]).contains("time_base")) << "it has no time";
  EXPECT_FALSE(json_of({event_of(Kind::clear)}).contains("time_base"));
}

TEST(EventRows, CallInstrumentsAsTheyWereLastDefined) {
  EXPECT_EQ(csv_of({definition("#7"), definition("ACME"), event_of(Kind::clear)})["symbol"],
            "ACME");
  EXPECT_FALSE(csv_of({event_of(Kind::clear)}).contains("symbol"));
}

TEST(EventRows, QuoteWhatComesFromTheWire) {
  const std::string symbol = "A\"B,\x01\n\\\xFF";
  EXPECT_EQ(csv_of({definition(symbol)})["symbol"], "A\"B,\\x01\\x0A\\x5C\\xFF");
  EXPECT_EQ(json_of({definition(symbol)})["symbol"], "A\"B,\x01\n\\\\xff");
  Event state = event_of(Kind::trading_state);
  state.state = {TradingState::halted, Session::unknown, ',', {'"', '\r', '\n', '"'}};
  EXPECT_EQ(csv_of({state})["reason"], "\"\\x0D\\x0A\"");
  EXPECT_EQ(csv_of({state})["source"], ",");
  EXPECT_EQ(json_of({state})["reason"], "\"\r\n\"");
}

TEST(EventRows, HavePricesToTheLastDigit) {
  std::vector<i64> prices{
      0, 1, -1, 10, 999, 123'456'789, 100'000'000, 1'000'000'000, INT64_MIN, INT64_MAX - 1};
  Random random{20260601};
  for (u64 i = 0; i < test::scaled(2'000); ++i) {
    const auto bits = static_cast<i64>(random.next() >> random.below(64));
    prices.push_back(random.chance(0.5) ? bits : -bits);
  }
  for (const i64 price : prices) {
    if (price == kNoPrice.value) continue;
    const Event event = order_event(Kind::add, {{1}, 0, {price}, {price}}, Side::bid);
    Fields fields = csv_of({event});
    ASSERT_EQ(fields["price"], decimal(Price{price}));
    ASSERT_EQ(fields["quantity"], std::to_string(price));
  }
}

// Any bytes in any field: as many fields as there are columns, in one line that JSON can parse.
TEST(EventRows, AreRowsWhateverIsInTheEvents) {
  constexpr u64 kEvents = test::scaled(20'000);
  Random random{20260602};
  output::EventRows csv{output::RowFormat::csv};
  output::EventRows jsonl{output::RowFormat::jsonl};
  csv.clear();
  for (u64 i = 0; i < kEvents; ++i) {
    Event event{};
    for (std::size_t at = 0; at < sizeof event; ++at) {
      reinterpret_cast<u8*>(&event)[at] = static_cast<u8>(random.next());
    }
    event.kind = static_cast<Kind>(random.below(kKinds));
    event.instrument = {static_cast<u32>(random.below(4))};
    event.side = static_cast<Side>(random.below(3));
    if (event.kind == Kind::define) event.define.length = static_cast<u8>(random.below(23));
    csv.add(event);
    jsonl.add(event);
    const std::string row = text_of(csv);
    ASSERT_EQ(row.find('\n'), row.size() - 1);
    ASSERT_EQ(fields_of(row.substr(0, row.size() - 1)).size(), kColumns);
    const std::string line = text_of(jsonl);
    ASSERT_EQ(line.find('\n'), line.size() - 1);
    ASSERT_FALSE(json::parse(line, nullptr, false).is_discarded()) << line;
    csv.clear();
    jsonl.clear();
  }
  EXPECT_EQ(csv.rows(), kEvents);
}

TEST(EventRows, SayWhenThereAreEnoughForTheDisk) {
  output::EventRows rows{output::RowFormat::jsonl};
  Event event = definition(std::string(kMaxSymbol, '\x01'));
  event.flags = 127;
  u64 added = 0;
  for (; !rows.full(); ++added) rows.add(event);
  EXPECT_GT(rows.bytes().size(), std::size_t{1} << 20);
  rows.clear();
  EXPECT_TRUE(rows.bytes().empty());
  EXPECT_EQ(rows.rows(), added);
}

}  // namespace
}  // namespace tapedeck::output
