// What a latency benchmark came to.
#pragma once

#include <string>
#include <vector>

#include "engine/core/latency_timeline.hpp"
#include "engine/pipeline/engine.hpp"
#include "engine/pipeline/legs.hpp"
#include "engine/thread/core_hop.hpp"
#include "engine/thread/engine_clock.hpp"
#include "engine/thread/machine.hpp"
#include "engine/thread/spin_noise.hpp"

namespace tapedeck::tools {

/// A run that keeps up with less than this of the load offered to it says nothing about latency.
inline constexpr double kLeastAchieved = 0.99;

/// Of the engine's run under load.
struct LatencyFigures {
  std::vector<pipeline::LegTimes> windows;            // by equal windows of time
  pipeline::LegTimes legs;                            // of all of them
  LatencyTimeline timeline;                           // of due_to_book
  std::array<std::string, pipeline::kLegs> why_none;  // of legs that were not measured
  u64 messages = 0;                                   // timed
  u64 warm_up_messages = 0;                           // before them, the opening's among them
  u64 dropped = 0;                                    // events
  double offered_per_s = 0, achieved_per_s = 0;       // messages
  Nanos timed_span{0};                                // of the timetable
  bool overdue = false;                               // given up, too far behind
  bool ran_dry = false;                               // the source ended before the timetable
  std::vector<std::string> damage, warnings;
  std::vector<pipeline::Engine::Placement> placements;

  [[nodiscard]] bool kept_up() const {
    // What was given up or dropped is in no histogram, and would have been the slowest.
    return !overdue && dropped == 0 && offered_per_s > 0 &&
           achieved_per_s >= kLeastAchieved * offered_per_s;
  }
};

struct LatencyResults {
  thread::Machine machine;
  std::string command;  // that repeats it
  std::string source;   // "simulated market, 10 instruments, seed 1", or the files
  std::string load;     // "constant, 100,000 messages/s"
  std::string wait;
  u32 shards = 0;
  u32 sample_every = 1;
  Nanos warm_up{0};
  std::vector<int> cores;  // on which hop and noise were measured
  thread::HopPair hops;
  std::vector<thread::CoreNoise> noise_before, noise_after;
  std::string clock, clock_why;
  thread::ClockOffset clock_offset;
  LatencyFigures run;

  /// Empty: the figures count.
  [[nodiscard]] std::string why_invalid() const;
};

}  // namespace tapedeck::tools
