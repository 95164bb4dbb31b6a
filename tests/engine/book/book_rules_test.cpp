// What single events do to a book, on the fast books and on the reference alike.
#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/book/instrument_view.hpp"
#include "engine/book/reference_book.hpp"

namespace tapedeck::book {
namespace {

class BookRules : public ::testing::Test {
 protected:
  BookRules() {
    fast_.open_channel(0, true);
    Event define = event(Kind::define);
    define.define.length = 1;
    define.define.symbol[0] = 'A';
    send(define);
    other_ = define;
    other_.instrument = {1};
    send(other_);
  }

  static Event event(Kind kind) {
    Event made{};
    made.kind = kind;
    made.flags = kLastOfEvent;
    made.order.price = kNoPrice;
    return made;
  }
  Applied send(Event made) {
    made.sequence = ++sequence_;
    made.exchange_time = Nanos{static_cast<i64>(sequence_)};
    const Applied fast = fast_.apply(0, made);
    const Applied slow = slow_.apply(0, made);
    EXPECT_EQ(fast, slow) << name_of(made.kind);
    for (const u32 number : {0U, 1U}) {
      const Book* book = fast_.find(0, Instrument{number});
      const ReferenceBook* twin = slow_.find(0, Instrument{number});
      if (book == nullptr || twin == nullptr) continue;
      EXPECT_EQ(fast_.snapshot(*book), twin->snapshot());
      EXPECT_EQ(book->state.flow, twin->state.flow);
      EXPECT_EQ(book->state.trust(fast_.session(0)), twin->state.trust(slow_.session(0)));
      EXPECT_EQ(book->state.volume, twin->state.volume);
    }
    EXPECT_EQ(fast_.counters(), slow_.counters());
    return fast;
  }
  Applied order(Kind kind, u64 id, Side side, i64 price, i64 quantity, u64 aux = 0,
                EventFlags flags = 0) {
    Event made = event(kind);
    made.side = side;
    made.order = {OrderId{id}, aux, Price{price}, Quantity{quantity}};
    made.flags |= flags;
    return send(made);
  }
  Applied add(u64 id, Side side, i64 price, i64 quantity) {
    return order(Kind::add, id, side, price, quantity);
  }
  Applied execute(u64 id, i64 quantity, EventFlags flags = 0) {
    return order(Kind::execute, id, Side::none, kNoPrice.value, quantity, 0, flags);
  }
  Applied reduce(u64 id, i64 quantity) {
    return order(Kind::reduce, id, Side::none, kNoPrice.value, quantity);
  }
  Applied remove(u64 id) { return order(Kind::remove, id, Side::none, kNoPrice.value, 0); }
  Applied replace(u64 id, u64 new_id, i64 price, i64 quantity) {
    return order(Kind::replace, id, Side::none, price, quantity, new_id);
  }
  Applied modify(u64 id, i64 price, i64 quantity) {
    return order(Kind::modify, id, Side::none, price, quantity);
  }
  void set_state(TradingState trading) {
    Event made = event(Kind::trading_state);
    made.state = {trading, Session::unknown, 'H', {}};
    send(made);
  }
  void set_session(Session session) {
    Event made = event(Kind::trading_state);
    made.instrument = kEveryInstrument;
    made.state = {TradingState::unknown, session, 'S', {}};
    send(made);
  }

