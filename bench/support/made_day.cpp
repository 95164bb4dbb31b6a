#include "bench/support/made_day.hpp"

#include "feeds/common/byte_source.hpp"

namespace tapedeck::bench {

MadeDay::MadeDay(u64 messages, u32 instruments) {
  test::write_demo_flow(frames_, {messages, instruments, 1});
  for_each_batch(*feed(), [this](std::span<const Event> events) {
    events_.insert(events_.end(), events.begin(), events.end());
  });
}

std::unique_ptr<itch50::FileFeed> MadeDay::feed() const {
  std::vector<itch50::DayFile> files;
  files.push_back({feeds::memory_source("made", frames_.bytes()), Nanos{0}});
  return std::make_unique<itch50::FileFeed>(std::move(files), itch50::Framing::length);
}

}  // namespace tapedeck::bench
