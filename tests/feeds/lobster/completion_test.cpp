#include "feeds/lobster/completion.hpp"

#include <gtest/gtest.h>

#include "tests/support/map_book.hpp"

namespace tapedeck::feeds::lobster {
namespace {

// Two levels per side unless a row says otherwise. Rows are written as in the files, prices small.
class CompletionTest : public ::testing::Test {
 protected:
  void start(const std::string& message, const std::string& row) {
    read(message, row);
    RowEvents out = begin();
    completion_.seed(message_, row_, out);
    play(out);
  }
  void next(const std::string& message, const std::string& row) {
    read(message, row);
    RowEvents out = begin();
    play(out);
  }
  void expect_equal() const {
    for (const Side side : {Side::bid, Side::ask}) {
      for (std::size_t depth = 0; depth < row_.depth; ++depth) {
        const auto found = book_.level(side, depth);
        const auto& shown = row_.side(side);
        ASSERT_EQ(found.has_value(), depth < shown.size());
        if (!found) break;
        EXPECT_EQ(found->first, shown[depth].price);
        EXPECT_EQ(found->second, shown[depth].size);
      }
    }
  }
  void expect_different() const {
    const auto best = book_.level(Side::ask, 0);
    const auto second = book_.level(Side::ask, 1);
    const auto& shown = row_.side(Side::ask);
    const bool equal = best && second && shown.size() == 2 && best->first == shown[0].price &&
                       best->second == shown[0].size && second->first == shown[1].price &&
                       second->second == shown[1].size;
    EXPECT_FALSE(equal);
  }
  [[nodiscard]] std::string kinds() const {
    std::string text;
    for (const Event& event : events_) {
      text += (text.empty() ? "" : " ") + std::string{name_of(event.kind)};
      if ((event.flags & kSynthetic) != 0) text += "*";
      if ((event.flags & kDoubtful) != 0) text += "?";
    }
    return text;
  }

  Completion completion_;
  std::vector<Event> events_;  // of the last row
  test::MapBook book_;

 private:
  RowEvents begin() {
    events_.clear();
    return RowEvents{events_, Event{}};
  }
  void read(const std::string& message, const std::string& row) {
    RowFault fault;
    ASSERT_TRUE(parse_message_row("1," + message, message_, fault)) << fault.found;
    ASSERT_TRUE(parse_book_row(row, 0, row_, fault)) << fault.found;
  }
  void play(RowEvents& out) {
    completion_.apply(message_, out);
    completion_.complete(row_, out);
    out.finish();
    for (const Event& event : events_) book_.apply(event);
    ASSERT_FALSE(events_.empty());
    EXPECT_TRUE(events_.back().flags & kLastOfEvent);
  }

