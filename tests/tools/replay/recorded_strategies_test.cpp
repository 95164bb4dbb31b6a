// Strategies on recorded days, against figures known from elsewhere and against bars made from the
// message file alone. Runs the built command.
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "engine/core/text.hpp"
#include "feeds/common/zip.hpp"
#include "tests/support/command.hpp"
#include "tests/support/data.hpp"

namespace tapedeck {
namespace {

using test::Outcome;

constexpr const char* kGoog = "lobster/LOBSTER_SampleFile_GOOG_2012-06-21_10.zip";
constexpr const char* kAapl = "lobster/LOBSTER_SampleFile_AAPL_2012-06-21_1.zip";

// The archive's message file, line by line.
std::vector<std::string> message_rows(const std::filesystem::path& archive) {
  const feeds::ZipArchive zip{archive.string()};
  for (const feeds::ZipEntry& entry : zip.entries()) {
    if (entry.name.find("_message_") == std::string::npos) continue;
    const auto source = zip.open(entry);
    std::string text;
    while (source->fill() == feeds::Fill::more) {
      const Bytes window = source->window();
      text.append(reinterpret_cast<const char*>(window.data()), window.size());
      source->consume(window.size());
    }
    return split(text, '\n');
  }
  return {};
}

class RecordedSignals : public ::testing::Test {
 protected:
  void expect_vwap(const std::filesystem::path& day, double price, double volume, double trades) {
    const Outcome run = command_.run({"replay", day.string(), "--strategy", "vwap", "--json"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto values = run.json()["signals"][0]["values"];
    EXPECT_NEAR(values["vwap.price"].get<double>(), price, 0.5e-7);  // known to seven decimals
    EXPECT_EQ(values["vwap.volume"], volume);
    EXPECT_EQ(values["vwap.trades"], trades);
  }

  test::TemporaryFolder folder_{"recorded-signals"};
  test::Command command_{folder_};
};

// Trades: the visible and hidden executions that the message files hold.
TEST_F(RecordedSignals, TheVolumeWeightedPriceOfGoogIsTheKnownOne) {
  TAPEDECK_NEED_DATA(day, kGoog);
  expect_vwap(day, 569.4398659, 706'125, 7'765 + 3'913);
}

TEST_F(RecordedSignals, TheVolumeWeightedPriceOfAaplIsTheKnownOne) {
  TAPEDECK_NEED_DATA(day, kAapl);
  expect_vwap(day, 582.7244455, 2'850'140, 23'658 + 11'332);
}

struct PlainBar {
  double open = 0, high = 0, low = 0, close = 0;
  i64 volume = 0, trades = 0;
};

// By minute of the day, in the plainest way: prices as the file has them, times cut at the point.
std::map<i64, PlainBar> plain_bars(const std::vector<std::string>& rows) {
  std::map<i64, PlainBar> bars;
  for (const std::string& row : rows) {
    const std::vector<std::string> field = split(row, ',');
    if (field.size() < 6 || (field[1] != "4" && field[1] != "5")) continue;
    const i64 minute = std::stoll(field[0].substr(0, field[0].find('.'))) / 60;
    const double price = std::stod(field[4]) / 10'000;
    const bool first = !bars.contains(minute);
    PlainBar& bar = bars[minute];
    if (first) bar.open = bar.high = bar.low = price;
    bar.high = std::max(bar.high, price);
    bar.low = std::min(bar.low, price);
    bar.close = price;
    bar.volume += std::stoll(field[3]);
    ++bar.trades;
  }
  return bars;
}

TEST_F(RecordedSignals, OneMinuteBarsOfGoogAreThoseOfItsMessageFileToTheLastShare) {
  TAPEDECK_NEED_DATA(day, kGoog);
  const std::map<i64, PlainBar> expected = plain_bars(message_rows(day));
  ASSERT_GT(expected.size(), 300U) << "hardly any trade was found in the message file";
  const std::string out = folder_.path("bars.jsonl");
  ASSERT_EQ(command_
                .run({"replay", day.string(), "--strategy", "bars", "--snapshot-every", "1m",
                      "--out", out})
                .exit_code,
            0);
  // Midnight in New York that day, in seconds since 1970.
  constexpr i64 kMidnight = 1'340'251'200;
  std::size_t compared = 0;
  std::size_t minutes = 0;
  for (const std::string& line : split(test::file_content(out), '\n')) {
    if (line.empty()) continue;
    const auto bar = nlohmann::json::parse(line)["signals"];
    const auto minute = (bar["bars.start"].get<i64>() - kMidnight) / 60;
    ++minutes;
    if (!expected.contains(minute)) {
      EXPECT_TRUE(bar["bars.open"].is_null() && bar["bars.close"].is_null()) << line;
      EXPECT_EQ(bar["bars.volume"], 0) << line;
      continue;
    }
    const PlainBar& plain = expected.at(minute);
    EXPECT_EQ(bar["bars.open"], plain.open) << line;
    EXPECT_EQ(bar["bars.high"], plain.high) << line;
    EXPECT_EQ(bar["bars.low"], plain.low) << line;
    EXPECT_EQ(bar["bars.close"], plain.close) << line;
    EXPECT_EQ(bar["bars.volume"], plain.volume) << line;
    EXPECT_EQ(bar["bars.trades"], plain.trades) << line;
    ++compared;
  }
  EXPECT_EQ(compared, expected.size());
  EXPECT_EQ(minutes, 390U);
}

}  // namespace
}  // namespace tapedeck
