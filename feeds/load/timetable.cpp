#include "feeds/load/timetable.hpp"

#include <algorithm>
#include <cmath>

namespace tapedeck::open_loop {
namespace {

constexpr auto kSecond = static_cast<double>(kNanosPerSecond);
// Exceeds the rounding error of a time that is a whole number of periods, so that such a message is
// the first of its period and not the last of the one before.
constexpr double kAHairMore = 1 + 1e-15;

constexpr double kLatestDue = 4e18;  // nanoseconds: beyond any clock

Nanos whole(double nanoseconds) {
  return {static_cast<i64>(nanoseconds)};
}

}  // namespace

// Multiplies instead of summing up, so that rounding errors do not accumulate.
double Timetable::evenly() const {
  return static_cast<double>(messages_) * (kSecond / load_.messages_per_s);
}

Nanos Timetable::next(Nanos exchange_time) {
  switch (load_.shape) {
    case Shape::poisson:
      last_ns_ -= std::log1p(-random_.unit()) * (kSecond / load_.messages_per_s);
      return whole(last_ns_);
    case Shape::bursts: {
      const auto period = static_cast<double>(load_.period.value);
      const double at = evenly();
      ++messages_;
      const double began = std::floor(at / period * kAHairMore) * period;
      return whole(began + std::max(at - began, 0.0) * load_.share);
    }
    case Shape::recorded:
      return whole(std::min(static_cast<double>(recorded_.pass(exchange_time).value) / load_.speed,
                            kLatestDue));
    case Shape::constant:
    default: {
      const double at = evenly();
      ++messages_;
      return whole(at);
    }
  }
}

}  // namespace tapedeck::open_loop
