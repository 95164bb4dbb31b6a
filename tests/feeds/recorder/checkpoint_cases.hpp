// Channels of every kind on tapes with checkpoints.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/core/random.hpp"
#include "tests/support/checkpoint_tapes.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/random_itch_day.hpp"
#include "tests/support/scripted_feed.hpp"

namespace tapedeck::test {

using Symbols = std::unordered_set<std::string>;

inline constexpr Nanos kMidnight{1'577'682'000'000'000'000};
inline constexpr Nanos kDay{86'400 * kNanosPerSecond};

struct CheckpointCase {
  std::string name;
  MadeTape tape;
  tape::Content content = tape::Content::itch50;
  Nanos checkpoints{0};
  Symbols symbols{};  // asked for by the reader

  [[nodiscard]] ReadOn read(std::optional<ChannelPlace> place = {}) const {
    tape::TapeOptions options;
    options.symbols = symbols;
    return read_on(tape.bytes, content, place, options);
  }
};

inline CheckpointCase whole_market(u64 seed) {
  itch50::FrameBuffer day;
  write_demo_flow(day, {.messages = 2'500, .instruments = 6, .seed = seed});
  const Nanos checkpoints{600 * kNanosPerSecond};
  return {"a day of all kinds of messages",
          tape_of_day(day.bytes(), {tape::Compress::fast, 4'096, 77, checkpoints}, kMidnight),
          tape::Content::itch50, checkpoints};
}

inline CheckpointCase days_of(u64 seed, bool names_late, u64 messages, TapeShape shape = {}) {
  const RandomItchDay first{{2 * seed, messages, 4, names_late, names_late}};
  const RandomItchDay second{{2 * seed + 1, messages, 6, names_late, names_late}};
  if (shape.checkpoints == Nanos{0}) shape.checkpoints = Nanos{60 * kNanosPerSecond};
  return {"two days",
          tape_of_days({{first.bytes(), kMidnight}, {second.bytes(), kMidnight + kDay}}, shape),
          tape::Content::itch50, shape.checkpoints};
}

// Of any feed: events among which are losses of instruments and of the channel, and books emptied.
inline std::vector<Event> troubled_flow(u64 seed, u64 messages) {
  Random random{seed};
  OrderFlow flow{seed, 5};
  std::vector<Event> all, message;
  Sequence sequence = 0;
  for (u64 i = 0; i < messages; ++i) {
    flow.next(message);
    ++sequence;
    for (Event& event : message) event.sequence = sequence;
    all.insert(all.end(), message.begin(), message.end());
    const u64 dice = random.below(500);
    if (dice > 2) continue;
    Event trouble{};
    trouble.kind = dice == 2 ? Kind::clear : Kind::loss;
    trouble.exchange_time = message.back().exchange_time;
    trouble.sequence = ++sequence;
    trouble.flags = kLastOfEvent;
    trouble.instrument =
        dice == 1 ? Instrument{static_cast<u32>(random.below(5))} : kEveryInstrument;
    if (dice == 0 || random.chance(0.5)) trouble.flags |= kCarryOn;
    if (trouble.kind == Kind::loss) trouble.loss = {sequence, sequence + 3};
    all.push_back(trouble);
  }
  return all;
}

inline CheckpointCase events_of(u64 seed, u64 messages, TapeShape shape = {}) {
  if (shape.checkpoints == Nanos{0}) shape.checkpoints = Nanos{600};
  return {"events", tape_of_events(scripted(troubled_flow(seed, messages)), shape),
          tape::Content::events, shape.checkpoints};
}

// A case of every kind.
inline std::vector<CheckpointCase> checkpoint_cases(u64 seed) {
  std::vector<CheckpointCase> all;
  all.push_back(whole_market(seed));
  all.push_back(days_of(seed, true, 500));
  all.push_back(events_of(seed, 2'000));
  all.push_back(days_of(seed, false, 500, {tape::Compress::small, 700}));
  all.back().name += ", some symbols";
  all.back().symbols = {RandomItchDay::symbol(1), RandomItchDay::symbol(4)};
  all.push_back(days_of(seed, true, 500));
  all.back().name += ", some symbols that were named late";
  all.back().symbols = {RandomItchDay::symbol(0), RandomItchDay::symbol(2)};
  all.push_back(events_of(seed + 1, 2'000, {tape::Compress::small, 300}));
  all.back().name += ", some symbols";
  all.back().symbols = {"SYM1", "SYM3"};
  return all;
}

// The newest time of the channel behind each event. A loss has none of its own.
inline std::vector<Nanos> channel_times(const std::vector<Event>& events) {
  std::vector<Nanos> times;
  Nanos newest = kBeginningOfTime;
  for (const Event& event : events) {
    if (event.kind != Kind::loss) newest = std::max(newest, event.exchange_time);
    times.push_back(newest);
  }
  return times;
}

}  // namespace tapedeck::test
