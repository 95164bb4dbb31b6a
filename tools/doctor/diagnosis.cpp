#include "tools/doctor/diagnosis.hpp"

#include <algorithm>
#include <span>

#include <nlohmann/json.hpp>

#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/human_text.hpp"
#include "tools/run/machine_json.hpp"
#include "tools/run/watched_cores.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;
using system::CoreNoise;
using system::CpuCore;
using system::CpuTopology;

constexpr std::string_view kUnknown = "unknown";
constexpr Nanos kSlowClock{100};         // reading the TSC takes some 20 to 40
constexpr Nanos kFarHop{150};            // beyond one socket, or virtual cores that move
constexpr Nanos kLongHiccup{1'000'000};  // a time slice of another process
constexpr double kQuiet = 0.999;

std::string list_of(const std::vector<int>& cores) {
  std::string list;
  for (const int core : cores) list += (list.empty() ? "" : ",") + std::to_string(core);
  return list;
}

std::string core_or_cores(const std::vector<int>& cores) {
  return (cores.size() == 1 ? "core " : "cores ") + list_of(cores);
}

template <class Wanted>
std::vector<int> cores_that(const CpuTopology& topology, Wanted wanted) {
  std::vector<int> cores;
  for (const CpuCore& core : topology.cores) {
    if (wanted(core)) cores.push_back(core.number);
  }
  return cores;
}

std::string or_unknown(const std::string& text) {
  return text.empty() ? std::string{kUnknown} : printable(text);
}

std::string row(std::string_view name, const std::string& value) {
  return "  " + left_aligned(name, 18) + value + "\n";
}

std::optional<Nanos> clock_cost(const Diagnosis& diagnosis) {
  std::optional<Nanos> worst;
  for (const CoreNoise& core : diagnosis.noise) {
    if (core.noise) worst = std::max(worst.value_or(Nanos{0}), core.noise->clock_cost());
  }
  return worst;
}

std::string governors_of(const CpuTopology& topology, const std::vector<int>& cores) {
  std::string text;
  for (const CpuCore& core : topology.cores) {
    if (core.governor.empty() || std::ranges::find(cores, core.number) == cores.end()) continue;
    const std::string governor = printable(core.governor);
    if (text.find(governor) == std::string::npos) text += (text.empty() ? "" : ", ") + governor;
  }
  return text.empty() ? std::string{kUnknown} : text;
}

std::string threads_a_core(const CpuTopology& topology) {
  if (!topology.tells_siblings) return std::string{kUnknown};
  const auto several = [](const CpuCore& core) { return core.siblings.size() > 1; };
  return std::ranges::any_of(topology.cores, several) ? "several a core" : "one a core";
}

std::string yes_or_no(const std::optional<bool>& fact) {
  return !fact ? std::string{kUnknown} : *fact ? "yes" : "no";
}

std::string none_or(const std::vector<int>& cores) {
  return cores.empty() ? "none" : list_of(cores);
}

std::string facts_of(const Diagnosis& diagnosis) {
  const CpuTopology& topology = diagnosis.topology;
  const std::size_t sockets = topology.sockets();
  std::string text = "\nThis computer\n";
  text +=
      row("cores to use", list_of(cores_that(topology, [](const auto& c) { return c.allowed; })) +
                              " of " + std::to_string(topology.cores.size()));
  text += row("sockets", sockets == 0 ? std::string{kUnknown} : std::to_string(sockets));
  text += row("hardware threads", threads_a_core(topology));
  text += row("isolated cores",
              none_or(cores_that(topology, [](const auto& c) { return c.isolated; })));
  text += row("tickless cores",
              none_or(cores_that(topology, [](const auto& c) { return c.tickless; })));
  text += row("governor",
              governors_of(topology, cores_that(topology, [](const auto&) { return true; })));
  text += row("clock", or_unknown(topology.clock_source));
  text += row("steady TSC", yes_or_no(topology.steady_tsc));
  text += row("huge pages",
              or_unknown(topology.huge_pages) +
                  (topology.huge_pages_reserved
                       ? ", " + std::to_string(*topology.huge_pages_reserved) + " reserved"
                       : std::string{}));
  text += row("processor limit", topology.processor_limit
                                     ? with_decimals(*topology.processor_limit, 2) + " cores"
                                     : "none");
  text += row("memory limit",
              topology.memory_limit ? bytes_for_people(*topology.memory_limit) : "none");
  text += row("virtual machine", yes_or_no(topology.virtual_machine));
  return text;
}

std::string hop_line(const Diagnosis& diagnosis) {
  if (!diagnosis.hop.one_way) return "not measured: " + diagnosis.hop.why_none;
  return duration_for_people(*diagnosis.hop.one_way) + " one way, core " +
         std::to_string(diagnosis.cores[0]) + " to " + std::to_string(diagnosis.cores[1]);
}

std::string noise_text(const CoreNoise& core) {
  if (!core.noise) return "not measured: " + core.why_none;
  return "held up for " + duration_for_people(core.noise->worst()) + " at most in " +
         duration_for_people(core.noise->lasted) + "; 99.9 % of looks at the clock within " +
         duration_for_people(core.noise->gaps.quantile(kQuiet));
}