  const Book& book() { return *fast_.find(0, Instrument{0}); }
  void expect_queue(Side side, i64 price, std::vector<u64> ids) {
    std::vector<u64> found;
    for (const SnapshotOrder& o : fast_.level_at(book(), side, Price{price}).orders) {
      found.push_back(o.id.value);
    }
    EXPECT_EQ(found, ids);
  }
  void expect_top(Side side, i64 price, i64 quantity) {
    EXPECT_EQ(fast_.touch(book(), side).price, Price{price});
    EXPECT_EQ(fast_.touch(book(), side).quantity, Quantity{quantity});
  }
  void lose(Sequence first, Sequence last, EventFlags flags) {
    Event loss = event(Kind::loss);
    loss.flags |= flags;
    loss.loss = {first, last};
    send(loss);
  }
  void expect_fault(const Applied& applied, Fault fault) {
    EXPECT_EQ(name_of(applied.fault), name_of(fault));
    EXPECT_EQ(fast_.counters().of(fault), 1U);
    expect_trust(TrustState::suspect, reason_of(fault), sequence_, sequence_);
  }
  void expect_trust(TrustState state, TrustReason reason = TrustReason::none, Sequence first = 0,
                    Sequence last = 0) {
    const BookTrust expected{state, reason, first, last};
    EXPECT_EQ(text_of(view_of(fast_, book()).trust), text_of(expected));
  }

