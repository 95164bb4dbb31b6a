#include "engine/system/pinning.hpp"

#include <algorithm>

#include <pthread.h>
#include <sched.h>

#include "engine/core/decimal.hpp"
#include "engine/core/error.hpp"
#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "engine/system/cpu_topology.hpp"

namespace tapedeck::system {
namespace {

// The core that one part of a --pin list names; `text` is the whole list.
int core_named(const std::string& part, std::string_view text, const std::vector<int>& ours) {
  const auto core = parse_integer(part);
  if (!core) {
    throw ConfigError(
        "pin", std::string{text},
        "'" + part + "' is no core number; give auto, none, or numbers like 0,1 or 0-1");
  }
  if (std::ranges::find(ours, *core) == ours.end()) {
    std::string list;
    for (const int known : ours) list += (list.empty() ? "" : ",") + std::to_string(known);
    throw ConfigError("pin", std::string{text},
                      "core " + part + " is not among those this process may use (" + list + ")");
  }
  return static_cast<int>(*core);
}

}  // namespace

std::vector<int> allowed_cores() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  std::vector<int> cores;
  if (::sched_getaffinity(0, sizeof mask, &mask) != 0) return {0};
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(static_cast<std::size_t>(core), &mask)) cores.push_back(core);
  }
  return cores;
}

PinPlan parse_pins(std::string_view text) {
  if (text == "none") return {};
  if (text == "auto") return {PinPlan::Mode::automatic, {}};
  PinPlan plan{PinPlan::Mode::list, {}};
  const std::vector<int> ours = allowed_cores();
  for (const std::string& part : split(text, ',')) {
    const std::vector<std::string> ends = split(part, '-');
    if (ends.size() != 2) {
      plan.cores.push_back(core_named(part, text, ours));
      continue;
    }
    const int first = core_named(ends[0], text, ours);
    const int last = core_named(ends[1], text, ours);
    if (first > last) {
      throw ConfigError("pin", std::string{text}, "'" + part + "' does not ascend");
    }
    for (int core = first; core <= last; ++core) {
      plan.cores.push_back(core_named(std::to_string(core), text, ours));
    }
  }
  return plan;
}

std::vector<std::optional<int>> assign_cores(const PinPlan& plan, std::size_t threads) {
  std::vector<std::optional<int>> assigned(threads);
  if (plan.mode == PinPlan::Mode::none) return assigned;
  const std::vector<int> cores =
      plan.mode == PinPlan::Mode::list ? plan.cores : cores_in_order_of_use(this_cpu_topology());
  if (plan.mode == PinPlan::Mode::automatic && cores.size() < threads) return assigned;
  for (std::size_t i = 0; i < threads; ++i) assigned[i] = cores[i % cores.size()];
  return assigned;
}

void name_this_thread(const std::string& name) {
  ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
}

std::string pin_this_thread(std::optional<int> core) {
  if (core) {
    cpu_set_t wanted;
    CPU_ZERO(&wanted);
    CPU_SET(static_cast<std::size_t>(*core), &wanted);
    ::pthread_setaffinity_np(::pthread_self(), sizeof wanted, &wanted);
  }
  const std::vector<int> got = allowed_cores();
  if (got.size() == 1) return "cpu " + std::to_string(got.front());
  const std::string free = "any of " + counted(got.size(), "cpu");
  return core ? free + " (cpu " + std::to_string(*core) + " refused)" : free;
}

}  // namespace tapedeck::system
