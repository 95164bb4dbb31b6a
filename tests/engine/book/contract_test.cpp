// What the code around a book's parts promises them: handles that live, places that are there.
#ifndef NDEBUG

#include "tests/support/contract_test.hpp"

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"

namespace tapedeck::book {
namespace {

class HandleContractDeathTest : public test::ContractTest {
 protected:
  Arena arena_{kHugePage};
  HandlePool<Node> pool_{arena_};
  OrderIndex index_{arena_};
};

TEST_F(HandleContractDeathTest, AHandleThatWasNeverTakenStopsADebugBuild) {
  const Handle taken = pool_.take();
  const Handle next = taken + PriceSide::kHandleStep;
  EXPECT_DEATH((void)pool_.at(next), "was_taken");
  EXPECT_EQ(pool_.take(), next) << "it would have been the next one";
}

TEST_F(HandleContractDeathTest, AHandleBetweenTwoItemsStopsADebugBuild) {
  const Handle taken = pool_.take();
  EXPECT_DEATH((void)pool_.at(taken + 1), "was_taken");
}

TEST_F(HandleContractDeathTest, AHandleBeyondTheArenaStopsADebugBuild) {
  const auto beyond = static_cast<Handle>(arena_.used() / sizeof(u64));
  EXPECT_DEATH((void)pool_.at(beyond), "was_taken");
  EXPECT_DEATH((void)pool_.guess_at(beyond), "used");
}

TEST_F(HandleContractDeathTest, AHandleGivenBackTwiceStopsADebugBuild) {
  const Handle taken = pool_.take();
  pool_.release(taken);
  EXPECT_DEATH(pool_.release(taken), "given back once");
}

TEST_F(HandleContractDeathTest, AnOrderErasedFromTheIndexTwiceStopsADebugBuild) {
  const OrderIndex::Hash hash = index_.hash_of(OrderId{7}, OrderIndex::salt_of(1));
  const Handle handle = pool_.take();
  *index_.try_insert(hash, [](Handle) { return false; }) = handle;
  index_.erase(hash, handle);
  EXPECT_DEATH(index_.erase(hash, handle), "the pair is in the index");
}

TEST_F(HandleContractDeathTest, ALevelInsertedWithoutAHandleStopsADebugBuild) {
  PriceSide side;
  const PriceSide::Place place = side.find(1, [](Handle) { return Rank{0}; });
  EXPECT_DEATH(side.insert(place, 1, kNoHandle, arena_), "level != kNoHandle");
}

TEST_F(HandleContractDeathTest, ALevelBeyondTheLastStopsADebugBuild) {
  const PriceSide side;
  EXPECT_DEATH((void)side.from_best(0), "depth < size_");
}

using BookSetContractDeathTest = test::ContractTest;

TEST_F(BookSetContractDeathTest, AnEventOfALineThatWasNotOpenedStopsADebugBuild) {
  BookSet books;
  books.open_channel(0, true);
  EXPECT_DEATH(books.apply(1, Event{}), "open_channel");
}

}  // namespace
}  // namespace tapedeck::book

#endif
