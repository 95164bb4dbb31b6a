// Books taken as events and made again from them: nobody can tell the two apart, then or later.
#include "engine/book/checkpoint_events.hpp"

#include <array>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/book/reference_book.hpp"
#include "engine/core/random.hpp"
#include "tests/engine/book/random_events.hpp"
#include "tests/support/book_state.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::book {
namespace {

constexpr ChannelId kChannels = 2;

struct ChannelEvent {
  ChannelId channel;
  Event event;
};

void name(Event& event) {
  event.kind = Kind::define;
  event.define = {};
  event.define.symbol[0] = static_cast<char>('A' + event.instrument.value);
  event.define.length = 1;
  event.define.source_id = 40 + event.instrument.value;
  event.define.round_lot = 100;
}

// What concerns an instrument but its orders. `dice` is below 100.
void draw_notice(Random& random, u64 dice, Event& event) {
  event.side = Side::none;
  if (dice < 30) return name(event);
  if (dice < 50) {
    event.kind = Kind::auction;
    event.auction = {static_cast<i64>(random.below(3)), static_cast<i64>(random.below(3)),
                     static_cast<u32>(random.below(2)), static_cast<u32>(random.below(2)),
                     static_cast<u32>(random.below(2)), random.chance(0.5) ? 'O' : '\0',
                     random.chance(0.5) ? 'B' : '\0',   random.chance(0.5) ? 'L' : '\0'};
  } else if (dice < 70) {
    event.kind = Kind::collar;
    event.collar = {Price{static_cast<i64>(random.below(2))},
                    Price{static_cast<i64>(random.below(2))},
                    Price{static_cast<i64>(random.below(2))}, static_cast<u32>(random.below(2))};
  } else if (dice < 90) {
    event.kind = Kind::trading_state;
    event.flags |= kOperational;
    event.state = {random.chance(0.5) ? TradingState::halted : TradingState::trading, {}, 'h', {}};
  } else {
    event.kind = Kind::notice;
    event.notice = {};
  }
}

// What concerns a whole channel, or what a channel does not know. `dice` is below 100.
void draw_upheaval(Random& random, u64 dice, Event& event) {
  const bool whole_channel = random.chance(0.4);
  event.side = Side::none;
  event.flags = kLastOfEvent;
  if (whole_channel || dice < 40) event.instrument = kEveryInstrument;
  if (dice < 40) {
    event.kind = Kind::trading_state;
    event.state = {TradingState::unknown, static_cast<Session>(random.below(7)), 'S', {}};
  } else if (dice < 70) {
    event.kind = Kind::loss;
    if (whole_channel || random.chance(0.5)) event.flags |= kCarryOn;
    const Sequence first = 1 + random.below(1'000);
    event.loss = {first, first + random.below(10)};
  } else {
    event.kind = Kind::clear;
  }
}

// Not every instrument is defined from the beginning, and none has to be.
std::vector<ChannelEvent> random_flow(u64 seed, u64 events) {
  Random random{seed};
  std::vector<ChannelEvent> flow;
  std::array<Sequence, kChannels> sequences{};
  for (u64 i = 0; i < events; ++i) {
    const auto channel = static_cast<ChannelId>(random.below(kChannels));
    Event event = random_event(random, seed, ++sequences[channel]);
    const u64 dice = random.below(1'000);
    if (dice < 40) draw_notice(random, random.below(100), event);
    if (dice >= 980) draw_upheaval(random, random.below(100), event);
    if (random.chance(0.01)) event.flags |= kDoubtful;
    if (random.chance(0.05)) event.flags |= kSynthetic;
    if (random.chance(0.1)) event.flags |= kNonPrintable;
    flow.push_back({channel, event});
  }
  return flow;
}

std::unique_ptr<BookSet> empty_books(u64 hash_key = 0) {
  auto books = std::make_unique<BookSet>(BookOptions{.flow_digest = true, .hash_key = hash_key});
  for (ChannelId channel = 0; channel < kChannels; ++channel) books->open_channel(channel, true);
  return books;
}

using Newest = std::array<NewestMessages, kChannels>;

std::vector<Event> checkpoint_of(const BookSet& books, ChannelId channel,
                                 const Newest& newest = {}) {
  std::vector<Event> events;
  emit_checkpoint(books, channel, newest[channel],
                  [&](const Event& event) { events.push_back(event); });
  return events;
}

// Takes the events in batches of random sizes.
void apply_all(BookSet& books, ChannelId channel, const std::vector<Event>& events,
               Random& random) {
  for (std::size_t at = 0; at < events.size();) {
    const std::size_t count = std::min(events.size() - at, 1 + random.below(20));
    books.apply(channel, std::span{events}.subspan(at, count));
    at += count;
  }
}

BookCounters since(const BookCounters& before, const BookCounters& now) {
  BookCounters counters = now;
  counters.applied -= before.applied;
  counters.notices -= before.notices;
  counters.ignored -= before.ignored;
  counters.unrouted -= before.unrouted;
  counters.crossed_events -= before.crossed_events;
  for (std::size_t i = 0; i < counters.faults.size(); ++i) counters.faults[i] -= before.faults[i];
  return counters;
}

// The orders of a checkpoint are applied; nothing else may have happened.
void expect_no_fault(const BookSet& books) {
  BookCounters counters = books.counters();
  counters.applied = 0;
  ASSERT_EQ(counters, BookCounters{}) << "a checkpoint is no event of the channel";
}

// In what states books were when checkpoints were taken of them.
struct Met {
  u64 trusted = 0, suspect = 0, stale = 0, ignoring = 0, crossed_while_trading = 0, halted = 0;
  u64 empty = 0, crossed_in_peace = 0, lost_before_definition = 0;

  void note(const BookSet& books) {
    std::array<u32, kChannels> defined{};
    for (const Book& book : books.books()) {
      const InstrumentState& state = book.state;
      trusted += state.trust_state == TrustState::live;
      suspect += state.trust_state == TrustState::suspect;
      stale += state.is_stale() && !state.ignores_events();
      ignoring += state.ignores_events();
      crossed_while_trading += state.crossed_while_trading;
      halted += state.operational_halt;
      empty += books.orders_of(book) == 0;
      crossed_in_peace += book.crossed() && !state.crossed_while_trading;
      ++defined[book.channel];
    }
    for (ChannelId channel = 0; channel < kChannels; ++channel) {
      lost_before_definition += books.lost(channel) && defined[channel] < kInstruments;
    }
  }
};

void expect_same_channels(const BookSet& got, const BookSet& expected) {
  for (ChannelId channel = 0; channel < kChannels; ++channel) {
    ASSERT_TRUE(test::same_channel(got, expected, channel)) << "channel " << channel;
  }
}

// Goes on with `rest` on the books themselves and on others that were made from their checkpoint.
void expect_checkpoint_to_do(BookSet& books, const Newest& newest,
                             std::span<const ChannelEvent> rest, Random& random) {
  const auto twin = empty_books(1 + random.next());
  for (const ChannelId channel : {ChannelId{1}, ChannelId{0}}) {
    apply_all(*twin, channel, checkpoint_of(books, channel, newest), random);
  }
  ASSERT_NO_FATAL_FAILURE(expect_no_fault(*twin));
  const BookCounters of_checkpoint = twin->counters();
  ASSERT_NO_FATAL_FAILURE(expect_same_channels(*twin, books));
  const BookCounters before = books.counters();
  for (const ChannelEvent& next : rest) {
    const Applied expected = books.apply(next.channel, next.event);
    ASSERT_EQ(twin->apply(next.channel, next.event), expected) << name_of(next.event.kind);
  }
  ASSERT_NO_FATAL_FAILURE(expect_same_channels(*twin, books));
  ASSERT_EQ(since(of_checkpoint, twin->counters()), since(before, books.counters()));
}

TEST(CheckpointEvents, MakeBooksThatGoOnAsTheOthersDo) {
  const u64 count = test::kSanitized ? 12 : 60;
  constexpr u64 kEvents = 2'000;
  Met met;
  for (const u64 seed : test::seeds(count)) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random{seed * 7'919};
    const std::vector<ChannelEvent> flow = random_flow(seed, kEvents);
    for (int moment = 0; moment < 4; ++moment) {
      const u64 until = random.below(kEvents);
      SCOPED_TRACE("after " + std::to_string(until) + " events");
      const auto books = empty_books();
      Newest newest;
      for (u64 i = 0; i < until; ++i) {
        newest[flow[i].channel].note(flow[i].event);
        books->apply(flow[i].channel, flow[i].event);
      }
      met.note(*books);
      ASSERT_NO_FATAL_FAILURE(
          expect_checkpoint_to_do(*books, newest, std::span{flow}.subspan(until), random));
    }
  }
  EXPECT_GT(met.trusted, 0U);
  EXPECT_GT(met.suspect, 0U);
  EXPECT_GT(met.stale, 0U);
  EXPECT_GT(met.ignoring, 0U);
  EXPECT_GT(met.crossed_while_trading, 0U);
  EXPECT_GT(met.halted, 0U);
  EXPECT_GT(met.empty, 0U);
  EXPECT_GT(met.crossed_in_peace, 0U);
  EXPECT_GT(met.lost_before_definition, 0U);
}

// The slow twin begins at a checkpoint too: what it proves does not end there.
TEST(CheckpointEvents, MakeTheReferenceBooksThatTheyMakeOfTheFastOnes) {
  constexpr u64 kEvents = 1'500, kBegun = 700;
  for (const u64 seed : test::seeds(test::kSanitized ? 6 : 30)) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::vector<ChannelEvent> flow = random_flow(seed, kEvents);
    const auto books = empty_books();
    Newest newest;
    for (u64 i = 0; i < kBegun; ++i) {
      newest[flow[i].channel].note(flow[i].event);
      books->apply(flow[i].channel, flow[i].event);
    }
    ReferenceBookSet slow{true};
    for (ChannelId channel = 0; channel < kChannels; ++channel) {
      for (const Event& event : checkpoint_of(*books, channel, newest)) slow.apply(channel, event);
    }
    for (u64 i = kBegun; i < kEvents; ++i) {
      const auto& [channel, event] = flow[i];
      ASSERT_EQ(slow.apply(channel, event), books->apply(channel, event)) << name_of(event.kind);
    }
    for (const auto& [key, twin] : slow.books()) {
      const Book* const book = books->find(key.first, key.second);
      ASSERT_NE(book, nullptr);
      EXPECT_EQ(test::told(twin.state), test::told(book->state));
      EXPECT_EQ(twin.snapshot(), books->snapshot(*book));
    }
  }
}

TEST(CheckpointEvents, SayTheSameWhenTheyAreTakenAgain) {
  Random random{3};
  const auto books = empty_books();
  for (const ChannelEvent& next : random_flow(3, 3'000)) books->apply(next.channel, next.event);
  const auto twin = empty_books();
  for (ChannelId channel = 0; channel < kChannels; ++channel) {
    const std::vector<Event> checkpoint = checkpoint_of(*books, channel);
    apply_all(*twin, channel, checkpoint, random);
    const std::vector<Event> again = checkpoint_of(*twin, channel);
    ASSERT_EQ(again.size(), checkpoint.size());
    for (std::size_t i = 0; i < checkpoint.size(); ++i) {
      ASSERT_TRUE(same_event(again[i], checkpoint[i])) << i << " " << name_of(checkpoint[i].kind);
    }
  }
}

// Whoever reads an instrument only, and its channel's own events, is told what he would have come
// to.
TEST(CheckpointEvents, HaveTheNewestTimeAndNumberOfTheirInstrumentAndOfTheirChannel) {
  const auto books = empty_books();
  Newest newest;
  std::map<u32, ChannelMoment> expected;  // of channel 0, by instrument
  for (const auto& [channel, event] : random_flow(9, 3'000)) {
    newest[channel].note(event);
    books->apply(channel, event);
    if (channel != 0 || event.kind == Kind::loss) continue;
    ChannelMoment& moment = expected[event.instrument.value];
    moment = {std::max(moment.sequence, event.sequence),
              std::max(moment.time, event.exchange_time)};
  }
  std::map<u32, ChannelMoment> got;
  for (const Event& event : checkpoint_of(*books, 0, newest)) {
    ChannelMoment& moment = got[event.instrument.value];
    moment = {std::max(moment.sequence, event.sequence),
              std::max(moment.time, event.exchange_time)};
  }
  const auto of_channel_0 = [](const Book& book) { return book.channel == 0; };
  ASSERT_EQ(got.size(),
            1 + static_cast<std::size_t>(std::ranges::count_if(books->books(), of_channel_0)));
  for (const auto& [instrument, moment] : got) {
    EXPECT_EQ(moment.sequence, expected[instrument].sequence) << instrument;
    EXPECT_EQ(moment.time, expected[instrument].time) << instrument;
  }
}

class CheckpointEventsOf : public ::testing::Test {
 protected:
  static Event of(Kind kind, u32 instrument = 0) {
    Event event{};
    event.kind = kind;
    event.instrument = {instrument};
    event.flags = kLastOfEvent;
    return event;
  }
  void define(u32 instrument) {
    Event event = of(Kind::define, instrument);
    name(event);
    send(event);
  }
  void session(Session session) {
    Event event = of(Kind::trading_state, kEveryInstrument.value);
    event.state.session = session;
    send(event);
  }
  void lose(Sequence first, Sequence last) {
    Event event = of(Kind::loss, kEveryInstrument.value);
    event.flags |= kCarryOn;
    event.loss = {first, last};
    send(event);
  }
  void add(u64 id, Side side, i64 price) {
    Event event = of(Kind::add);
    event.side = side;
    event.order = {OrderId{id}, 0, Price{price * kPriceUnitsPerOne}, Quantity{10}};
    send(event);
  }
  void send(Event event) {
    event.sequence = ++sequence_;
    event.exchange_time = Nanos{static_cast<i64>(1'000 + sequence_)};
    books_->apply(0, event);
  }
  // The books that the checkpoint of these makes.
  const BookSet& again() {
    Random random{1};
    twin_ = empty_books();
    apply_all(*twin_, 0, checkpoint_of(*books_, 0), random);
    return *twin_;
  }

  std::unique_ptr<BookSet> books_ = empty_books(), twin_;
  Sequence sequence_ = 0;
};

TEST_F(CheckpointEventsOf, ABookThatMayCrossCountNoFault) {
  define(0);
  session(Session::system_open);
  add(1, Side::bid, 101);
  add(2, Side::ask, 100);
  const BookSet& twin = again();
  EXPECT_TRUE(twin.find(0, {0})->crossed());
  EXPECT_EQ(twin.find(0, {0})->state.trust_state, TrustState::live);
  expect_no_fault(twin);
  EXPECT_TRUE(test::same_channel(twin, *books_, 0));
}

TEST_F(CheckpointEventsOf, ALineThatHasMissedMessagesDoubtInstrumentsThatComeLater) {
  lose(3, 9);
  const BookSet& twin = again();
  ASSERT_TRUE(twin.lost(0));
  EXPECT_EQ(twin.lost(0)->first, 3U);
  EXPECT_EQ(twin.lost(0)->last, 9U);
  Event late = of(Kind::define, 2);
  name(late);
  twin_->apply(0, late);
  EXPECT_TRUE(twin_->find(0, {2})->state.is_stale());
}

TEST_F(CheckpointEventsOf, AChannelThatWasJoinedLateDoubtInstrumentsThatComeLater) {
  define(0);
  Event joined = of(Kind::loss);
  joined.instrument = kEveryInstrument;
  joined.flags = kCarryOn | kLastOfEvent | kJoined;
  joined.loss = {1, 41};
  send(joined);
  const BookSet& twin = again();
  EXPECT_EQ(twin.joined(0), 42U);
  EXPECT_TRUE(test::same_channel(twin, *books_, 0));
  Event late = of(Kind::define, 2);
  name(late);
  twin_->apply(0, late);
  EXPECT_EQ(text_of(twin_->find(0, {2})->state.trust(Session::unknown)), "SUSPECT (joined at 42)");
}

TEST_F(CheckpointEventsOf, ABookThatWasJoinedLateAndLostMessagesKeepBothReasons) {
  define(0);
  Event joined = of(Kind::loss);
  joined.instrument = kEveryInstrument;
  joined.flags = kCarryOn | kLastOfEvent | kJoined;
  joined.loss = {1, 41};
  send(joined);
  lose(50, 51);
  const BookSet& twin = again();
  EXPECT_EQ(text_of(twin.find(0, {0})->state.trust(Session::unknown)),
            "STALE (joined, messages 50 to 51)");
}

// An instrument that came after the loss and was cleared since is better than its channel.
TEST_F(CheckpointEventsOf, ABookThatWasClearedSinceItsChannelLostMessagesAreNotStale) {
  lose(3, 9);
  define(0);
  send(of(Kind::clear));
  add(1, Side::bid, 100);
  const BookSet& twin = again();
  EXPECT_FALSE(twin.find(0, {0})->state.is_stale());
  EXPECT_TRUE(twin.lost(0));
  EXPECT_TRUE(test::same_channel(twin, *books_, 0));
}

TEST_F(CheckpointEventsOf, OneChannelLeaveTheOthersAlone) {
  define(0);
  add(1, Side::bid, 100);
  Event other = of(Kind::define);
  name(other);
  books_->apply(1, other);
  for (const Event& event : checkpoint_of(*books_, 1)) {
    EXPECT_NE(event.kind, Kind::add) << "an order of another channel";
  }
  EXPECT_EQ(again().books().size(), 1U);
}

TEST_F(CheckpointEventsOf, ABookTellItsObserverOfItsDefinitionOnly) {
  struct Told final : BookObserver {
    void on_define(const Book& /*book*/) override { ++definitions; }
    void on_trade(const Book& /*book*/, const Trade& /*trade*/) override { ++others; }
    void on_message(const Book& /*book*/, Nanos /*time*/) override { ++others; }
    u64 definitions = 0, others = 0;
  };
  define(0);
  add(1, Side::bid, 100);
  Event execution = of(Kind::execute);
  execution.order = {OrderId{1}, 0, kNoPrice, Quantity{4}};
  send(execution);
  send(of(Kind::auction));
  Told told;
  const auto twin = empty_books();
  const std::vector<Event> checkpoint = checkpoint_of(*books_, 0);
  twin->apply(0, std::span{checkpoint}, told);
  EXPECT_EQ(told.definitions, 1U);
  EXPECT_EQ(told.others, 0U);
}

// A tape may say anything with a hash that fits.
TEST(CraftedRestore, NeverLeavesWhatIsNoStateAndCountsAsNothing) {
  constexpr u64 kSeed = 20'261'126;
  Random random{kSeed};
  const auto books = empty_books();
  Event event{};
  event.instrument = {0};
  name(event);
  books->apply(0, event);
  const u64 rounds = test::scaled(200'000);
  for (u64 round = 0; round < rounds; ++round) {
    Event crafted{};
    crafted.kind = Kind::restore;
    constexpr std::array kAbout{Instrument{0}, Instrument{3}, kEveryInstrument, kNoInstrument};
    crafted.instrument = kAbout[random.below(kAbout.size())];
    crafted.flags = static_cast<EventFlags>(random.next());
    const bool known_part = random.chance(0.8);
    crafted.restore.part = static_cast<u8>(random.below(known_part ? 5 : 256));
    for (u64& value : crafted.restore.values) {
      value = random.chance(0.5) ? random.next() : random.below(3'000);
    }
    const BookCounters before = books->counters();
    books->apply(0, crafted);
    const InstrumentState& state = books->find(0, {0})->state;
    ASSERT_LE(state.trading, TradingState::quotation_only) << "seed " << kSeed << ", " << round;
    ASSERT_LE(books->session(0), Session::messages_ended) << "seed " << kSeed << ", " << round;
    ASSERT_EQ(books->counters(), before);
    ASSERT_EQ(books->find(0, {3}), nullptr);
    // Whatever was restored, the book can go on: sums that are full already among it.
    Event next = random_event(random, kSeed, round);
    next.instrument = {0};
    books->apply(0, next);
  }
}

// As versions before BookTrust wrote them: a book could be suspect and stale, and gave no reason.
TEST(CheckpointEvents, OfEarlierVersionsAreUnderstood) {
  struct Case {
    u64 flags;
    BookTrust trust;
  };
  using enum TrustState;
  for (const Case& one :
       {Case{0, {}}, Case{restored::kSuspect, {suspect, TrustReason::unknown, 3, 9}},
        Case{restored::kStale, {stale, TrustReason::lost, 3, 9}},
        Case{restored::kStale | restored::kSuspect, {stale, TrustReason::lost, 3, 9}},
        Case{restored::kStale | restored::kIgnoring, {stale, TrustReason::dropped, 3, 9}},
        Case{restored::kIgnoring, {}}}) {
    InstrumentState state;
    Event event{};
    event.kind = Kind::restore;
    event.restore = {{one.flags, 3, 9}, static_cast<u8>(Restored::trust)};
    restore(state, event);
    event.restore = {{100, 1, 0}, static_cast<u8>(Restored::last)};
    restore(state, event);
    EXPECT_EQ(text_of(state.trust(Session::unknown)), text_of(one.trust)) << one.flags;
  }
}

TEST(CheckpointEvents, TakeNoReasonThatIsNone) {
  for (const u64 reason : {u64{kTrustReasons}, ~u64{0}}) {
    InstrumentState state;
    Event event{};
    event.kind = Kind::restore;
    event.restore = {{restored::kSuspect, 1, 1}, static_cast<u8>(Restored::trust)};
    restore(state, event);
    event.restore = {{100, 1, reason}, static_cast<u8>(Restored::last)};
    restore(state, event);
    EXPECT_EQ(state.trust_reason, TrustReason::unknown);
  }
}

}  // namespace
}  // namespace tapedeck::book
