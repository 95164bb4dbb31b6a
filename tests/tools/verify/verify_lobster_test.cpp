#include "tools/verify/verify_lobster.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "feeds/lobster/files.hpp"
#include "tests/support/data.hpp"
#include "tests/support/lobster_market.hpp"
#include "tests/support/map_book.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/seeds.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {
namespace {

using feeds::lobster::LobsterOptions;
using feeds::lobster::PlantedFault;

class MapTarget final : public VerifyTarget {
 public:
  void apply(const Event& event) override { book_.apply(event); }
  [[nodiscard]] std::optional<Level> level(Side side, std::size_t depth) const override {
    const auto level = book_.level(side, depth);
    if (!level) return {};
    return Level{level->first, level->second};
  }
  [[nodiscard]] std::optional<u32> orders_ahead(OrderId id) const override {
    return book_.orders_ahead(id);
  }

 private:
  test::MapBook book_;
};

LobsterVerdict verify_zip(const std::filesystem::path& path, PlantedFault fault = {}) {
  auto day = feeds::lobster::open_lobster_zip(path.string());
  MapTarget target;
  return verify_lobster(std::move(day.messages), std::move(day.book), target,
                        {day.symbol, Nanos{0}, fault});
}

LobsterVerdict verify_pair(const std::filesystem::path& messages,
                           const std::filesystem::path& book) {
  MapTarget target;
  return verify_lobster(feeds::open_source(messages.string()), feeds::open_source(book.string()),
                        target, {"X", Nanos{0}, {}});
}

// What is known about a recording from elsewhere.
struct Figures {
  u64 rows;
  u64 proven;
  u64 seeded;
  u64 completed;
  u64 unknown_ids;
  u64 known_executions;
  u64 at_front;
};

void expect_figures(const LobsterVerdict& verdict, const Figures& figures) {
  EXPECT_TRUE(verdict.holds()) << (verdict.first_difference ? verdict.first_difference->message()
                                                            : "");
  EXPECT_EQ(verdict.rows_compared, figures.rows);
  EXPECT_EQ(verdict.rows_different, 0U);
  EXPECT_EQ(verdict.rows_proven, figures.proven);
  EXPECT_EQ(verdict.levels_seeded, figures.seeded);
  EXPECT_EQ(verdict.levels_completed, figures.completed);
  EXPECT_EQ(verdict.unknown_ids, figures.unknown_ids);
  EXPECT_EQ(verdict.executions_at_known_levels, figures.known_executions);
  EXPECT_EQ(verdict.executions_at_front, figures.at_front);
}

constexpr const char* kGoog = "lobster/LOBSTER_SampleFile_GOOG_2012-06-21_10.zip";
constexpr const char* kAapl = "lobster/LOBSTER_SampleFile_AAPL_2012-06-21_1.zip";

TEST(VerifyLobster, GoogEqualsTheExchangeAtTenLevelsAfterEveryMessage) {
  TAPEDECK_NEED_DATA(path, kGoog);
  expect_figures(verify_zip(path), {147'916, 54'443, 20, 44'451, 7'120, 6'949, 6'944});
}

TEST(VerifyLobster, AaplEqualsTheExchangesBestBidAndOfferAfterEveryMessage) {
  TAPEDECK_NEED_DATA(path, kAapl);
  expect_figures(verify_zip(path), {118'497, 42'814, 1, 30'071, 21'339, 10'936, 10'913});
}

TEST(VerifyLobster, TheBeginningOfAaplEqualsTheExchangeAtTenLevels) {
  TAPEDECK_NEED_DATA(messages, "lobster/AAPL_message_10_head.csv");
  TAPEDECK_NEED_DATA(book, "lobster/AAPL_orderbook_10_head.csv");
  expect_figures(verify_pair(messages, book), {999, 291, 19, 318, 16, 90, 90});
}

TEST(VerifyLobster, MsftEqualsTheExchangeAtFiftyLevelsFromTheMiddleOfTheDay) {
  TAPEDECK_NEED_DATA(messages, "lobster/MSFT_message_50_1000.csv");
  TAPEDECK_NEED_DATA(book, "lobster/MSFT_orderbook_50_1000.csv");
  expect_figures(verify_pair(messages, book), {1'000, 981, 100, 7, 227, 34, 34});
}

u64 first_different_row(const std::filesystem::path& path, PlantedFault fault) {
  const auto verdict = verify_zip(path, fault);
  return verdict.first_difference ? verdict.first_difference->row : 0;
}

// One row of each type that concerns an order, all over the day; each is a scan of the whole day,
// of which a sanitizer needs to see one.
void expect_size_found(const std::filesystem::path& path, std::initializer_list<u64> rows) {
  for (const u64 row : rows) {
    EXPECT_EQ(first_different_row(path, {.size_at_row = row}), row);
    if (test::kSanitized) return;
  }
}

// The completion may not hide a fault: deletes go missing from the first delete on, sides are
// wrong from the first order that is not the seed's.
TEST(VerifyLobster, APlantedFaultInGoogIsFoundInItsVeryRow) {
  TAPEDECK_NEED_DATA(path, kGoog);
  expect_size_found(path, {1'000, 51'899, 60'002, 100'214});
  if (test::kSanitized) return;
  EXPECT_EQ(first_different_row(path, {.ignore_deletes = true}), 45U);
  EXPECT_EQ(first_different_row(path, {.swap_side = true}), 2U);
}

TEST(VerifyLobster, APlantedFaultInAaplIsFoundInItsVeryRow) {
  TAPEDECK_NEED_DATA(path, kAapl);
  expect_size_found(path, {3, 30'125, 60'014, 100'001});
  if (test::kSanitized) return;
  EXPECT_EQ(first_different_row(path, {.ignore_deletes = true}), 3U);
  EXPECT_EQ(first_different_row(path, {.swap_side = true}), 1U);
}

// The same on a small market, where every row can be tried.
class VerifyGenerated : public ::testing::TestWithParam<std::size_t> {
 protected:
  static LobsterVerdict verify(const test::LobsterPair& pair, PlantedFault fault = {}) {
    MapTarget target;
    return verify_lobster(feeds::memory_source("m", as_bytes_of(pair.messages)),
                          feeds::memory_source("b", as_bytes_of(pair.book)), target,
                          {"X", Nanos{0}, fault});
  }
  static u64 first_different(const test::LobsterPair& pair, PlantedFault fault) {
    const auto verdict = verify(pair, fault);
    return verdict.first_difference ? verdict.first_difference->row : 0;
  }
  static u64 first_of_type(const test::LobsterPair& pair, int type) {
    const auto at = std::find(pair.types.begin() + 1, pair.types.end(), type);
    return static_cast<u64>(at - pair.types.begin()) + 1;
  }
};

TEST_P(VerifyGenerated, EveryRowOfEverySeedIsEqual) {
  for (const u64 seed : test::seeds(test::scaled(100))) {
    const auto pair = test::LobsterMarket{seed, GetParam()}.record(400);
    const auto verdict = verify(pair);
    ASSERT_TRUE(verdict.holds()) << "seed " << seed << ": "
                                 << (verdict.first_difference ? verdict.first_difference->message()
                                                              : verdict.damage->message());
    ASSERT_EQ(verdict.rows_compared, 400U);
  }
}

TEST_P(VerifyGenerated, AWrongSizeIsFoundInTheVeryRowWhicheverItIs) {
  const auto pair = test::LobsterMarket{17, GetParam()}.record(300);
  for (u64 row = 2; row <= pair.types.size(); row += test::kSanitized ? 7 : 1) {
    if (pair.types[row - 1] > 4) continue;  // it changes no book
    EXPECT_EQ(first_different(pair, {.size_at_row = row}), row) << "type " << pair.types[row - 1];
  }
}

TEST_P(VerifyGenerated, AnIgnoredDeleteIsFoundAtTheFirstDelete) {
  for (const u64 seed : test::seeds(test::scaled(50))) {
    const auto pair = test::LobsterMarket{seed, GetParam()}.record(200);
    if (pair.types[0] == 3) continue;
    EXPECT_EQ(first_different(pair, {.ignore_deletes = true}), first_of_type(pair, 3)) << seed;
  }
}

// The first row is no proof, so what is wrong with it may show or not.
TEST_P(VerifyGenerated, SwappedSidesAreFoundAtTheFirstOrderMessage) {
  for (const u64 seed : test::seeds(test::scaled(50))) {
    const auto pair = test::LobsterMarket{seed, GetParam()}.record(200);
    const auto first =
        std::find_if(pair.types.begin() + 1, pair.types.end(), [](int type) { return type < 5; });
    const u64 row = static_cast<u64>(first - pair.types.begin()) + 1;
    const u64 found = first_different(pair, {.swap_side = true});
    EXPECT_TRUE(found == 1 || found == row) << "seed " << seed << ", row " << found;
  }
}

INSTANTIATE_TEST_SUITE_P(Depths, VerifyGenerated, ::testing::Values(1, 2, 5, 40));

TEST(VerifyLobster, WithoutABookFileThereIsNothingToVerify) {
  MapTarget target;
  EXPECT_THROW((void)verify_lobster(feeds::memory_source("m", {}), nullptr, target, {}),
               UsageError);
}

TEST(VerifyLobster, ADamagedFileNeverHolds) {
  const auto pair = test::LobsterMarket{3, 2}.record(50);
  const std::string cut = pair.messages.substr(0, pair.messages.size() / 2);
  MapTarget target;
  const auto verdict = verify_lobster(feeds::memory_source("m", as_bytes_of(cut)),
                                      feeds::memory_source("b", as_bytes_of(pair.book)), target,
                                      {"X", Nanos{0}, {}});
  EXPECT_TRUE(verdict.damage);
  EXPECT_FALSE(verdict.holds());
}

}  // namespace
}  // namespace tapedeck::tools
