#include "engine/system/ping_pong.hpp"

#include "engine/system/pinning.hpp"

namespace tapedeck::system {

bool PingPong::take_place(Holder me, int core) {
  const std::string place = pin_this_thread(core);
  if (place == "cpu " + std::to_string(core)) return true;
  why_[me].text = "no thread can be pinned to core " + std::to_string(core) + ": it is on " + place;
  over_.store(true, std::memory_order_relaxed);
  return false;
}

bool PingPong::took_too_long(Holder me) {
  if (clock_.now() - started_ < kLongest) return false;
  why_[me].text = "two threads could not run side by side for long enough";
  over_.store(true, std::memory_order_relaxed);
  return true;
}

}  // namespace tapedeck::system