  BookSet fast_{BookOptions{.flow_digest = true}};
  ReferenceBookSet slow_{true};
  Event other_{};
  Sequence sequence_ = 0;
};

TEST_F(BookRules, ATradeThatIsNotPrintableIsInNoVolume) {
  order(Kind::trade, 0, Side::bid, 100, 7);
  order(Kind::trade, 0, Side::bid, 100, 5, 0, kNonPrintable);
  order(Kind::cross, 0, Side::none, 100, 3, 0, kNonPrintable);
  EXPECT_EQ(book().state.volume, Quantity{7});
}

TEST_F(BookRules, OrdersOfOnePriceQueueInTheOrderTheyCame) {
  add(1, Side::bid, 100, 10);
  add(2, Side::bid, 100, 20);
  add(3, Side::bid, 100, 30);
  expect_queue(Side::bid, 100, {1, 2, 3});
  expect_top(Side::bid, 100, 60);
  EXPECT_EQ(fast_.orders_ahead(book(), OrderId{3}), 2U);
}

TEST_F(BookRules, TheBestBidIsTheHighestAndTheBestAskTheLowest) {
  add(1, Side::bid, 100, 1);
  add(2, Side::bid, 102, 2);
  add(3, Side::bid, -5, 3);
  add(4, Side::ask, 110, 4);
  add(5, Side::ask, 105, 5);
  expect_top(Side::bid, 102, 2);
  expect_top(Side::ask, 105, 5);
}

TEST_F(BookRules, AnExecutionTakesFromTheOrderItNamesAndCountsItsVolume) {
  add(1, Side::ask, 100, 10);
  add(2, Side::ask, 100, 5);
  execute(1, 4);
  expect_top(Side::ask, 100, 11);
  execute(1, 6);
  expect_queue(Side::ask, 100, {2});
  EXPECT_EQ(book().state.executions, 2U);
  EXPECT_EQ(book().state.executed, Quantity{10});
  EXPECT_EQ(book().state.volume, Quantity{10});
  EXPECT_EQ(book().state.last_price, Price{100});
}

TEST_F(BookRules, ANonPrintableExecutionIsNoVolume) {
  add(1, Side::ask, 100, 10);
  order(Kind::execute_at, 1, Side::none, 90, 4, 0, kNonPrintable);
  EXPECT_EQ(book().state.executed, Quantity{4});
  EXPECT_EQ(book().state.volume, Quantity{0});
  order(Kind::execute_at, 1, Side::none, 95, 4);
  EXPECT_EQ(book().state.last_price, Price{95});
  expect_top(Side::ask, 100, 2);
}

TEST_F(BookRules, AReplacementJoinsTheBackAndKeepsItsSide) {
  add(1, Side::bid, 100, 10);
  add(2, Side::bid, 100, 20);
  replace(1, 3, 100, 15);
  expect_queue(Side::bid, 100, {2, 3});
  EXPECT_EQ(book().state.adds, 2U);
}

TEST_F(BookRules, ALesserQuantityKeepsItsPlaceAnythingElseGoesToTheBack) {
  add(1, Side::bid, 100, 10);
  add(2, Side::bid, 100, 20);
  modify(1, 100, 5);
  expect_queue(Side::bid, 100, {1, 2});
  modify(1, 100, 6);
  expect_queue(Side::bid, 100, {2, 1});
  modify(2, 99, 1);
  expect_queue(Side::bid, 99, {2});
}

TEST_F(BookRules, AnUpsertAddsOrReplaces) {
  order(Kind::upsert, 1, Side::bid, 100, 10);
  add(2, Side::bid, 100, 20);
  order(Kind::upsert, 1, Side::bid, 100, 7);
  expect_queue(Side::bid, 100, {2, 1});
  EXPECT_EQ(book().state.adds, 2U);
}

TEST_F(BookRules, AModifyThatStatesASideAddsAnOrderThatIsNotThere) {
  EXPECT_EQ(order(Kind::modify, 1, Side::bid, 100, 5, 0, kStatesPlace).fault, Fault::none);
  expect_queue(Side::bid, 100, {1});
  EXPECT_EQ(book().state.adds, 1U);
  expect_trust(TrustState::live);
  expect_fault(modify(2, 100, 5), Fault::unknown_order);
}

TEST_F(BookRules, AMessageThatStatesAnotherPlaceThanItsOrdersIsAFaultButIsApplied) {
  add(1, Side::bid, 100, 10);
  EXPECT_EQ(order(Kind::reduce, 1, Side::bid, 100, 1, 0, kStatesPlace).fault, Fault::none);
  expect_fault(order(Kind::reduce, 1, Side::bid, 99, 1, 0, kStatesPlace), Fault::contradiction);
  EXPECT_EQ(order(Kind::reduce, 1, Side::ask, 100, 1, 0, kStatesPlace).fault, Fault::contradiction);
  expect_top(Side::bid, 100, 7);
  EXPECT_EQ(order(Kind::modify, 1, Side::ask, 101, 4, 0, kStatesPlace).fault, Fault::contradiction);
  expect_top(Side::ask, 101, 4);
  EXPECT_EQ(order(Kind::reduce, 1, Side::bid, 100, 1).fault, Fault::none) << "states no place";
}

TEST_F(BookRules, ADuplicateAddIsCountedAndTheFirstOrderStays) {
  add(1, Side::bid, 100, 10);
  expect_fault(add(1, Side::ask, 200, 99), Fault::duplicate_add);
  expect_top(Side::bid, 100, 10);
  EXPECT_EQ(fast_.level(book(), Side::ask, 0), Level{});
}

TEST_F(BookRules, AnExecutionOfAnUnknownOrderCreatesNothing) {
  expect_fault(execute(9, 10), Fault::unknown_order);
  EXPECT_EQ(book().state.executions, 0U);
}

TEST_F(BookRules, AnIdOfAnotherInstrumentIsUnknown) {
  Event elsewhere = event(Kind::add);
  elsewhere.instrument = {1};
  elsewhere.side = Side::bid;
  elsewhere.order = {OrderId{7}, 0, Price{100}, Quantity{10}};
  send(elsewhere);
  expect_fault(execute(7, 10), Fault::unknown_order);
  EXPECT_EQ(fast_.live_orders(), 1U);
  EXPECT_EQ(add(7, Side::bid, 50, 1).fault, Fault::none) << "the same id may live in both";
}

TEST_F(BookRules, MoreExecutedThanOpenIsClamped) {
  add(1, Side::bid, 100, 10);
  const Applied applied = execute(1, 11);
  expect_fault(applied, Fault::over_execution);
  EXPECT_EQ(applied.quantity, Quantity{10});
  EXPECT_EQ(fast_.live_orders(), 0U);
}

TEST_F(BookRules, MoreCancelledThanOpenIsClamped) {
  add(1, Side::bid, 100, 10);
  expect_fault(reduce(1, 11), Fault::over_cancel);
  EXPECT_EQ(fast_.live_orders(), 0U);
}

TEST_F(BookRules, CancellingAllIsNoFault) {
  add(1, Side::bid, 100, 10);
  EXPECT_EQ(reduce(1, 10).fault, Fault::none);
  expect_trust(TrustState::live);
  EXPECT_EQ(fast_.live_orders(), 0U);
}

TEST_F(BookRules, QuantitiesOfZeroOrLessAreFaults) {
  expect_fault(add(1, Side::bid, 100, 0), Fault::bad_quantity);
  EXPECT_EQ(add(1, Side::bid, 100, -5).fault, Fault::bad_quantity);
  add(2, Side::bid, 100, 5);
  EXPECT_EQ(reduce(2, 0).fault, Fault::bad_quantity);
  EXPECT_EQ(execute(2, -1).fault, Fault::bad_quantity);
  EXPECT_EQ(modify(2, 100, 0).fault, Fault::bad_quantity);
  expect_top(Side::bid, 100, 5);
}

TEST_F(BookRules, AReplacementOfAnUnknownOrderAddsNothing) {
  expect_fault(replace(1, 2, 100, 10), Fault::unknown_order);
  EXPECT_EQ(fast_.live_orders(), 0U);
}

TEST_F(BookRules, AReplacementByALiveIdLosesTheOldOrderOnly) {
  add(1, Side::bid, 100, 10);
  add(2, Side::bid, 101, 20);
  expect_fault(replace(1, 2, 100, 5), Fault::duplicate_add);
  expect_top(Side::bid, 101, 20);
  EXPECT_EQ(fast_.live_orders(), 1U);
}

TEST_F(BookRules, ALevelThatCannotHoldMoreRefusesTheOrder) {
  add(1, Side::bid, 100, INT64_MAX);
  expect_fault(add(2, Side::bid, 100, 1), Fault::total_overflow);
  expect_top(Side::bid, 100, INT64_MAX);
}

TEST_F(BookRules, AnOrderWithoutSideOrPriceIsRefused) {
  expect_fault(add(1, Side::none, 100, 1), Fault::bad_order);
  EXPECT_EQ(add(1, Side::bid, kNoPrice.value, 1).fault, Fault::bad_order);
}

TEST_F(BookRules, CrossedBeforeTheOpenIsNoFault) {
  set_session(Session::system_open);
  set_state(TradingState::trading);
  add(1, Side::bid, 101, 1);
  add(2, Side::ask, 100, 1);
  EXPECT_TRUE(book().crossed());
  expect_trust(TrustState::live);
  EXPECT_EQ(fast_.counters().crossed_events, 0U);
}

TEST_F(BookRules, CrossedInAHaltIsNoFault) {
  set_session(Session::market_open);
  set_state(TradingState::halted);
  add(1, Side::bid, 101, 1);
  add(2, Side::ask, 100, 1);
  expect_trust(TrustState::live);
}

TEST_F(BookRules, CrossedWhileTradingIsCountedOnceUntilItUncrosses) {
  set_session(Session::market_open);
  set_state(TradingState::trading);
  add(1, Side::bid, 101, 1);
  add(2, Side::ask, 100, 1);
  add(3, Side::ask, 100, 1);
  EXPECT_EQ(fast_.counters().crossed_events, 1U);
  expect_trust(TrustState::suspect, TrustReason::crossed, sequence_ - 1, sequence_ - 1);
  EXPECT_TRUE(book().state.crossed_while_trading);
  remove(1);
  EXPECT_FALSE(book().state.crossed_while_trading);
  add(4, Side::bid, 101, 1);
  EXPECT_EQ(fast_.counters().crossed_events, 2U);
  expect_trust(TrustState::suspect, TrustReason::crossed, sequence_ - 3, sequence_);
}

TEST_F(BookRules, ALockedBookIsNotCrossed) {
  add(1, Side::bid, 100, 1);
  add(2, Side::ask, 100, 1);
  EXPECT_FALSE(book().crossed());
}

TEST_F(BookRules, CrossedInTheMiddleOfAMessageIsNotLookedAt) {
  Event first = event(Kind::add);
  first.flags = 0;
  first.side = Side::bid;
  first.order = {OrderId{1}, 0, Price{101}, Quantity{1}};
  add(2, Side::ask, 100, 1);
  send(first);
  remove(2);
  EXPECT_EQ(fast_.counters().crossed_events, 0U);
}

TEST_F(BookRules, AClearEmptiesTheBookAndForgives) {
  add(1, Side::bid, 100, 1);
  execute(9, 1);
  expect_trust(TrustState::suspect, TrustReason::unknown_order, sequence_, sequence_);
  send(event(Kind::clear));
  expect_trust(TrustState::live);
  EXPECT_EQ(fast_.live_orders(), 0U);
  EXPECT_EQ(add(1, Side::bid, 100, 1).fault, Fault::none);
}

TEST_F(BookRules, AfterALossEventsAreIgnoredUntilAClear) {
  add(1, Side::bid, 100, 1);
  lose(5, 9, 0);
  expect_trust(TrustState::stale, TrustReason::dropped, 5, 9);
  EXPECT_EQ(fast_.live_orders(), 0U);
  add(2, Side::bid, 100, 1);
  EXPECT_EQ(fast_.counters().ignored, 1U);
  EXPECT_EQ(fast_.live_orders(), 0U);
  send(event(Kind::clear));
  add(3, Side::bid, 100, 1);
  expect_trust(TrustState::live);
  EXPECT_EQ(fast_.live_orders(), 1U);
}

TEST_F(BookRules, AGapWithoutRecoveryKeepsTheBookButNotItsGoodName) {
  add(1, Side::bid, 100, 1);
  Event gap = event(Kind::loss);
  gap.instrument = kEveryInstrument;
  gap.flags |= kCarryOn;
  gap.loss = {5, 9};
  send(gap);
  expect_trust(TrustState::stale, TrustReason::lost, 5, 9);
  add(2, Side::bid, 100, 1);
  execute(7, 1);
  expect_trust(TrustState::stale, TrustReason::lost, 5, 9);
  EXPECT_EQ(fast_.counters().of(Fault::unknown_order), 1U);
  EXPECT_EQ(fast_.live_orders(), 2U);
}

TEST_F(BookRules, ALateBeginningMakesAllBooksSuspectWithTheFirstNumber) {
  Event joined = event(Kind::loss);
  joined.instrument = kEveryInstrument;
  joined.flags = kCarryOn | kLastOfEvent | kJoined;
  joined.loss = {1, 1'000};
  send(joined);
  add(1, Side::bid, 100, 10);
  expect_trust(TrustState::suspect, TrustReason::joined, 1'001, 1'001);
  EXPECT_EQ(text_of(view_of(fast_, book()).trust), "SUSPECT (joined at 1,001)");
  remove(77);  // what does not fit was to be expected
  expect_trust(TrustState::suspect, TrustReason::joined, 1'001, 1'001);
  Event later = other_;
  later.kind = Kind::define;
  later.instrument = Instrument{7};
  fast_.apply(0, later);
  EXPECT_EQ(fast_.find(0, Instrument{7})->state.trust_reason, TrustReason::joined);
  Event gap = joined;
  gap.flags = kCarryOn | kLastOfEvent;
  gap.loss = {2'000, 2'004};
  send(gap);
  expect_trust(TrustState::stale, TrustReason::joined, 2'000, 2'004);
  EXPECT_EQ(text_of(view_of(fast_, book()).trust), "STALE (joined, messages 2,000 to 2,004)");
  Event clear = event(Kind::clear);
  clear.instrument = kEveryInstrument;
  send(clear);
  expect_trust(TrustState::live);
  EXPECT_EQ(fast_.joined(0), 0U);
}

TEST_F(BookRules, ALossOutweighsWhatDidNotFitBefore) {
  execute(7, 1);
  lose(5, 9, kCarryOn);
  expect_trust(TrustState::stale, TrustReason::lost, 5, 9);
}

TEST_F(BookRules, LossesJoinAndADropIsNotTakenBack) {
  lose(5, 9, kCarryOn);
  lose(12, 12, 0);
  expect_trust(TrustState::stale, TrustReason::dropped, 5, 12);
  lose(20, 21, kCarryOn);
  expect_trust(TrustState::stale, TrustReason::dropped, 5, 21);
  add(1, Side::bid, 100, 1);
  EXPECT_EQ(fast_.live_orders(), 0U) << "until a clear";
}

TEST_F(BookRules, TheFirstReasonStaysAndTheRangeGrows) {
  execute(7, 1);
  const Sequence first = sequence_;
  add(1, Side::bid, 100, 1);
  reduce(1, 5);
  expect_trust(TrustState::suspect, TrustReason::unknown_order, first, sequence_);
}

TEST_F(BookRules, AMessageThatItsSourceDoubtsMakesTheBookSuspect) {
  Event doubtful = event(Kind::add);
  doubtful.side = Side::bid;
  doubtful.order = {OrderId{1}, 0, Price{100}, Quantity{1}};
  doubtful.flags |= kDoubtful;
  send(doubtful);
  expect_trust(TrustState::suspect, TrustReason::doubtful, sequence_, sequence_);
}

TEST_F(BookRules, ABookThatIsLiveIsClosedByTheLastMessageOfItsChannel) {
  add(1, Side::bid, 100, 1);
  set_session(Session::market_closed);
  expect_trust(TrustState::live);
  set_session(Session::messages_ended);
  expect_trust(TrustState::closed);
  set_session(Session::messages_started);
  expect_trust(TrustState::live);
  execute(7, 1);
  const Sequence doubted = sequence_;
  set_session(Session::messages_ended);
  expect_trust(TrustState::suspect, TrustReason::unknown_order, doubted, doubted);
}

TEST(BookTrusts, AreReadAsWordsAndNumbers) {
  EXPECT_EQ(text_of(BookTrust{}), "LIVE");
  EXPECT_EQ(text_of({TrustState::closed, TrustReason::none, 0, 0}), "CLOSED");
  EXPECT_EQ(text_of({TrustState::suspect, TrustReason::total_overflow, 7, 7}),
            "SUSPECT (total_overflow, message 7)");
  EXPECT_EQ(text_of({TrustState::stale, TrustReason::lost, 1, 12'000}),
            "STALE (lost, messages 1 to 12,000)");
  EXPECT_EQ(text_of({TrustState::stale, TrustReason::lost, 9'735, kUnknownLast}),
            "STALE (lost, message 9,735 and all after it)");
  EXPECT_EQ(text_of({TrustState::suspect, TrustReason::unknown, 0, 0}), "SUSPECT (unknown)");
  EXPECT_EQ(name_of(TrustState::recovering), "RECOVERING");
}

TEST_F(BookRules, TradesThatTouchNoOrderAreVolumeOnly) {
  order(Kind::trade, 0, Side::bid, 101, 30);
  order(Kind::cross, 0, Side::none, 102, 70);
  EXPECT_EQ(book().state.volume, Quantity{100});
  EXPECT_EQ(book().state.last_price, Price{102});
  EXPECT_EQ(book().state.executions, 0U);
  EXPECT_EQ(fast_.live_orders(), 0U);
}

TEST_F(BookRules, EventsOfAnUndefinedInstrumentAreCountedNotApplied) {
  Event stray = event(Kind::add);
  stray.instrument = {77};
  stray.side = Side::bid;
  stray.order = {OrderId{1}, 0, Price{1}, Quantity{1}};
  send(stray);
  EXPECT_EQ(fast_.counters().unrouted, 1U);
}

}  // namespace
}  // namespace tapedeck::book
