// What is known about the recorded days from elsewhere: counts by type, and the volume-weighted
// price of all executions.
#include <array>

#include <gtest/gtest.h>

#include "feeds/lobster/feed.hpp"
#include "feeds/lobster/files.hpp"
#include "feeds/lobster/row_reader.hpp"
#include "tests/support/data.hpp"

namespace tapedeck::feeds::lobster {
namespace {

struct Day {
  std::array<u64, 8> rows_of_type{};
  double weighted_price = 0;
  bool complete = false;
};

Day read(const std::filesystem::path& path, bool with_book) {
  auto sources = open_lobster_zip(path.string());
  LobsterFeed feed{std::move(sources.messages),
                   with_book ? std::move(sources.book) : nullptr,
                   {sources.symbol, Nanos{0}, {}}};
  Day day;
  i128 turnover = 0;
  i64 volume = 0;
  std::vector<Event> events;
  while (feed.next_row(events, Nanos{0})) {
    ++day.rows_of_type[static_cast<std::size_t>(feed.message().type)];
    for (const Event& event : events) {
      if (event.kind != Kind::execute && event.kind != Kind::trade) continue;
      turnover += i128{event.order.price.value} * event.order.quantity.value;
      volume += event.order.quantity.value;
    }
    events.clear();
  }
  day.weighted_price = static_cast<double>(turnover) / static_cast<double>(volume) / 1e9;
  day.complete = feed.complete();
  return day;
}

void expect_day(const std::filesystem::path& path, const std::array<u64, 8>& rows_of_type,
                double weighted_price) {
  for (const bool with_book : {true, false}) {
    const Day day = read(path, with_book);
    EXPECT_TRUE(day.complete);
    EXPECT_EQ(day.rows_of_type, rows_of_type);
    // The figure is given with seven decimals.
    EXPECT_NEAR(day.weighted_price, weighted_price, 0.5e-7);
  }
}

TEST(LobsterRecorded, GoogHasItsMessageCountsAndItsPrice) {
  TAPEDECK_NEED_DATA(path, "lobster/LOBSTER_SampleFile_GOOG_2012-06-21_10.zip");
  expect_day(path, {0, 71'258, 19, 64'961, 7'765, 3'913, 0, 0}, 569.4398659);
}

TEST(LobsterRecorded, AaplHasItsMessageCountsAndItsPrice) {
  TAPEDECK_NEED_DATA(path, "lobster/LOBSTER_SampleFile_AAPL_2012-06-21_1.zip");
  expect_day(path, {0, 54'818, 252, 28'437, 23'658, 11'332, 0, 0}, 582.7244455);
}

TEST(LobsterRecorded, FilesAreToldByTheirContent) {
  TAPEDECK_NEED_DATA(path, "lobster/MSFT_message_50_1000.csv");
  TAPEDECK_NEED_DATA(book, "lobster/MSFT_orderbook_50_1000.csv");
  const auto looks_right = [](const std::filesystem::path& file) {
    const auto source = open_source(file.string());
    (void)source->ensure(4096);
    return looks_like_lobster(source->window());
  };
  EXPECT_TRUE(looks_right(path));
  EXPECT_FALSE(looks_right(book));
}

}  // namespace
}  // namespace tapedeck::feeds::lobster
