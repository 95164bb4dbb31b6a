// `tapedeck inspect` as its user runs it: its counts are those of the input.
#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/dbn_file_writer.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/lobster_market.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::ItchDay;
using test::Outcome;

class Inspect : public ::testing::Test {
 protected:
  Outcome inspect(std::vector<std::string> arguments, const std::string& input = "/dev/null") {
    arguments.insert(arguments.begin(), {"inspect", "--json"});
    return command_.run(arguments, input);
  }
  std::string write(const std::string& name, Bytes content) {
    return folder_.write(
        name, std::string{reinterpret_cast<const char*>(content.data()), content.size()});
  }
  static json type(const std::string& letter, const std::string& name, u64 messages) {
    return {{"type", letter}, {"name", name}, {"messages", messages}};
  }
  static ItchDay small_day() {
    ItchDay day;
    constexpr u64 kHour = 3'600'000'000'000;
    day.at(4 * kHour).system('O').directory(1, "AAA").directory(2, "BBB").directory(3, "CCC");
    day.trading(1, "AAA").trading(2, "BBB", 'H').at(10 * kHour).system('Q');
    for (u64 id = 1; id <= 5; ++id) day.add(1, "AAA", id, 'B', 100, 10'000);
    return day.add(2, "BBB", 6, 'S', 100, 20'000).at(16 * kHour).system('C');
  }

  test::TemporaryFolder folder_{"inspect"};
  test::Command command_{folder_};
};

TEST_F(Inspect, CountsMessagesByTypeWithTheSpecificationsNames) {
  const Outcome run = inspect({write("day.itch", small_day().bytes())});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["channels"][0]["types"],
            (json{type("A", "Add Order", 6), type("R", "Stock Directory", 3),
                  type("S", "System Event", 3), type("H", "Stock Trading Action", 2)}));
}

TEST_F(Inspect, TellsDbnRecordsApartByTheirActions) {
  test::DbnFile file{test::dbn_head(2)};
  file.definition("ESH4").add('B', 1, 100, 5).add('A', 2, 101, 5).add('B', 3, 99, 5);
  file.cancel('B', 1, 100, 5).cancel('B', 3, 99, 1).other(0x01, 80);
  const Outcome run = inspect({folder_.write("day.dbn", file.bytes())});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["channels"][0]["types"],
            (json{type("A", "Add Order", 3), type("C", "Cancel Order", 2),
                  type("0x01", "unknown type", 1), type("0x13", "Instrument Definition", 1)}));
}

