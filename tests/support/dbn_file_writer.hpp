// Writes DBN files for tests, field by field and without the reader's table of offsets, so that the
// two can be held against each other.
#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/core/bytes.hpp"
#include "feeds/dbn/file_feed.hpp"
#include "tests/support/itch_flow.hpp"

namespace tapedeck::test {

inline constexpr std::array<u8, 3> kDbnVersions{1, 2, 3};

inline bool same_events(std::span<const Event> a, std::span<const Event> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

struct DbnMapping {
  struct Interval {
    u32 begin, end;  // like 20231225; the end is the first day after
    std::string symbol;
  };
  std::string symbol;
  std::vector<Interval> intervals;
};

struct DbnHead {
  u8 version = 3;
  bool send_times = false;
  u64 start = 0;
  u64 records = ~u64{0};  // version 1 only
  u8 symbols_in = 1, symbols_out = 0;
  u16 schema = 0;
  std::vector<DbnMapping> mappings = {};
};

class DbnFile {
 public:
  static constexpr u64 kMidnight = 1'703'462'400'000'000'000;  // 2023-12-25 UTC
  static constexpr i64 kOne = kPriceUnitsPerOne;
  static constexpr u8 kLast = 128;
  static constexpr u8 kSnapshot = 32;

  explicit DbnFile(DbnHead head = {}) : head_(std::move(head)) { write_metadata(); }
  explicit DbnFile(u8 version) : DbnFile(DbnHead{.version = version}) {}

  // What holds for the records that follow.
  DbnFile& of(u32 id, u16 publisher = 1) {
    id_ = id;
    publisher_ = publisher;
    return *this;
  }
  /// The time of the next record; each one is a microsecond after the one before.
  DbnFile& at(u64 time) {
    time_ = time;
    return *this;
  }
  /// Received at another time than it happened.
  DbnFile& received_at(u64 time) {
    received_ = time;
    return *this;
  }
  /// Gives the next record the time and the number of the newest one.
  DbnFile& again() {
    time_ -= 1'000;
    --sequence_;
    return *this;
  }
  DbnFile& after(u64 seconds) { return at(time_ + seconds * 1'000'000'000); }

  DbnFile& order(char action, char side, u64 id, i64 price, u32 quantity, u8 flags = kLast) {
    begin(0xA0);
    put(id).put(price).put(quantity).put(flags).put(u8{0}).put(action).put(side);
    put(received()).put(u32{0}).put(++sequence_);
    return end();
  }
  DbnFile& add(char side, u64 id, i64 whole_price, u32 quantity, u8 flags = kLast) {
    return order('A', side, id, whole_price * kOne, quantity, flags);
  }
  DbnFile& cancel(char side, u64 id, i64 whole_price, u32 quantity, u8 flags = kLast) {
    return order('C', side, id, whole_price * kOne, quantity, flags);
  }
  DbnFile& modify(char side, u64 id, i64 whole_price, u32 quantity, u8 flags = kLast) {
    return order('M', side, id, whole_price * kOne, quantity, flags);
  }
  DbnFile& clear(u8 flags = kLast) { return order('R', 'N', 0, INT64_MAX, 0, flags); }
  DbnFile& trade(char taker, i64 whole_price, u32 quantity, u8 flags = 0) {
    return order('T', taker, 0, whole_price * kOne, quantity, flags);
  }
  DbnFile& fill(char side, u64 id, i64 whole_price, u32 quantity, u8 flags = 0) {
    return order('F', side, id, whole_price * kOne, quantity, flags);
  }
  DbnFile& trade_record(char taker, i64 price, u32 quantity, char action = 'T') {
    begin(0x00);
    put(price).put(quantity).put(action).put(taker).put(u8{0}).put(u8{0});
    put(received()).put(u32{0}).put(++sequence_);
    return end();
  }
  DbnFile& status(u16 action, char is_trading = '~') {
    begin(0x12);
    put(received()).put(action).put(u16{0}).put(u16{0}).put(is_trading).put('~').put('~').zeros(7);
    return end();
  }
  DbnFile& definition(std::string_view symbol, u32 round_lot = 0) {
    begin(0x13);
    put(received());
    const int version = head_.version;
    // Prices and times, then 32-bit numbers up to the round lot, then what is ahead of the symbol.
    zeros(version == 1   ? 11 * 8
          : version == 2 ? 12 * 8
                         : 14 * 8)
        .zeros(version == 3 ? 8 * 4 : 9 * 4);
    put(round_lot).zeros(4).zeros(version == 1   ? 4 + 12 + 4 + 10
                                  : version == 2 ? 12 + 10
                                                 : 12 + 24 + 12);
    zeros(4 + 4 + 6).text(symbol, symbol_size());
    zeros((version == 1 ? 360U : version == 2 ? 400U : 520U) - (bytes_.size() - record_at_));
    return end();
  }
  DbnFile& mapping(std::string_view from, std::string_view to) { return mapping_of(1, from, to); }
  DbnFile& mapping_of(u8 symbols_in, std::string_view from, std::string_view to) {
    begin(0x16);
    if (head_.version > 1) put(symbols_in);
    text(from, symbol_size());
    if (head_.version > 1) put(u8{1});
    text(to, symbol_size()).zeros(head_.version > 1 ? 0 : 4).put(u64{0}).put(u64{0});
    return end();
  }
  DbnFile& error(std::string_view message) {
    begin(0x15);
    text(message, head_.version > 1 ? 302 : 64).zeros(head_.version > 1 ? 2 : 0);
    return end();
  }
  DbnFile& system(std::string_view message) {
    begin(0x17);
    text(message, head_.version > 1 ? 303 : 64).zeros(head_.version > 1 ? 1 : 0);
    return end();
  }
  /// A record of any type that is this long, a multiple of four, its fields all zero.
  DbnFile& other(u8 type, std::size_t size) {
    begin(type);
    zeros(size - (bytes_.size() - record_at_));
    return end();
  }
  /// Makes the newest record longer, as if later versions had given it more fields.
  DbnFile& longer(std::size_t by) {
    zeros(by);
    bytes_[record_at_] = static_cast<char>((bytes_.size() - record_at_) / 4);
    return *this;
  }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  /// Where each record begins.
  [[nodiscard]] const std::vector<std::size_t>& records() const { return records_; }
  /// Where the 16- and 32-bit lengths and counts of the metadata are.
  struct Field {
    std::size_t at, size;
  };
  [[nodiscard]] const std::vector<Field>& lengths() const { return lengths_; }

 private:
  template <class T>
  DbnFile& put(T value) {
    if constexpr (std::is_same_v<T, char>) {
      bytes_ += value;
    } else {
      std::array<std::byte, sizeof(T)> raw{};
      store_le(raw.data(), static_cast<std::make_unsigned_t<T>>(value));
      bytes_.append(reinterpret_cast<const char*>(raw.data()), raw.size());
    }
    return *this;
  }
  DbnFile& zeros(std::size_t count) {
    bytes_.append(count, '\0');
    return *this;
  }
  DbnFile& text(std::string_view content, std::size_t size) {
    bytes_ += content.substr(0, size - 1);
    return zeros(size - std::min(content.size(), size - 1));
  }
  template <class T>
  DbnFile& length(T value) {
    lengths_.push_back({bytes_.size(), sizeof value});
    return put(value);
  }
  [[nodiscard]] std::size_t symbol_size() const { return head_.version == 1 ? 22 : 71; }

  void write_metadata() {
    bytes_ = "DBN";
    put(head_.version);
    length(u32{0});
    text("GLBX.MDP3", 16).put(head_.schema).put(head_.start).put(~u64{0}).put(u64{0});
    if (head_.version == 1) put(head_.records);
    put(head_.symbols_in).put(head_.symbols_out).put(static_cast<u8>(head_.send_times));
    if (head_.version > 1) length(static_cast<u16>(symbol_size()));
    zeros(head_.version > 1 ? 53 : 47);
    length(u32{0});  // a schema's definition
    length(u32{1}).text("ES.FUT", symbol_size());
    length(u32{0}).length(u32{0});
    length(static_cast<u32>(head_.mappings.size()));
    for (const DbnMapping& mapping : head_.mappings) {
      text(mapping.symbol, symbol_size()).length(static_cast<u32>(mapping.intervals.size()));
      for (const auto& [begin, end, symbol] : mapping.intervals) {
        put(begin).put(end).text(symbol, symbol_size());
      }
    }
    if (head_.version == 3) zeros((8 - bytes_.size() % 8) % 8);
    const auto size = static_cast<u32>(bytes_.size() - 8);
    store_le(reinterpret_cast<std::byte*>(bytes_.data()) + 4, size);
  }
  void begin(u8 type) {
    record_at_ = bytes_.size();
    records_.push_back(record_at_);
    put(u8{0}).put(type).put(publisher_).put(id_).put(time_);
  }
  [[nodiscard]] u64 received() const { return received_ != 0 ? received_ : time_; }
  DbnFile& end() {
    if (head_.send_times) put(time_ + 1);
    bytes_[record_at_] = static_cast<char>((bytes_.size() - record_at_) / 4);
    time_ += 1'000;
    received_ = 0;
    return *this;
  }

  DbnHead head_;
  std::string bytes_;
  std::vector<std::size_t> records_;
  std::vector<Field> lengths_;
  std::size_t record_at_ = 0;
  u32 id_ = 7;
  u16 publisher_ = 1;
  u64 time_ = kMidnight + 1'000'000'000;
  u64 received_ = 0;
  u32 sequence_ = 100;
};

/// ES futures by their ids 7 and 8.
inline DbnHead dbn_head(u8 version, std::string_view symbol = "ESH4") {
  return {.version = version,
          .mappings = {{std::string{symbol}, {{20231225, 20231226, "7"}}},
                       {"ESM4", {{20231225, 20231226, "8"}}}}};
}

inline std::unique_ptr<feeds::dbn::FileFeed> dbn_feed(std::vector<std::string_view> contents,
                                                      std::unordered_set<std::string> symbols = {},
                                                      std::size_t step = SIZE_MAX,
                                                      feeds::MessageObserver* observer = nullptr) {
  std::vector<std::unique_ptr<feeds::ByteSource>> files;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    files.push_back(feeds::memory_source(std::string{static_cast<char>('a' + i)} + ".dbn",
                                         as_bytes_of(contents[i]), step));
  }
  return std::make_unique<feeds::dbn::FileFeed>(std::move(files), std::move(symbols), observer);
}

/// What a channel of these files becomes.
struct DbnRun {
  explicit DbnRun(std::vector<std::string_view> contents,
                  std::unordered_set<std::string> symbols = {}, std::size_t step = SIZE_MAX)
      : feed(dbn_feed(std::move(contents), std::move(symbols), step)), events(drain(*feed)) {}
  explicit DbnRun(const DbnFile& file, std::unordered_set<std::string> symbols = {})
      : DbnRun({std::string_view{file.bytes()}}, std::move(symbols)) {}

  /// "define trading_state add ...", a star behind those that end a venue's event.
  [[nodiscard]] std::string kinds() const {
    std::string text;
    for (const Event& event : events) {
      text += (text.empty() ? "" : " ") + std::string{name_of(event.kind)};
      if ((event.flags & kLastOfEvent) != 0) text += "*";
    }
    return text;
  }
  [[nodiscard]] std::vector<std::string> symbols() const {
    std::vector<std::string> names;
    for (const Event& event : events) {
      if (event.kind == Kind::define) names.emplace_back(event.define.name());
    }
    return names;
  }

  std::unique_ptr<feeds::dbn::FileFeed> feed;
  std::vector<Event> events;
};

}  // namespace tapedeck::test
