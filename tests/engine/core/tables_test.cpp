// The tables that names, JSON, summaries and tapes derive from.
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "engine/book/fault.hpp"
#include "engine/core/event.hpp"
#include "engine/core/feed_counters.hpp"
#include "tests/support/source_tree.hpp"

namespace tapedeck {
namespace {

TEST(Tables, NamesAreGivenOnce) {
  std::set<std::string_view> kinds, counters, faults;
  for (const EventKind& kind : kEventKinds) {
    EXPECT_TRUE(kinds.insert(kind.name).second) << kind.name;
    EXPECT_FALSE(kind.help.empty()) << kind.name;
  }
  for (const FeedCounter& counter : kFeedCounters) {
    EXPECT_TRUE(counters.insert(counter.name).second) << counter.name;
    EXPECT_FALSE(counter.help.empty() || counter.unit.empty()) << counter.name;
  }
  for (const book::FaultKind& kind : book::kFaultKinds) {
    EXPECT_TRUE(faults.insert(kind.name).second) << kind.name;
    EXPECT_EQ(name_of(kind.fault), kind.name);
  }
}

TEST(Tables, EveryCounterIsAMemberOfItsOwnAndAddsUp) {
  FeedCounters one;
  u64 value = 1;
  for (const FeedCounter& counter : kFeedCounters) one.*counter.count = value++;
  FeedCounters sum = one;
  sum += one;
  value = 1;
  for (const FeedCounter& counter : kFeedCounters) {
    EXPECT_EQ(one.*counter.count, value) << counter.name << " shares its member";
    EXPECT_EQ(sum.*counter.count, 2 * value) << counter.name;
    ++value;
  }
}

TEST(Tables, ControlKindsAreThoseThatSteerThePipeline) {
  std::set<std::string_view> control;
  for (const EventKind& kind : kEventKinds) {
    if (is_control(kind.kind)) control.insert(kind.name);
    EXPECT_EQ(has_order_fields(kind.kind), kind.payload == Payload::order) << kind.name;
    EXPECT_EQ(payload_of(kind.kind), kind.payload) << kind.name;
  }
  EXPECT_EQ(control, (std::set<std::string_view>{"define", "loss", "cut", "end", "restore"}));
  EXPECT_EQ(name_of(static_cast<Kind>(kKinds)), "?");
  EXPECT_EQ(payload_of(static_cast<Kind>(255)), Payload::none);
}

TEST(Tables, EveryCounterAndFaultIsInTheCommandsPage) {
  std::ostringstream page;
  page << std::ifstream{test::source_root() / "docs/commands.md"}.rdbuf();
  const auto has = [&](std::string_view name) {
    return page.str().find("`" + std::string{name} + "`") != std::string::npos;
  };
  for (const FeedCounter& counter : kFeedCounters) EXPECT_TRUE(has(counter.name)) << counter.name;
  for (const book::FaultKind& kind : book::kFaultKinds) {
    EXPECT_TRUE(kind.fault == book::Fault::none || has(kind.name)) << kind.name;
  }
  EXPECT_FALSE(has("no_such_counter"));
}

}  // namespace
}  // namespace tapedeck