std::string measures_of(const Diagnosis& diagnosis) {
  std::string text = "\nMeasured\n" + row("cache line's hop", hop_line(diagnosis));
  if (const auto cost = clock_cost(diagnosis)) {
    text += row("look at the clock", duration_for_people(*cost));
  }
  for (const CoreNoise& core : diagnosis.noise) {
    text += row("core " + std::to_string(core.core), noise_text(core));
  }
  return text;
}

// Returns the cores to isolate for feed and shard, all on one socket and with all their hardware
// threads. Leaves out the first core, which the kernel uses. Empty when there are too few.
std::vector<int> cores_to_isolate(const CpuTopology& topology) {
  std::vector<std::vector<int>> physical = topology.physical_cores();
  if (physical.size() < 3) return {};
  const auto socket_of = [&topology](const std::vector<int>& core) {
    return topology.core(core.front())->socket;
  };
  const std::vector<int> first = physical.front();
  const auto last_socket = socket_of(physical.back());
  std::erase_if(physical, [&](const std::vector<int>& core) {
    return core == first || socket_of(core) != last_socket;
  });
  if (physical.size() < 2) return {};
  std::vector<int> cores;
  for (const auto& core : std::span{physical}.last(2)) {
    cores.insert(cores.end(), core.begin(), core.end());
  }
  std::ranges::sort(cores);
  return cores;
}

void find_in_isolation(const CpuTopology& topology, const std::vector<int>& cores,
                       std::vector<Finding>& findings) {
  const auto shared = cores_that(topology, [&](const CpuCore& core) {
    return !core.isolated && std::ranges::find(cores, core.number) != cores.end();
  });
  if (cores.size() < 2 || shared.empty()) return;
  const std::string fact =
      "The scheduler puts other threads on " + core_or_cores(shared) + " as well";
  // A process does not run on isolated cores until it asks for them.
  const auto others =
      cores_that(topology, [](const CpuCore& core) { return core.isolated && !core.allowed; });
  if (others.size() > 1) {
    findings.push_back(
        {fact + ", and this process may not use the isolated " + core_or_cores(others) + ".",
         "start it by taskset -c " +
             list_of(cores_that(topology, [](const CpuCore&) { return true; }))});
    return;
  }
  const std::vector<int> free = cores_to_isolate(topology);
  findings.push_back(
      {fact + ".", free.empty() ? "use a computer with more cores, or end what else runs"
                                : "boot with isolcpus=" + list_of(free) + " nohz_full=" +
                                      list_of(free) + ", then start by taskset with these too"});
}

void find_in_host(const CpuTopology& topology, const std::vector<int>& cores,
                  std::vector<Finding>& findings) {
  const auto slowed = cores_that(topology, [](const CpuCore& core) {
    return core.allowed && !core.governor.empty() && core.governor != "performance";
  });
  if (!slowed.empty()) {
    findings.push_back({"The frequency of " + core_or_cores(slowed) + " goes up and down (" +
                            governors_of(topology, slowed) + ").",
                        "cpupower frequency-set -g performance, as root"});
  }
  find_in_isolation(topology, cores, findings);
  if (cores.size() > 1 && topology.core(cores[0]) != nullptr &&
      std::ranges::find(topology.core(cores[0])->siblings, cores[1]) !=
          topology.core(cores[0])->siblings.end()) {
    findings.push_back({"Cores " + list_of(cores) +
                            " are hardware threads of one core: a line's "
                            "way is short, and each slows the other down.",
                        "allow the process cores that are apart, with taskset"});
  }
  if (topology.huge_pages == "never") {
    findings.push_back({"There are no huge pages: books cost more to reach and to enter.",
                        "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled, as root"});
  }
  const auto allowed =
      cores_that(topology, [](const CpuCore& core) { return core.allowed; }).size();
  if (topology.processor_limit && *topology.processor_limit < static_cast<double>(allowed)) {
    findings.push_back({"A control group allows " + with_decimals(*topology.processor_limit, 2) +
                            " cores' worth of time on " + counted(allowed, "core") +
                            ": threads that spin use it up, and all then stand still.",
                        "lift the limit (cpu.max), or allow as few cores as it is worth"});
  }
  if (topology.virtual_machine.value_or(false)) {
    findings.push_back({"This is a virtual machine: its host may take a core away at any time.",
                        "measure on the metal, or have the cores dedicated"});
  }
}

void find_in_measures(const Diagnosis& diagnosis, std::vector<Finding>& findings) {
  if (diagnosis.hop.one_way && *diagnosis.hop.one_way > kFarHop) {
    findings.push_back({"A cache line takes " + duration_for_people(*diagnosis.hop.one_way) +
                            " from core to core: they are far apart.",
                        "try other pairs of cores: taskset -c A,B tapedeck doctor"});
  }
  const auto cost = clock_cost(diagnosis);
  if (cost && *cost > kSlowClock && diagnosis.machine.fit_for_figures()) {
    const bool is_tsc = diagnosis.topology.clock_source == "tsc";
    findings.push_back(
        {"A look at the clock takes " + duration_for_people(*cost) + "; its source is " +
             or_unknown(diagnosis.topology.clock_source) + ".",
         is_tsc ? "end what else runs on these cores"
                : "boot with clocksource=tsc, if the kernel has not found it unsteady"});
  }
  for (const CoreNoise& core : diagnosis.noise) {
    if (!core.noise || core.noise->worst() <= kLongHiccup) continue;
    findings.push_back({"Core " + std::to_string(core.core) + " was taken away for " +
                            duration_for_people(core.noise->worst()) + ".",
                        "end what else runs there, or isolate the core"});
  }
}

