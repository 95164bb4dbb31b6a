#include "feeds/load/timetable.hpp"

#include <algorithm>
#include <cmath>

namespace tapedeck::open_loop {
namespace {

constexpr auto kSecond = static_cast<double>(kNanosPerSecond);
// More than rounding takes from a time that is a whole number of periods: a message that is so
// little before a period's beginning is that period's first.
constexpr double kAHairMore = 1 + 1e-15;

constexpr double kLatestDue = 4e18;  // nanoseconds: no clock of ours gets there

Nanos whole(double nanoseconds) {
  return {static_cast<i64>(nanoseconds)};
}

}  // namespace

// Multiplied and not added up, so that no rounding runs away.
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
