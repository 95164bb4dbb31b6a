// When messages are due that come from outside: an open-loop load, which waits for nobody.
//
// One thread. The same load gives the same times. A message's time never lies before the last
// one's.
#pragma once

#include "engine/core/random.hpp"
#include "engine/core/types.hpp"
#include "feeds/common/recorded_time.hpp"

namespace tapedeck::open_loop {

enum class Shape : u8 {
  constant,  // evenly
  poisson,   // independent of each other: gaps are exponential
  bursts,    // evenly, but all within the first part of every period
  recorded   // as the messages' own exchange times say, see feeds::RecordedTime
};

struct Load {
  Shape shape = Shape::constant;
  double messages_per_s = 100'000;  // on average; not of `recorded`
  double speed = 1;                 // of `recorded`: how much faster than it was
  Nanos period{10'000'000};         // of `bursts`
  double share = 0.1;               // of every period that has messages, above 0 and at most 1
  u64 seed = 1;                     // of `poisson`
};

class Timetable {
 public:
  explicit Timetable(const Load& load) : load_(load), random_(load.seed) {}

  /// When the next message is due, after the beginning of the timetable. `exchange_time`: its own;
  /// one that goes back counts as the latest before it.
  [[nodiscard]] Nanos next(Nanos exchange_time);

 private:
  [[nodiscard]] double evenly() const;

  Load load_;
  Random random_;
  u64 messages_ = 0;
  double last_ns_ = 0;  // of `poisson`
  feeds::RecordedTime recorded_;
};

}  // namespace tapedeck::open_loop