ordered_json or_null(const auto& optional) {
  return optional ? ordered_json(*optional) : ordered_json();
}

ordered_json json_of_core(const CpuCore& core, bool tells_siblings) {
  return {
      {"core", core.number},
      {"allowed", core.allowed},
      {"socket", or_null(core.socket)},
      {"siblings", tells_siblings ? ordered_json(core.siblings) : ordered_json()},
      {"governor", core.governor.empty() ? ordered_json() : ordered_json(printable(core.governor))},
      {"isolated", core.isolated},
      {"tickless", core.tickless}};
}

}  // namespace

Advice advice_for(const Diagnosis& diagnosis) {
  if (diagnosis.cores.size() < 2 || system::cores_to_burn(diagnosis.topology) < 2) {
    return {"--shards 0",
            "A core's worth of time: one thread does everything, and nothing is handed over."};
  }
  return {"--shards 1 --pin " + list_of(diagnosis.cores) + " --wait spin",
          "A core each for feed and shard. On cores that others need too: --wait auto."};
}

std::vector<Finding> findings_of(const Diagnosis& diagnosis) {
  std::vector<Finding> findings;
  find_in_host(diagnosis.topology, diagnosis.cores, findings);
  find_in_measures(diagnosis, findings);
  if (!diagnosis.machine.fit_for_figures()) {
    findings.push_back({"This is a " + build_kind(diagnosis.machine) +
                            " build: what it measures says nothing about the engine.",
                        "cmake --preset release && cmake --build --preset release"});
  }
  return findings;
}

std::string text_of(const Diagnosis& diagnosis) {
  const std::string taken = cores_taken_text(diagnosis.noise);
  std::string text = taken.empty() ? "" : "INVALID: " + taken + "\n\n";
  text += describe(diagnosis.machine) + "\n" + facts_of(diagnosis) + measures_of(diagnosis);
  const Advice advice = advice_for(diagnosis);
  text += "\nFor the lowest latency\n  " + advice.options + "\n  " + advice.why + "\n";
  const std::vector<Finding> findings = findings_of(diagnosis);
  text += findings.empty() ? "\nNothing is in the way.\n" : "\nIn the way\n";
  for (const Finding& finding : findings) {
    text += "  - " + finding.fact + "\n    " + finding.remedy + "\n";
  }
  return text;
}

ordered_json json_of(const Diagnosis& diagnosis) {
  const CpuTopology& topology = diagnosis.topology;
  ordered_json json = ordered_json::object();
  const std::string taken = cores_taken_text(diagnosis.noise);
  json["valid"] = taken.empty();
  json["why_invalid"] = taken.empty() ? ordered_json() : ordered_json(taken);
  json["machine"] = machine_json(diagnosis.machine);
  json["cores"] = ordered_json::array();
  for (const CpuCore& core : topology.cores)
    json["cores"].push_back(json_of_core(core, topology.tells_siblings));
  json["sockets"] = topology.sockets() == 0 ? ordered_json() : ordered_json(topology.sockets());
  json["clock_source"] = topology.clock_source.empty()
                             ? ordered_json()
                             : ordered_json(printable(topology.clock_source));
  json["steady_tsc"] = or_null(topology.steady_tsc);
  json["virtual_machine"] = or_null(topology.virtual_machine);
  json["huge_pages"] =
      topology.huge_pages.empty() ? ordered_json() : ordered_json(printable(topology.huge_pages));
  json["huge_pages_reserved"] = or_null(topology.huge_pages_reserved);
  json["processor_limit"] = or_null(topology.processor_limit);
  json["memory_limit_bytes"] = or_null(topology.memory_limit);
  json["measured_cores"] = diagnosis.cores;
  json["hop_ns"] =
      diagnosis.hop.one_way ? ordered_json(diagnosis.hop.one_way->value) : ordered_json();
  if (!diagnosis.hop.one_way) json["hop_why_none"] = diagnosis.hop.why_none;
  const auto cost = clock_cost(diagnosis);
  json["clock_ns"] = cost ? ordered_json(cost->value) : ordered_json();
  json["noise"] = noise_json(diagnosis.noise);
  const Advice advice = advice_for(diagnosis);
  json["advice"] = {{"options", advice.options}, {"why", advice.why}};
  json["findings"] = ordered_json::array();
  for (const Finding& finding : findings_of(diagnosis)) {
    json["findings"].push_back({{"fact", finding.fact}, {"remedy", finding.remedy}});
  }
  return json;
}

}  // namespace tapedeck::tools
