// What of this computer matters for latency, as the system tells it: cores and how they are kept,
// clocks, pages, limits. No root is needed.
//
// Sources: Linux, Documentation/ABI/testing/sysfs-devices-system-cpu, admin-guide/cgroup-v1 and
// cgroup-v2, admin-guide/mm/transhuge, proc(5). What the system does not tell is left empty.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/types.hpp"
#include "engine/system/pinning.hpp"

namespace tapedeck::system {

struct CpuCore {
  int number = 0;
  bool allowed = false;  // this process may use it
  std::optional<int> socket;
  std::vector<int> siblings;  // hardware threads of its core, itself among them
  std::string governor;       // of its frequency: "performance", "powersave", ...
  bool isolated = false;      // from the scheduler, which puts nothing there by itself
  bool tickless = false;      // no timer interrupt while one thread alone runs there
};

struct CpuTopology {
  std::vector<CpuCore> cores;              // online or allowed, ascending
  bool tells_siblings = false;             // else every core is taken for one of its own
  std::string clock_source;                // "tsc", "kvm-clock", "hpet", ...
  std::optional<bool> steady_tsc;          // constant_tsc and nonstop_tsc
  std::optional<bool> virtual_machine;     // a hypervisor is below
  std::string huge_pages;                  // transparent ones: "always", "madvise", "never"
  std::optional<u64> huge_pages_reserved;  // of hugetlbfs
  std::optional<double> processor_limit;   // by a control group: so many cores' worth of time
  std::optional<u64> memory_limit;         // by a control group, bytes

  [[nodiscard]] const CpuCore* core(int number) const;
  [[nodiscard]] std::size_t sockets() const;
  /// By physical core its hardware threads, the lowest first.
  [[nodiscard]] std::vector<std::vector<int>> physical_cores() const;
};

/// Any thread. `root`: where proc and sys are, for tests. `allowed`: what the process may use.
[[nodiscard]] CpuTopology this_cpu_topology(const std::filesystem::path& root = "/",
                                            const std::vector<int>& allowed = allowed_cores());

/// The numbers in a list of the kernel's, "0-3,8": ascending as they stand. Empty for anything that
/// is no such list, and for one that names more than 65,536.
[[nodiscard]] std::vector<int> core_list(std::string_view text);

/// The allowed cores in the order in which they should be given to threads that work together:
/// isolated ones first, if there are two that are no hardware threads of one core; a core's second
/// hardware thread only when every core has a first; those of one socket before the next.
[[nodiscard]] std::vector<int> cores_in_order_of_use(const CpuTopology& topology);

/// How many threads may burn a core each: allowed cores, or fewer where a control group's limit
/// is lower. 1 at least.
[[nodiscard]] std::size_t cores_to_burn(const CpuTopology& topology);

}  // namespace tapedeck::system
