// Books that records of the best price (F_TOB) and orders change in turn. The rule is in
// examples/order-book/limit-order-book: with F_TOB an Add replaces all levels of its side.
#include <gtest/gtest.h>

#include "tests/support/dbn_books.hpp"

namespace tapedeck::feeds::dbn {
namespace {

using book::Fault;
using book::TrustState;
using test::dbn_head;
using test::DbnBooks;
using test::DbnFile;
using test::DbnRun;

constexpr u8 kTopAndLast = 64 | DbnFile::kLast;

DbnFile two_bids() {
  return DbnFile{dbn_head(2)}.add('B', 1, 100, 5).add('B', 2, 99, 5).add('A', 3, 110, 4);
}
void expect_live(const DbnFile& day, std::string_view top, std::size_t orders) {
  const DbnBooks books{day};
  EXPECT_EQ(books.top(), top);
  EXPECT_EQ(books.orders(), orders);
  EXPECT_EQ(books.faults(), 0U);
  EXPECT_EQ(books.trust(), TrustState::live);
}

TEST(DbnMixedTops, ATopReplacesTheOrdersOfItsSideOnly) {
  expect_live(two_bids().add('B', 0, 98, 7, kTopAndLast), "98 x 7 / 110 x 4", 2);
}

TEST(DbnMixedTops, ATopWithoutAPriceRemovesTheOrdersOfItsSide) {
  expect_live(two_bids().order('A', 'B', 0, INT64_MAX, 0, kTopAndLast), "- / 110 x 4", 1);
}

TEST(DbnMixedTops, OrdersThatJoinATopGoWithTheNextOne) {
  DbnFile day = DbnFile{dbn_head(2)}.add('B', 0, 98, 7, kTopAndLast).add('B', 1, 99, 5);
  expect_live(day, "99 x 5 / -", 2);
  expect_live(day.add('B', 0, 97, 7, kTopAndLast), "97 x 7 / -", 1);
  expect_live(day.add('B', 1, 96, 2), "97 x 7 / -", 2);
}

TEST(DbnMixedTops, ACancelOfATopTakesFromIt) {
  const DbnFile top = DbnFile{dbn_head(2)}.add('B', 7, 98, 7, kTopAndLast);
  expect_live(DbnFile{top}.cancel('B', 7, 98, 2), "98 x 5 / -", 1);
  expect_live(DbnFile{top}.cancel('B', 7, 98, 7), "- / -", 0);
  expect_live(DbnFile{top}.cancel('B', 0, 98, 7, kTopAndLast), "- / -", 0);
  expect_live(DbnFile{top}.modify('B', 7, 97, 3), "97 x 3 / -", 1);
  expect_live(DbnFile{top}.cancel('B', 7, 98, 7).order('A', 'B', 8, INT64_MAX, 0, kTopAndLast),
              "- / -", 0);
}

TEST(DbnMixedTops, ASideOfTopsAloneIsReplacedByOneEvent) {
  const DbnRun run{
      DbnFile{dbn_head(2)}.add('B', 1, 98, 7, kTopAndLast).add('B', 2, 99, 7, kTopAndLast)};
  EXPECT_EQ(run.kinds(), "define trading_state upsert* upsert*");
}

TEST(DbnMixedTops, ATopWithoutASideIsAFault) {
  const DbnBooks books{two_bids().add('N', 9, 98, 7, kTopAndLast)};
  EXPECT_EQ(books.top(), "100 x 5 / 110 x 4");
  EXPECT_EQ(books.faults(Fault::bad_order), 1U);
}

}  // namespace
}  // namespace tapedeck::feeds::dbn
