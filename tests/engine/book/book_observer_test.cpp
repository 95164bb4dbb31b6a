// What an observer of books is told: trades with their price and side, messages when they are
// whole, nothing of what a book ignores.
#include "engine/book/book_observer.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "tests/support/scripted_feed.hpp"

namespace tapedeck::book {
namespace {

class ObservedBooks : public ::testing::Test, private BookObserver {
 public:
  ObservedBooks() {
    books_.open_channel(0, true);
    test::Script script;
    script.define(0, "A").define(1, "B");
    books_.apply(0, script.events(), *this);
    told.clear();
  }
  ObservedBooks& order(Kind kind, u64 id, i64 price, i64 quantity, Side side = Side::none,
                       EventFlags flags = kLastOfEvent) {
    Event event = event_of(kind, Instrument{0}, flags);
    event.side = side;
    event.order = {OrderId{id}, 0, Price{price}, Quantity{quantity}};
    books_.apply(0, {&event, 1}, *this);
    return *this;
  }
  ObservedBooks& loss(Instrument instrument, EventFlags flags = kLastOfEvent) {
    Event event = event_of(Kind::loss, instrument, flags);
    event.loss = {1, 2};
    books_.apply(0, {&event, 1}, *this);
    return *this;
  }
  ObservedBooks& simple(Kind kind, Instrument instrument) {
    const Event event = event_of(kind, instrument, kLastOfEvent);
    books_.apply(0, {&event, 1}, *this);
    return *this;
  }
  /// And forgets it.
  void expect_told(const std::vector<std::string>& what) {
    EXPECT_EQ(told, what);
    told.clear();
  }
  void apply(std::span<const Event> events) { books_.apply(0, events, *this); }
  std::vector<std::string> told;
  bool wants = true, wants_from_definition_on = false;
  bool tells_unfinished = false;

 private:
  Event event_of(Kind kind, Instrument instrument, EventFlags flags) {
    Event event{};
    event.exchange_time = Nanos{++time_};
    event.sequence = static_cast<Sequence>(time_);
    event.instrument = instrument;
    event.kind = kind;
    event.flags = flags;
    return event;
  }
  static std::string name(const Book& book) { return std::string{book.state.define.name()}; }
  static bool is_empty(const Book& book) { return book.sides[0].empty() && book.sides[1].empty(); }
  [[nodiscard]] bool wants_messages() const override { return wants; }
  void on_unfinished(const Book& book) override {
    if (!tells_unfinished) return;
    told.push_back(name(book) + (is_empty(book) ? " unfinished, empty" : " unfinished"));
  }
  void on_define(const Book& book) override {
    told.push_back(name(book) + " defined");
    wants |= wants_from_definition_on;
  }
  void on_trade(const Book& book, const Trade& trade) override {
    const char* const kinds[]{"visible", "hidden", "cross"};
    const char* const sides[]{"none", "bid", "ask"};
    told.push_back(name(book) + " " + kinds[static_cast<int>(trade.kind)] + " " +
                   sides[static_cast<int>(trade.side)] + " " +
                   std::to_string(trade.quantity.value) + " at " +
                   std::to_string(trade.price.value) + (trade.printable ? "" : " again"));
  }
  void on_message(const Book& book, Nanos) override {
    told.push_back(name(book) + (is_empty(book) ? " empty" : " message"));
  }

