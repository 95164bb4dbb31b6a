// A decoder that has imported another's state goes on as that one does.
#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "feeds/itch50/decoder.hpp"
#include "tests/support/random_itch_day.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::itch50 {
namespace {

using Record = std::vector<std::byte>;
using Symbols = std::unordered_set<std::string>;

// A channel's messages, of one day after another.
class Channel {
 public:
  void add_day(Bytes day, Nanos midnight) {
    kept_.emplace_back(day.begin(), day.end());
    Bytes rest = kept_.back();
    while (!rest.empty()) {
      const std::size_t length = load_be<u16>(rest.data());
      messages_.push_back({rest.subspan(2, length), midnight});
      rest = rest.subspan(2 + length);
    }
  }
  [[nodiscard]] std::size_t size() const { return messages_.size(); }

  /// The events of messages [from, until).
  std::vector<Event> decode(Decoder& decoder, std::size_t from, std::size_t until) const {
    std::vector<Event> events;
    std::array<Event, feeds::kMaxEventsPerMessage> storage;
    for (std::size_t i = from; i < until; ++i) {
      EventBuffer out{storage.data(), feeds::kMaxEventsPerMessage};
      decoder.set_midnight(messages_[i].midnight);
      (void)decoder.decode(messages_[i].bytes, i + 1, Nanos{1}, out);
      events.insert(events.end(), out.begin(), out.end());
    }
    return events;
  }

