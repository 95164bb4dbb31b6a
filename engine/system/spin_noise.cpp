#include "engine/system/spin_noise.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <thread>

#include <unistd.h>

#include "engine/system/pinning.hpp"

namespace tapedeck::system {

SpinNoise watch_gaps(const Clock& clock, Nanos duration) {
  SpinNoise noise;
  const Nanos began = clock.now();
  Nanos last = began;
  while (last - began < duration) {
    const Nanos now = clock.now();
    const Nanos gap = now - last;
    noise.gaps.record(gap);
    if (gap > kTakenGap) noise.taken = noise.taken + gap;
    last = now;
  }
  noise.lasted = last - began;
  return noise;
}

namespace {

u64 stolen_ticks(int core) {
  std::ifstream file{"/proc/stat"};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  return stolen_ticks_in(text, core);
}

void measure_here(CoreNoise& result, Nanos duration) {
  const u64 stolen_before = stolen_ticks(result.core);
  const std::string place = pin_this_thread(result.core);
  if (place == "cpu " + std::to_string(result.core)) {
    result.noise = watch_gaps(SteadyClock{}, duration);
    const u64 stolen_after = stolen_ticks(result.core);
    const double stolen_s =
        static_cast<double>(stolen_after - std::min(stolen_before, stolen_after)) /
        static_cast<double>(::sysconf(_SC_CLK_TCK));
    result.stolen = stolen_s * static_cast<double>(kNanosPerSecond) /
                    static_cast<double>(std::max<i64>(result.noise->lasted.value, 1));
  } else {
    result.why_none =
        "no thread can be pinned to core " + std::to_string(result.core) + ": it is on " + place;
  }
}

}  // namespace

double CoreNoise::share_taken() const {
  if (!noise) return 0;
  const double missed = static_cast<double>(noise->taken.value) /
                        static_cast<double>(std::max<i64>(noise->lasted.value, 1));
  return std::min(std::max(missed, stolen), 1.0);
}

u64 stolen_ticks_in(std::string_view stat, int core) {
  // "cpu1 user nice system idle iowait irq softirq steal ..."
  std::istringstream lines{std::string{stat}};
  const std::string wanted = "cpu" + std::to_string(core);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string name;
    words >> name;
    if (name != wanted) continue;
    constexpr int kBeforeSteal = 7;
    u64 ticks = 0;
    for (int i = 0; i <= kBeforeSteal; ++i) {
      if (!(words >> ticks)) return 0;
    }
    return ticks;
  }
  return 0;
}

std::vector<CoreNoise> measure_spin_noise(const std::vector<int>& cores, Nanos duration) {
  std::vector<CoreNoise> results(cores.size());
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < cores.size(); ++i) {
    results[i].core = cores[i];
    try {
      threads.emplace_back([&result = results[i], duration] { measure_here(result, duration); });
    } catch (const std::system_error& error) {
      results[i].why_none = std::string{"no thread to measure with: "} + error.what();
    }
  }
  threads.clear();  // waits for them
  return results;
}

}  // namespace tapedeck::system