  BookSet books_;
  i64 time_ = 0;
};

TEST_F(ObservedBooks, AnExecutionTradesAtThePriceAndOnTheSideOfItsOrder) {
  order(Kind::add, 1, 100, 30, Side::bid).order(Kind::execute, 1, 0, 10);
  expect_told({"A message", "A visible bid 10 at 100", "A message"});
  order(Kind::execute, 1, 0, 20);
  expect_told({"A visible bid 20 at 100", "A empty"});
}

TEST_F(ObservedBooks, AnExecutionAtAPriceTradesThereOnTheSideOfItsOrder) {
  order(Kind::add, 1, 100, 30, Side::ask);
  told.clear();
  order(Kind::execute_at, 1, 97, 10, Side::none, kLastOfEvent | kNonPrintable);
  expect_told({"A visible ask 10 at 97 again", "A message"});
}

TEST_F(ObservedBooks, HiddenTradesAndCrossesAreTold) {
  order(Kind::trade, 0, 55, 5, Side::ask).order(Kind::cross, 'O', 56, 6);
  order(Kind::cross, 'O', 0, 0);  // an auction in which nothing traded
  expect_told({"A hidden ask 5 at 55", "A empty", "A cross none 6 at 56", "A empty", "A empty"});
}

TEST_F(ObservedBooks, AnExecutionOfNobodysOrderIsNoTrade) {
  order(Kind::execute, 77, 0, 10);
  expect_told({"A empty"});
}

TEST_F(ObservedBooks, AMessageOfSeveralEventsIsToldOnceWhenItIsWhole) {
  order(Kind::add, 1, 100, 30, Side::bid, 0).order(Kind::execute, 1, 0, 10, Side::none, 0);
  expect_told({"A visible bid 10 at 100"});
  order(Kind::remove, 1, 0, 0);
  expect_told({"A empty"});
}

TEST_F(ObservedBooks, AnEventThatDoesNotEndItsMessageIsAnnouncedBeforeItIsApplied) {
  tells_unfinished = true;
  order(Kind::add, 1, 100, 30, Side::bid, 0).order(Kind::remove, 1, 0, 0, Side::none, 0);
  expect_told({"A unfinished, empty", "A unfinished"});
  order(Kind::add, 2, 100, 30, Side::bid);
  expect_told({"A message"});
}

TEST_F(ObservedBooks, WhoeverWantsNoMessagesIsToldOfTradesAndDefinitionsAlone) {
  wants = false;
  tells_unfinished = true;
  order(Kind::add, 1, 100, 30, Side::bid).order(Kind::execute, 1, 0, 10, Side::none, 0);
  loss(kEveryInstrument, kLastOfEvent | kCarryOn).simple(Kind::clear, Instrument{0});
  simple(Kind::define, Instrument{2});
  expect_told({"A visible bid 10 at 100", " defined"});
}

TEST_F(ObservedBooks, MessagesAreToldFromTheDefinitionOnThatMakesThemWanted) {
  wants = false;
  wants_from_definition_on = true;
  test::Script script;
  script.bid(0, 1).define(2, "C").bid(0, 2).bid(2, 3);
  apply(script.events());
  expect_told({"C defined", "A message", "C message"});
}

TEST_F(ObservedBooks, ABookThatIgnoresItsEventsAfterALossIsSilentUntilItIsCleared) {
  order(Kind::add, 1, 100, 30, Side::bid);
  told.clear();
  loss(Instrument{0});
  expect_told({"A empty"});
  order(Kind::add, 2, 100, 30, Side::bid).order(Kind::trade, 0, 55, 5, Side::ask);
  expect_told({});
  simple(Kind::clear, Instrument{0}).order(Kind::add, 3, 100, 30, Side::bid);
  expect_told({"A empty", "A message"});
}

TEST_F(ObservedBooks, AClearOrALossOfTheWholeChannelIsToldForEveryBook) {
  order(Kind::add, 1, 100, 30, Side::bid);
  told.clear();
  loss(kEveryInstrument, kLastOfEvent | kCarryOn);
  expect_told({"A message", "B empty"});
  simple(Kind::clear, kEveryInstrument);
  expect_told({"A empty", "B empty"});
}

TEST_F(ObservedBooks, NoticesAreNoMessagesOfABook) {
  simple(Kind::notice, Instrument{0}).simple(Kind::notice, kNoInstrument);
  expect_told({});
}

TEST_F(ObservedBooks, ADefinitionIsToldEachTimeItComes) {
  simple(Kind::define, Instrument{2}).simple(Kind::define, Instrument{2});
  expect_told({" defined", " defined"});
}

}  // namespace
}  // namespace tapedeck::book