 private:
  struct Message {
    Bytes bytes;
    Nanos midnight;
  };
  std::deque<std::vector<std::byte>> kept_;
  std::vector<Message> messages_;
};

Channel two_days(u64 seed, bool names_late, u64 messages = 400) {
  constexpr Nanos kMidnight{1'577'682'000'000'000'000};
  constexpr Nanos kDay{86'400 * kNanosPerSecond};
  Channel channel;
  const auto symbols = static_cast<u32>(2 + seed % 6);
  channel.add_day(test::RandomItchDay{{2 * seed, messages, symbols, names_late}}.bytes(),
                  kMidnight);
  channel.add_day(test::RandomItchDay{{2 * seed + 1, messages, symbols + 2, names_late}}.bytes(),
                  kMidnight + kDay);
  return channel;
}

std::vector<Record> told_by(const Decoder& decoder) {
  std::vector<Record> records;
  decoder.export_state([&](Bytes record) {
    EXPECT_LE(record.size(), feeds::kMaxStateRecord);
    records.emplace_back(record.begin(), record.end());
  });
  return records;
}

void teach(Decoder& decoder, const std::vector<Record>& records) {
  for (const Record& record : records) ASSERT_TRUE(decoder.import_state(record));
}

void expect_same(const std::vector<Event>& got, const std::vector<Event>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_TRUE(same_event(got[i], expected[i])) << i << " " << name_of(expected[i].kind);
  }
}

// What a decoder counts itself.
std::array<u64, 7> counts_of(Decoder& decoder) {
  const FeedCounters& c = decoder.counters();
  return {c.unknown_type,   c.malformed, c.oversized,    c.symbol_mismatch,
          c.time_backwards, c.filtered,  c.over_capacity};
}

// `reader` has read everything up to `at`, `importer` was told what is known there.
void expect_same_rest(const Channel& channel, std::size_t at, Decoder& reader, Decoder& importer) {
  const auto before = counts_of(reader);
  const std::vector<Event> expected = channel.decode(reader, at, channel.size());
  ASSERT_NO_FATAL_FAILURE(expect_same(channel.decode(importer, at, channel.size()), expected));
  auto since = counts_of(reader);
  for (std::size_t i = 0; i < since.size(); ++i) since[i] -= before[i];
  ASSERT_EQ(counts_of(importer), since);
  ASSERT_EQ(importer.complete(), reader.complete());
}

TEST(DecoderState, LetsAnotherDecoderGoOnAsTheOneThatTold) {
  const u64 count = test::kSanitized ? 10 : 40;
  u64 placeholders = 0, mismatches = 0;
  for (const u64 seed : test::seeds(count)) {
    const Channel channel = two_days(seed, true);
    Random random{seed};
    for (int moment = 0; moment < 6; ++moment) {
      const std::size_t at = moment == 0 ? 0 : random.below(channel.size());
      SCOPED_TRACE("seed " + std::to_string(seed) + ", at message " + std::to_string(at));
      Decoder reader, importer;
      for (const Event& event : channel.decode(reader, 0, at)) {
        placeholders += event.kind == Kind::define && event.define.name().starts_with('#');
      }
      const std::vector<Record> records = told_by(reader);
      ASSERT_NO_FATAL_FAILURE(teach(importer, records));
      ASSERT_EQ(told_by(importer), records) << "it does not know what it was told";
      ASSERT_NO_FATAL_FAILURE(expect_same_rest(channel, at, reader, importer));
      mismatches += reader.counters().symbol_mismatch;
    }
  }
  EXPECT_GT(placeholders, 0U);
  EXPECT_GT(mismatches, 0U);
}

// By symbol: the number of its instrument.
std::map<std::string, Instrument> numbers_in(const std::vector<Event>& events) {
  std::map<std::string, Instrument> numbers;
  for (const Event& event : events) {
    if (event.kind == Kind::define) {
      numbers[std::string{event.define.name()}] = event.instrument;
    }
  }
  return numbers;
}

TEST(DecoderState, LetsADecoderOfSomeSymbolsGoOnAsIfItHadReadThemAll) {
  const u64 count = test::kSanitized ? 10 : 40;
  u64 renumbered = 0, left_out = 0;
  for (const u64 seed : test::seeds(count)) {
    const Channel channel = two_days(seed, false);
    Random random{seed};
    for (int moment = 0; moment < 6; ++moment) {
      const std::size_t at = random.below(channel.size());
      SCOPED_TRACE("seed " + std::to_string(seed) + ", at message " + std::to_string(at));
      Symbols some;
      for (u32 i = 0; i < 9; ++i) {
        if (random.chance(0.4)) some.insert(test::RandomItchDay::symbol(i));
      }
      if (some.empty()) some.insert(test::RandomItchDay::symbol(1));
      Decoder all, reader{some}, importer{some};
      const auto numbers_of_all = numbers_in(channel.decode(all, 0, at));
      const auto numbers = numbers_in(channel.decode(reader, 0, at));
      ASSERT_NO_FATAL_FAILURE(teach(importer, told_by(all)));
      for (const auto& [symbol, number] : numbers_of_all) {
        const auto found = numbers.find(symbol);
        const Instrument here = found == numbers.end() ? kNoInstrument : found->second;
        ASSERT_EQ(importer.imported_instrument(number), here) << symbol;
        left_out += here == kNoInstrument;
        renumbered += here != kNoInstrument && here != number;
      }
      ASSERT_FALSE(importer.imported_instrument({60'000}));
      ASSERT_NO_FATAL_FAILURE(expect_same_rest(channel, at, reader, importer));
    }
  }
  EXPECT_GT(renumbered, 0U);
  EXPECT_GT(left_out, 0U);
}

Channel one_day(const test::ItchDay& day) {
  Channel channel;
  channel.add_day(day.bytes(), Nanos{0});
  return channel;
}

// An importer of what was known before message `at`, counted from 0.
std::unique_ptr<Decoder> importer_at(const Channel& channel, std::size_t at, Symbols symbols = {}) {
  Decoder reader;
  (void)channel.decode(reader, 0, at);
  auto importer = std::make_unique<Decoder>(std::move(symbols));
  teach(*importer, told_by(reader));
  return importer;
}

TEST(DecoderState, ALocateThatIsNamedLaterKeepsItsInstrument) {
  const Channel channel =
      one_day(test::ItchDay{}.directory(4, "MSFT").remove(5, 1).add(5, "AAPL", 2, 'B', 1, 1));
  const auto importer = importer_at(channel, 2);
  const std::vector<Event> events = channel.decode(*importer, 2, 3);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, Kind::define);
  EXPECT_EQ(events[0].define.name(), "AAPL");
  EXPECT_EQ(events[0].instrument, Instrument{1});
  EXPECT_EQ(events[1].instrument, Instrument{1});
}

TEST(DecoderState, ALocateThatIsNamedLaterIsGivenToWhoAskedForThatName) {
  const Channel channel =
      one_day(test::ItchDay{}.directory(4, "MSFT").remove(5, 1).add(5, "AAPL", 2, 'B', 1, 1));
  const auto importer = importer_at(channel, 2, {"AAPL"});
  EXPECT_EQ(importer->imported_instrument({0}), kNoInstrument);
  EXPECT_EQ(importer->imported_instrument({1}), kNoInstrument) << "#5 was not asked for";
  const std::vector<Event> events = channel.decode(*importer, 2, 3);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[1].instrument, Instrument{0});
}

TEST(DecoderState, ANewDayEmptiesTheBooksAndForgetsWhatWasImported) {
  const Channel channel = one_day(
      test::ItchDay{}.directory(4, "MSFT").directory(5, "AAPL").system('O').directory(4, "AAPL"));
  const auto importer = importer_at(channel, 2);
  const std::vector<Event> events = channel.decode(*importer, 2, 4);
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[0].kind, Kind::clear);
  EXPECT_EQ(events[2].kind, Kind::define);
  EXPECT_EQ(events[2].instrument, Instrument{1}) << "AAPL is what it was";
  EXPECT_EQ(events[2].flags & kDoubtful, 0);
  EXPECT_EQ(importer->counters().symbol_mismatch, 0U);
}

TEST(DecoderState, ASecondLocateOfOneSymbolIsDoubtfulAsItWouldHaveBeen) {
  const Channel channel = one_day(test::ItchDay{}.directory(4, "MSFT").directory(5, "MSFT"));
  const auto importer = importer_at(channel, 1);
  const std::vector<Event> events = channel.decode(*importer, 1, 2);
  EXPECT_EQ(importer->counters().symbol_mismatch, 1U);
  EXPECT_NE(events.back().flags & kDoubtful, 0);
}

TEST(DecoderState, TimesBeforeTheNewestMessageAreStillFoundOut) {
  const Channel channel =
      one_day(test::ItchDay{}.at(5'000'000).directory(4, "MSFT").at(1'000).trading(4, "MSFT"));
  const auto importer = importer_at(channel, 1);
  (void)channel.decode(*importer, 1, 2);
  EXPECT_EQ(importer->counters().time_backwards, 1U);
}

class DecoderStateRecords : public ::testing::Test {
 protected:
  DecoderStateRecords() {
    Decoder reader;
    (void)channel_.decode(reader, 0, channel_.size() / 2);
    records_ = told_by(reader);
  }
  // A decoder that was told the first `count` records.
  std::unique_ptr<Decoder> taught(std::size_t count) {
    auto decoder = std::make_unique<Decoder>();
    for (std::size_t i = 0; i < count; ++i) EXPECT_TRUE(decoder->import_state(records_[i]));
    return decoder;
  }
  static bool is_instrument(const Record& record) { return record[0] == std::byte{'I'}; }
  // Of the first record of this kind.
  [[nodiscard]] std::size_t first(char kind) const {
    const auto is_it = [kind](const Record& r) { return r[0] == static_cast<std::byte>(kind); };
    return static_cast<std::size_t>(std::ranges::find_if(records_, is_it) - records_.begin());
  }

  Channel channel_ = two_days(5, true);
  std::vector<Record> records_;
};

// A name that is cut is a name all the same.
TEST_F(DecoderStateRecords, AreRefusedWhereTheyAreCut) {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    for (std::size_t size = 0; size < records_[i].size(); ++size) {
      if (is_instrument(records_[i]) && size > 2) continue;
      EXPECT_FALSE(taught(i)->import_state(Bytes{records_[i]}.first(size))) << i << " " << size;
    }
  }
}

TEST_F(DecoderStateRecords, AreRefusedWhereTheyAreTooLong) {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    Record longer = records_[i];
    longer.resize(is_instrument(longer) ? feeds::kMaxStateRecord + 1 : longer.size() + 1);
    EXPECT_FALSE(taught(i)->import_state(longer)) << i;
  }
}

TEST_F(DecoderStateRecords, AreRefusedWhereTheyComeTwice) {
  for (const char kind : {'I', 'L'}) {
    const std::size_t i = first(kind);
    ASSERT_LT(i, records_.size());
    EXPECT_FALSE(taught(i + 1)->import_state(records_[i])) << kind;
  }
}

TEST_F(DecoderStateRecords, AreRefusedWhereALocateNamesAnInstrumentThatHasNotComeYet) {
  const std::size_t i = first('L');
  ASSERT_LT(i, records_.size());
  EXPECT_FALSE(taught(first('I'))->import_state(records_[i]));
}

TEST_F(DecoderStateRecords, AreRefusedWhereNobodyKnowsThem) {
  for (u32 kind = 0; kind < 256; ++kind) {
    if (kind == 'T' || kind == 'I' || kind == 'L') continue;
    for (const std::size_t size : {std::size_t{1}, std::size_t{9}, std::size_t{16}}) {
      Record record(size);
      record[0] = static_cast<std::byte>(kind);
      EXPECT_FALSE(Decoder{}.import_state(record)) << kind;
    }
  }
}

TEST_F(DecoderStateRecords, AreRefusedBeyondTheInstrumentsOfAChannel) {
  for (const Symbols& symbols : {Symbols{}, Symbols{"1"}}) {
    Decoder decoder{symbols};
    const auto told = [&](u32 number) {
      const std::string text = "I." + std::to_string(number);
      return decoder.import_state(as_bytes_of(text));
    };
    for (u32 i = 0; i < kMaxInstrumentsPerChannel; ++i) ASSERT_TRUE(told(i)) << i;
    EXPECT_FALSE(told(kMaxInstrumentsPerChannel));
  }
}

// Whatever was taken before it was refused, messages can be decoded.
TEST_F(DecoderStateRecords, OfAnyBytesAreTakenOrRefusedAndNeverCrash) {
  constexpr u64 kSeed = 77;
  Random random{kSeed};
  const u64 rounds = test::scaled(2'000);
  for (u64 round = 0; round < rounds; ++round) {
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", round " + std::to_string(round));
    Decoder decoder{round % 2 == 0 ? Symbols{} : Symbols{test::RandomItchDay::symbol(1)}};
    const u64 count = random.below(2 * records_.size());
    for (u64 i = 0; i < count; ++i) {
      Record record = records_[random.below(records_.size())];
      for (u64 flips = random.below(4); flips > 0; --flips) {
        record[random.below(record.size())] = static_cast<std::byte>(random.next());
      }
      if (random.chance(0.1)) record.resize(random.below(20));
      (void)decoder.import_state(record);
    }
    for (const Event& event :
         channel_.decode(decoder, channel_.size() / 2, channel_.size() / 2 + 60)) {
      const u32 number = event.instrument.value;
      ASSERT_TRUE(number < kMaxInstrumentsPerChannel || number >= kNoInstrument.value);
    }
  }
}

}  // namespace
}  // namespace tapedeck::itch50