  MessageRow message_;
  BookRow row_;
};

constexpr const char* kStart = "20,5,10,5,21,5,9,5";

TEST_F(CompletionTest, TheBookStartsAsTheFirstRowWithItsMessageUndone) {
  start("1,7,2,20,-1", kStart);
  EXPECT_EQ(kinds(), "add* add* add* add* add");
  EXPECT_EQ(book_.orders_ahead(OrderId{7}), 1U);  // three shares were there before it
  EXPECT_EQ(completion_.levels_seeded(), 4U);
  expect_equal();
}

TEST_F(CompletionTest, AFirstMessageThatEmptiedALevelFindsTheLevel) {
  start("4,7,3,19,-1", kStart);
  EXPECT_EQ(kinds(), "add* add* add* add* add* execute");
  EXPECT_EQ(completion_.unknown_ids(), 0U);
  expect_equal();
}

TEST_F(CompletionTest, AnUnknownOrderTakesFromTheSyntheticOnesOfItsLevel) {
  start("5,0,1,15,1", kStart);
  next("4,99,2,20,-1", "20,3,10,5,21,5,9,5");
  EXPECT_EQ(kinds(), "execute");
  EXPECT_GE(events_[0].order.id.value, kFirstSyntheticId);
  EXPECT_EQ(completion_.unknown_ids(), 1U);
  EXPECT_TRUE(completion_.is_proof());
  expect_equal();
  next("3,98,3,20,-1", "21,5,10,5,30,7,9,5");
  EXPECT_EQ(kinds(), "remove add*");
  EXPECT_EQ(completion_.levels_completed(), 1U);
  EXPECT_FALSE(completion_.is_proof());
  expect_equal();
}

TEST_F(CompletionTest, AnUnknownOrderThatTheLevelCannotCoverIsPassedOnAsDoubtful) {
  start("5,0,1,15,1", kStart);
  next("4,99,7,20,-1", "21,5,10,5,22,1,9,5");
  EXPECT_EQ(kinds(), "execute execute? add*");
  EXPECT_EQ(events_[1].order.id.value, 99U);
  EXPECT_EQ(events_[1].order.quantity.value, 2);
}

TEST_F(CompletionTest, ALevelPushedBelowTheWindowIsDroppedWhole) {
  start("5,0,1,15,1", kStart);
  next("1,7,4,21,-1", "20,5,10,5,21,9,9,5");
  next("1,8,1,19,-1", "19,1,10,5,20,5,9,5");
  EXPECT_EQ(kinds(), "add remove* remove*");
  EXPECT_FALSE(book_.knows(7));
  EXPECT_EQ(book_.levels(Side::ask), 2U);
  expect_equal();
}

TEST_F(CompletionTest, ALevelThatComesBackIsOneSyntheticOrder) {
  start("5,0,1,15,1", kStart);
  next("1,7,4,21,-1", "20,5,10,5,21,9,9,5");
  next("1,8,1,19,-1", "19,1,10,5,20,5,9,5");
  next("3,8,1,19,-1", "20,5,10,5,21,6,9,5");
  EXPECT_EQ(kinds(), "remove add*");
  next("3,7,4,21,-1", "20,5,10,5,21,2,9,5");
  EXPECT_EQ(kinds(), "reduce");
  expect_equal();
}

TEST_F(CompletionTest, ADifferenceInViewIsNeverPatched) {
  start("5,0,1,15,1", kStart);
  next("1,7,4,20,-1", "20,8,10,5,21,5,9,5");  // the row says 3, the message 4
  EXPECT_EQ(kinds(), "add");
  expect_different();
}

TEST_F(CompletionTest, ALevelThatVanishedInViewIsNotDropped) {
  start("5,0,1,15,1", kStart);
  next("5,0,1,15,1", "21,5,10,5,22,5,9,5");  // nothing took the five at 20 away
  EXPECT_EQ(kinds(), "trade add*");
  expect_different();
}

TEST_F(CompletionTest, ALevelThatAppearedInViewIsNotFilledUp) {
  start("5,0,1,15,1", kStart);
  next("1,7,2,19,-1", "19,3,10,5,20,5,9,5");
  EXPECT_EQ(kinds(), "add remove*");
  expect_different();
}

TEST_F(CompletionTest, WhereLevelsAreMissingNothingIsHiddenBehindThem) {
  start("5,0,1,15,1", "20,5,10,5,9999999999,0,9,5");
  next("5,0,1,15,1", "20,5,10,5,21,5,9,5");
  EXPECT_EQ(kinds(), "trade");
  expect_different();
}

TEST_F(CompletionTest, AMessageThatContradictsItsOrderIsDoubtful) {
  start("1,7,5,20,-1", kStart);
  next("4,7,6,20,-1", "21,5,10,5,22,5,9,5");  // more than there is
  EXPECT_EQ(kinds(), "execute? add*");
  next("1,8,5,22,-1", "21,5,10,5,22,10,9,5");
  next("3,8,4,22,-1", "21,5,10,5,22,5,9,5");  // less than there is
  EXPECT_EQ(kinds(), "remove?");
  next("1,9,1,21,-1", "21,6,10,5,22,5,9,5");
  next("1,9,1,21,-1", "21,6,10,5,22,5,9,5");  // there already
  EXPECT_EQ(kinds(), "add?");
  next("2,9,1,22,-1", "21,6,10,5,22,5,9,5");  // at another price
  EXPECT_EQ(kinds(), "reduce?");
}

TEST_F(CompletionTest, OnlyALevelWithoutSyntheticOrdersIsKnown) {
  start("1,7,5,20,-1", kStart);
  next("4,7,1,20,-1", "20,4,10,5,21,5,9,5");
  EXPECT_TRUE(completion_.executed_at_known_level());
  next("1,8,1,21,-1", "20,4,10,5,21,6,9,5");
  EXPECT_FALSE(completion_.executed_at_known_level());
  next("4,8,1,21,-1", "20,4,10,5,21,5,9,5");
  EXPECT_FALSE(completion_.executed_at_known_level());
}

}  // namespace
}  // namespace tapedeck::feeds::lobster