TEST_F(Inspect, TellsTimesSessionsStatesAndTheBusiest) {
  const json channel = inspect({write("day.itch", small_day().bytes())}).json()["channels"][0];
  EXPECT_EQ(channel["first_time"], "04:00:00.000001000");
  EXPECT_EQ(channel["last_time"], "16:00:00.000001000");
  EXPECT_EQ(channel["duration_s"], 43'200.0);
  EXPECT_EQ(channel["busiest_second"], (json{{"begins", "10:00:00.000000000"}, {"messages", 7}}));
  EXPECT_EQ(channel["sessions"], (json{{{"event", "O"}, {"time", "04:00:00.000001000"}},
                                       {{"event", "Q"}, {"time", "10:00:00.000001000"}},
                                       {{"event", "C"}, {"time", "16:00:00.000001000"}}}));
  EXPECT_EQ(channel["instruments"], 3);
  EXPECT_EQ(channel["states"], (json{{"halted", 1}, {"trading", 1}, {"unknown", 1}}));
  EXPECT_EQ(channel["busiest"], (json{{{"symbol", "AAA"}, {"messages", 7}},
                                      {{"symbol", "BBB"}, {"messages", 3}},
                                      {{"symbol", "CCC"}, {"messages", 1}}}));
  EXPECT_TRUE(channel["complete"]);
}

TEST_F(Inspect, NamesTheDayWhereTheFileDoes) {
  const json run = inspect({write("2019-12-30.itch", small_day().bytes())}).json();
  EXPECT_EQ(run["time_base"], "utc");
  EXPECT_EQ(run["channels"][0]["first_time"], "2019-12-30T09:00:00.000001000Z");
}

TEST_F(Inspect, AgreesWithReplayAboutAMadeUpDay) {
  itch50::FrameBuffer frames;
  test::write_demo_flow(frames, {.messages = 20'000, .instruments = 20, .seed = 9});
  const std::string day = write("day.itch", frames.bytes());
  const json inspected = inspect({day}).json();
  const json replayed = command_.run({"replay", "--json", day}).json();
  const json& channel = inspected["channels"][0];
  for (const char* field : {"messages", "bytes", "complete"}) {
    EXPECT_EQ(inspected[field], replayed[field]) << field;
  }
  for (const char* field : {"instruments", "malformed", "gaps", "unknown_type", "time_backwards",
                            "symbol_mismatch", "last_sequence"}) {
    EXPECT_EQ(channel[field], replayed[field]) << field;
  }
  u64 messages = 0;
  for (const json& one : channel["types"]) messages += one["messages"].get<u64>();
  EXPECT_EQ(messages, 20'000U);
}

TEST_F(Inspect, CountsLobsterRowsByTheirTypesWithOrWithoutABook) {
  test::LobsterMarket market{3, 2};
  const test::LobsterPair pair = market.record(1'000);
  const std::string messages = folder_.write("ACME_message.csv", pair.messages);
  const std::string book = folder_.write("ACME_orderbook.csv", pair.book);
  std::map<std::string, u64> expected;
  for (const int kind : pair.types) ++expected[std::to_string(kind)];
  for (const std::vector<std::string>& input :
       {std::vector<std::string>{messages}, {messages, "--orderbook", book}}) {
    const json channel = inspect(input).json()["channels"][0];
    std::map<std::string, u64> counted;
    for (const json& one : channel["types"]) counted[one["type"]] = one["messages"];
    EXPECT_EQ(counted, expected);
    EXPECT_EQ(channel["busiest"], (json{{{"symbol", "ACME"}, {"messages", 1'000}}}));
  }
}

TEST_F(Inspect, TellsChannelsApart) {
  const std::string itch = write("day.itch", small_day().bytes());
  const std::string rows = folder_.write("ACME_message.csv", "34200.1,1,1,100,5853300,1\n");
  const json run = inspect({rows, itch, "--parallel"}).json();
  EXPECT_EQ(run["messages"], 15);
  EXPECT_EQ(run["channels"][0]["types"], (json{type("1", "Submission", 1)}));
  EXPECT_EQ(run["channels"][1]["types"].size(), 4U);
}

TEST_F(Inspect, ReportsWhatWasRightBeforeDamage) {
  const std::vector<std::byte> whole = small_day().copy();
  const Outcome run = inspect({write("cut.itch", Bytes{whole}.first(whole.size() - 3))});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.says("cut.itch: byte")) << run.err;
  EXPECT_EQ(run.json()["messages"], 13);
  EXPECT_FALSE(run.json()["complete"]);
  EXPECT_TRUE(run.json()["channels"][0]["damage"].is_string());
}

TEST_F(Inspect, OfNothingUsableIsDamagedInput) {
  ItchDay day;
  day.system('O').system('C');
  EXPECT_EQ(inspect({write("bare.itch", day.bytes())}).exit_code, 3);
  EXPECT_EQ(inspect({folder_.write("text", "no market data at all\n")}).exit_code, 3);
}

TEST_F(Inspect, ReadsStandardInput) {
  const Outcome run = inspect({"-"}, write("day.itch", small_day().bytes()));
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["messages"], 14);
}

TEST_F(Inspect, ShowsUnknownTypesAndHostileSymbolsAsText) {
  ItchDay day;
  day.system('O').add(1, std::string{"\x1b[2J"}, 1, 'B', 1, 1);
  std::vector<std::byte> content = day.copy();
  for (const char byte : std::string{"\x00\x01\x07", 3}) {
    content.push_back(static_cast<std::byte>(byte));
  }
  const Outcome run = command_.run({"inspect", write("odd.itch", content)});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("0x07 unknown type"), std::string::npos) << run.out;
  EXPECT_EQ(run.out.find('\x1b'), std::string::npos);
  EXPECT_NE(run.out.find("?[2J"), std::string::npos) << run.out;
}

}  // namespace
}  // namespace tapedeck
