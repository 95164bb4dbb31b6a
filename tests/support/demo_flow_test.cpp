// The demo's flow keeps its own promises, seen through a book that knows nothing of its maker's.
#include "tests/support/demo_flow.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/error.hpp"

namespace tapedeck::test {
namespace {

constexpr u64 kOpen = (9 * 3600 + 30 * 60) * u64{1'000'000'000};
constexpr u64 kClose = 16 * 3600 * u64{1'000'000'000};
// A change here is a change of every digest that somebody wrote down.
constexpr u64 kPinned = 5'148'764'327'830'189'218U;

itch50::FrameBuffer flow(const DemoFlowOptions& options) {
  itch50::FrameBuffer buffer;
  write_demo_flow(buffer, options);
  return buffer;
}

// FNV-1a: here so that the pinned value depends on nothing else.
u64 fingerprint(Bytes bytes) {
  u64 hash = 0xCBF29CE484222325U;
  for (const std::byte byte : bytes) hash = (hash ^ std::to_integer<u64>(byte)) * 0x100000001B3U;
  return hash;
}

// Plays a flow message by message and notes whatever breaks a promise.
class Witness {
 public:
  void play(Bytes frames) {
    while (!frames.empty()) {
      const std::size_t length = load_be<u16>(frames.data());
      ASSERT_EQ(itch50::parse(frames.subspan(2, length), *this), itch50::Parsed::ok);
      frames = frames.subspan(2 + length);
    }
  }
  void operator()(const itch50::SystemEvent& m) {
    note(m, false);
    session += m.event;
  }
  void operator()(const itch50::AddOrder& m) { add(m); }
  void operator()(const itch50::AddOrderMpid& m) { add(m); }
  void operator()(const itch50::OrderExecuted& m) { execute(m); }
  void operator()(const itch50::OrderExecutedPrice& m) {
    execute(m);
    printable.insert(m.printable);
  }
  void operator()(const itch50::OrderCancel& m) {
    note(m, true);
    take(m.reference, m.shares);
  }
  void operator()(const itch50::OrderDelete& m) {
    note(m, true);
    take(m.reference, orders_.at(m.reference).shares);
  }
  void operator()(const itch50::OrderReplace& m) {
    note(m, true);
    const Order old = orders_.at(m.reference);
    take(m.reference, old.shares);
    insert(m.new_reference, {old.locate, old.buy, m.price, m.shares});
  }
  void operator()(const auto& m) {
    note(m, m.kType == 'P' || m.kType == 'I');
    if (m.kType == 'R') directory.insert(m.header.locate);
  }

  std::map<char, u64> types;
  std::set<u16> directory;
  std::set<char> printable;
  std::string session;
  std::vector<std::string> broken;

 private:
  struct Order {
    u16 locate;
    bool buy;
    u32 price;
    u32 shares;
  };
  using Levels = std::map<i64, std::vector<u64>>;

  void note(const auto& m, bool of_trading_hours) {
    ++types[m.kType];
    const u64 time = m.header.timestamp;
    if (time < time_) broken.emplace_back("time goes backwards");
    time_ = time;
    if (of_trading_hours && (time <= kOpen || time >= kClose)) broken.emplace_back("out of hours");
    if (m.header.locate != 0 && m.kType != 'R' && !directory.contains(m.header.locate)) {
      broken.emplace_back("an instrument outside the directory");
    }
  }
  void add(const auto& m) {
    note(m, true);
    insert(m.reference, {m.header.locate, m.side == 'B', m.price, m.shares});
  }
  void execute(const auto& m) {
    note(m, true);
    const Order& order = orders_.at(m.reference);
    const auto& best = *levels(order).begin();
    if (best.second.front() != m.reference) broken.emplace_back("not the front of the best level");
    take(m.reference, m.shares);
  }
  static i64 key(const Order& order) { return order.buy ? -i64{order.price} : i64{order.price}; }
  Levels& levels(const Order& order) { return books_[{order.locate, order.buy}]; }
  void insert(u64 reference, const Order& order) {
    if (!orders_.emplace(reference, order).second) broken.emplace_back("a reference used twice");
    if (order.shares == 0 || order.price == 0 || order.price % 100 != 0) {
      broken.emplace_back("no shares, no price, or a price off the tick");
    }
    levels(order)[key(order)].push_back(reference);
    const Levels& bids = books_[{order.locate, true}];
    const Levels& asks = books_[{order.locate, false}];
    if (!bids.empty() && !asks.empty() && -bids.begin()->first >= asks.begin()->first) {
      broken.emplace_back("a crossed book");
    }
  }
  void take(u64 reference, u32 shares) {
    Order& order = orders_.at(reference);
    if (shares == 0 || shares > order.shares) broken.emplace_back("more shares than there are");
    order.shares -= shares;
    if (order.shares > 0) return;
    auto& level = levels(order)[key(order)];
    std::erase(level, reference);
    if (level.empty()) levels(order).erase(key(order));
    orders_.erase(reference);
  }

  std::map<u64, Order> orders_;
  std::map<std::pair<u16, bool>, Levels> books_;
  u64 time_ = 0;
};

TEST(DemoFlow, WritesExactlyAsManyMessagesAsAskedFor) {
  EXPECT_EQ(flow({.messages = 12'345, .instruments = 7, .seed = 3}).messages(), 12'345U);
  const u64 least = demo_flow_frame_messages(1) + 1;
  EXPECT_EQ(flow({.messages = least, .instruments = 1, .seed = 3}).messages(), least);
}

TEST(DemoFlow, NeverCrossesABookAndExecutesAtTheFrontOnly) {
  for (const u64 seed : {1U, 2U, 3U}) {
    Witness witness;
    witness.play(flow({.messages = 30'000, .instruments = 5, .seed = seed}).bytes());
    EXPECT_EQ(witness.broken, std::vector<std::string>{}) << "seed " << seed;
    EXPECT_EQ(witness.session, "OSQMEC");
    EXPECT_EQ(witness.directory.size(), 5U);
  }
}

TEST(DemoFlow, HoldsEveryTypeThatItPromises) {
  Witness witness;
  witness.play(flow({.messages = 30'000, .instruments = 5, .seed = 1}).bytes());
  for (const char type : std::string{"SRHYAFECXDUPQI"}) {
    EXPECT_GT(witness.types[type], 0U) << type;
  }
  EXPECT_EQ(witness.printable, (std::set<char>{'N', 'Y'}));
}

TEST(DemoFlow, IsTheSameBytesForASeedOnEveryMachine) {
  const auto day = flow({.messages = 5'000, .instruments = 4, .seed = 1});
  EXPECT_EQ(fingerprint(day.bytes()), kPinned) << std::hex << fingerprint(day.bytes());
  const auto other = flow({.messages = 5'000, .instruments = 4, .seed = 2});
  EXPECT_NE(fingerprint(day.bytes()), fingerprint(other.bytes()));
}

TEST(DemoFlow, RefusesADayThatCannotBe) {
  EXPECT_THROW(flow({.messages = 100, .instruments = 0, .seed = 1}), ConfigError);
  EXPECT_THROW(flow({.messages = 100, .instruments = kMaxDemoInstruments + 1, .seed = 1}),
               ConfigError);
  EXPECT_THROW(flow({.messages = demo_flow_frame_messages(9), .instruments = 9, .seed = 1}),
               ConfigError);
}

}  // namespace
}  // namespace tapedeck::test
