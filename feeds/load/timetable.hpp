// Computes when the messages of an open-loop load are due, independently of how fast the engine is.
//
// One thread. Equal loads give equal times. The times never decrease.
#pragma once

#include "engine/core/random.hpp"
#include "engine/core/types.hpp"
#include "feeds/common/recorded_time.hpp"

namespace tapedeck::open_loop {

enum class Shape : u8 {
  constant,  // at equal intervals
  poisson,   // exponential intervals
  bursts,    // at equal intervals within the first part of every period
  recorded   // by the messages' exchange times, see feeds::RecordedTime
};

struct Load {
  Shape shape = Shape::constant;
  double messages_per_s = 100'000;  // on average; unused by `recorded`
  double speed = 1;                 // of `recorded`: multiple of the recorded speed
  Nanos period{10'000'000};         // of `bursts`
  double share = 0.1;               // of `bursts`: the share of a period with messages, (0, 1]
  u64 seed = 1;                     // of `poisson`
};

class Timetable {
 public:
  explicit Timetable(const Load& load) : load_(load), random_(load.seed) {}

  /// Returns when the next message is due, counted from the beginning of the timetable.
  /// `exchange_time` is the message's exchange time. Only the shape `recorded` uses it, see
  /// RecordedTime::pass().
  [[nodiscard]] Nanos next(Nanos exchange_time);

 private:
  [[nodiscard]] double evenly() const;

  Load load_;
  Random random_;
  u64 messages_ = 0;
  double last_ns_ = 0;  // of `poisson`: when the last message was due
  feeds::RecordedTime recorded_;
};

}  // namespace tapedeck::open_loop
