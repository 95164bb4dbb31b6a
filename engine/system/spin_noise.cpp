#include "engine/system/spin_noise.hpp"

#include <system_error>
#include <thread>

#include "engine/system/pinning.hpp"

namespace tapedeck::system {

SpinNoise watch_gaps(const Clock& clock, Nanos duration) {
  SpinNoise noise;
  const Nanos began = clock.now();
  Nanos last = began;
  while (last - began < duration) {
    const Nanos now = clock.now();
    noise.gaps.record(now - last);
    last = now;
  }
  noise.lasted = last - began;
  return noise;
}

namespace {

void measure_here(CoreNoise& result, Nanos duration) {
  const std::string place = pin_this_thread(result.core);
  if (place == "cpu " + std::to_string(result.core)) {
    result.noise = watch_gaps(SteadyClock{}, duration);
  } else {
    result.why_none =
        "no thread can be pinned to core " + std::to_string(result.core) + ": it is on " + place;
  }
}

}  // namespace

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
