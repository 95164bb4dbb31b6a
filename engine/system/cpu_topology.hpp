// The parts of this computer that matter for latency, as the system reports them: cores and their
// settings, clocks, pages, limits. No root is needed.
//
// Sources: Linux, Documentation/ABI/testing/sysfs-devices-system-cpu, admin-guide/cgroup-v1 and
// cgroup-v2, admin-guide/mm/transhuge, proc(5). Values that the system does not report are left
// empty.
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
  std::vector<int> siblings;  // the hardware threads of the same physical core, itself included
  std::string governor;       // of the core's frequency: "performance", "powersave", ...
  bool isolated = false;      // the scheduler places no thread there by itself
  bool tickless = false;      // no timer interrupt while one thread alone runs there
};

struct CpuTopology {
  std::vector<CpuCore> cores;              // online or allowed, ascending
  bool tells_siblings = false;             // false: every hardware thread counts as a core
  std::string clock_source;                // "tsc", "kvm-clock", "hpet", ...
  std::optional<bool> steady_tsc;          // the processor has constant_tsc and nonstop_tsc
  std::optional<bool> virtual_machine;     // under a hypervisor
  std::string huge_pages;                  // transparent ones: "always", "madvise", "never"
  std::optional<u64> huge_pages_reserved;  // number of hugetlbfs pages
  std::optional<double> processor_limit;   // by a control group: CPU time, in cores
  std::optional<u64> memory_limit;         // by a control group, bytes

  [[nodiscard]] const CpuCore* core(int number) const;
  [[nodiscard]] std::size_t sockets() const;
  /// The hardware threads of each physical core, the lowest first.
  [[nodiscard]] std::vector<std::vector<int>> physical_cores() const;
};

/// Reads the topology of this computer. Any thread. `root`: where proc and sys are, for tests.
/// `allowed`: the cores that the process may use.
[[nodiscard]] CpuTopology this_cpu_topology(const std::filesystem::path& root = "/",
                                            const std::vector<int>& allowed = allowed_cores());

/// Returns the numbers in a list of the kernel, such as "0-3,8", in the order of the list, which is
/// ascending. Empty for any other text, and for a list of more than 65,536 numbers.
[[nodiscard]] std::vector<int> core_list(std::string_view text);

/// Returns the allowed cores in the order in which they should be assigned to threads that work
/// together: isolated cores first, if they cover at least two physical cores; then first hardware
/// threads before second ones; then by socket; then by number.
[[nodiscard]] std::vector<int> cores_in_order_of_use(const CpuTopology& topology);

/// Returns how many threads may spin, each on a core of its own: as many as there are allowed
/// cores, or fewer where a control group's limit is lower. At least 1.
[[nodiscard]] std::size_t cores_to_burn(const CpuTopology& topology);

}  // namespace tapedeck::system
