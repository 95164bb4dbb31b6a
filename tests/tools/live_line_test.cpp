#include "tools/live_line.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tapedeck::tools {
namespace {

pipeline::Report report() {
  pipeline::Report made;
  made.now.messages = 1'234'567;
  made.now.raw_bytes_read = 25;
  made.now.raw_bytes_total = 100;
  made.now.dropped = 7;
  made.in_queues = 4'321;
  made.deepest = 19;
  made.messages_per_s = 2.5e6;
  return made;
}

TEST(LiveLine, SaysHowFarHowFastAndHowMuchIsWaiting) {
  const std::string text = live_text(report(), 200);
  for (const char* part :
       {"25 %", "1,234,567 messages", "2.50 M/s", "lag 4,321", "queue 19", "dropped 7"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " is not in: " << text;
  }
}

TEST(LiveLine, NeverWrapsAndNeverCarriesControlCharactersFromTheWire) {
  pipeline::Report made = report();
  pipeline::BookTop top{};
  top.define.length = 4;
  std::copy_n("\x1b[2J", 4, top.define.symbol);
  made.tops = {top};
  for (const std::size_t columns :
       {std::size_t{0}, std::size_t{10}, std::size_t{79}, std::size_t{300}}) {
    const std::string text = live_text(made, columns);
    EXPECT_LE(text.size(), columns);
    EXPECT_TRUE(std::ranges::none_of(text, [](char c) { return c < 0x20; }));
  }
}

}  // namespace
}  // namespace tapedeck::tools
