#include "engine/thread/core_hop.hpp"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

#include "engine/core/clock.hpp"

namespace tapedeck::thread {
namespace {

constexpr u32 kRounds = 21;               // odd: the median is one of them
constexpr u32 kExchangesPerRound = 2000;  // there and back; some 0.3 ms, less than a time slice
constexpr Nanos kLongest{2 * kNanosPerSecond};
constexpr u32 kSpinsPerLook = 4096;  // at the clock, while the line does not come
// Beside the line that is timed nothing may lie, nor on the one that is fetched along with it.
constexpr std::size_t kApart = 128;

class Rally {
 public:
  /// The one that begins, and times the rounds. The first also waits for the other thread.
  void serve(int core) {
    if (!take_place(core, server_why_)) return;
    for (u32 round = 0; round <= kRounds; ++round) {
      const Nanos began = clock_.now();
      for (u32 i = 0; i < kExchangesPerRound; ++i) {
        pass();
        if (!await(kServer, server_why_)) return;
      }
      if (round > 0) rounds_.push_back(clock_.now() - began);
    }
  }
  void answer(int core) {
    if (!take_place(core, answerer_why_)) return;
    for (u32 i = 0; i < kExchangesPerRound * (kRounds + 1); ++i) {
      if (!await(kAnswerer, answerer_why_)) return;
      pass();
    }
  }
  /// After both have ended.
  [[nodiscard]] CoreHop result() {
    if (rounds_.size() < kRounds) return {{}, server_why_.empty() ? answerer_why_ : server_why_};
    std::ranges::nth_element(rounds_, rounds_.begin() + kRounds / 2);
    constexpr i64 kHops = 2 * i64{kExchangesPerRound};
    return {Nanos{std::max<i64>(1, (rounds_[kRounds / 2].value + kHops / 2) / kHops)}, {}};
  }

 private:
  enum Holder : u32 { kServer = 0, kAnswerer = 1 };

  bool take_place(int core, std::string& why) {
    const std::string place = pin_this_thread(core);
    if (place == "cpu " + std::to_string(core)) return true;
    why = "no thread can be pinned to core " + std::to_string(core) + ": it is on " + place;
    over_.store(true, std::memory_order_relaxed);
    return false;
  }
  // Only who holds the line writes it, so that it needs no exchange.
  void pass() {
    line_.store(line_.load(std::memory_order_relaxed) ^ 1U, std::memory_order_release);
  }
  // False when the other has given up, or has not come in all the time there is.
  bool await(Holder me, std::string& why) {
    for (u32 spins = 1; line_.load(std::memory_order_acquire) != me; ++spins) {
      if (over_.load(std::memory_order_relaxed)) return false;
      if (spins % kSpinsPerLook != 0 || clock_.now() - started_ < kLongest) continue;
      why = "two threads could not run side by side for long enough";
      over_.store(true, std::memory_order_relaxed);
      return false;
    }
    return true;
  }

  alignas(kApart) std::atomic<u32> line_{kServer};  // written by both in turn
  alignas(kApart) std::atomic<bool> over_{false};   // by who gives up
  SteadyClock clock_;
  Nanos started_{clock_.now()};
  std::vector<Nanos> rounds_;  // by the server, as its reason; read after both have ended
  std::string server_why_;
  alignas(kApart) std::string answerer_why_;  // by the answerer
};

}  // namespace

CoreHop measure_core_hop(const std::vector<int>& cores) {
  if (cores.size() < 2) return {{}, "this process may use one core only"};
  Rally rally;
  try {
    const std::jthread answerer{[&] { rally.answer(cores[1]); }};
    const std::jthread server{[&] { rally.serve(cores[0]); }};
  } catch (const std::system_error& error) {
    return {{}, std::string{"no thread to measure with: "} + error.what()};
  }
  return rally.result();
}

}  // namespace tapedeck::thread
