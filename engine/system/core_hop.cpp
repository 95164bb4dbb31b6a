#include "engine/system/core_hop.hpp"

#include <algorithm>

#include "engine/core/clock.hpp"
#include "engine/system/ping_pong.hpp"

namespace tapedeck::system {
namespace {

constexpr u32 kRounds = 31;               // odd: the median is one of them
constexpr u32 kExchangesPerRound = 1500;  // there and back; some 0.3 ms, less than a time slice
static_assert(kRounds < PingPong::kLines);

// The thread that begins and times the rounds, each on a line of its own. The first round is not
// counted, because it also waits for the other thread.
void serve(PingPong& ping_pong, int core, std::vector<Nanos>& rounds) {
  if (!ping_pong.take_place(PingPong::kServer, core)) return;
  const SteadyClock clock;
  for (u32 round = 0; round <= kRounds; ++round) {
    const Nanos began = clock.now();
    for (u32 i = 0; i < kExchangesPerRound; ++i) {
      ping_pong.pass(round);
      if (!ping_pong.await(PingPong::kServer, round)) return;
    }
    if (round > 0) rounds.push_back(clock.now() - began);
  }
}

void answer(PingPong& ping_pong, int core) {
  if (!ping_pong.take_place(PingPong::kAnswerer, core)) return;
  for (u32 round = 0; round <= kRounds; ++round) {
    for (u32 i = 0; i < kExchangesPerRound; ++i) {
      if (!ping_pong.await(PingPong::kAnswerer, round)) return;
      ping_pong.pass(round);
    }
  }
}

}  // namespace

CoreHop measure_core_hop(const std::vector<int>& cores) {
  if (cores.size() < 2) return {{}, "this process may use one core only"};
  PingPong ping_pong;
  std::vector<Nanos> rounds;
  const std::string not_run = run_ping_pong([&] { serve(ping_pong, cores[0], rounds); },
                                            [&] { answer(ping_pong, cores[1]); });
  if (!not_run.empty()) return {{}, not_run};
  if (rounds.size() < kRounds) return {{}, ping_pong.why()};
  std::ranges::nth_element(rounds, rounds.begin() + kRounds / 2);
  constexpr i64 kHops = 2 * i64{kExchangesPerRound};
  return {Nanos{std::max<i64>(1, (rounds[kRounds / 2].value + kHops / 2) / kHops)}, {}};
}

}  // namespace tapedeck::system
