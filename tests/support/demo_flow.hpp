// A made-up trading day: order flow by a seeded script, as ITCH 5.0 messages.
//
// Invariants:
// 1. The same options write the same bytes on every machine.
// 2. The day is whole: O S Q, every instrument's directory first, ..., M E C.
// 3. No book is ever crossed, and every execution takes the order at the front of the best level.
// 4. Order messages carry times inside 09:30-16:00, which never go backwards.
// Input for tests and benchmarks: every kind of message, not a model of a market. One thread;
// memory grows with the orders that are live.
#pragma once

#include "engine/core/types.hpp"
#include "tests/support/itch_file_writer.hpp"

namespace tapedeck::test {

struct DemoFlowOptions {
  u64 messages = 500'000;  // in all, the day's frame included
  u32 instruments = 100;
  u64 seed = 1;
};

/// Symbols are a T and three letters.
inline constexpr u32 kMaxDemoInstruments = 26 * 26 * 26;

/// What a day of so many instruments takes when nothing is traded.
[[nodiscard]] u64 demo_flow_frame_messages(u32 instruments);

/// Throws ConfigError when there are no instruments or too many, or more frame than messages.
void check_demo_flow(const DemoFlowOptions& options);

/// Writes exactly `options.messages` messages, after checking the options.
void write_demo_flow(itch50::FrameBuffer& sink, const DemoFlowOptions& options);
void write_demo_flow(FileWriter& sink, const DemoFlowOptions& options);

}  // namespace tapedeck::test
