// The properties of this computer that matter for latency, as Linux reports them: cores and their
// settings, clocks, pages, limits. Needs no root rights.
//
// Sources: Linux, Documentation/ABI/testing/sysfs-devices-system-cpu, admin-guide/cgroup-v1 and
// cgroup-v2, admin-guide/mm/transhuge, proc(5). A value that the system does not report stays
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
  std::vector<int> siblings;  // the hardware threads of the same physical core, this one included
  std::string governor;       // frequency governor: "performance", "powersave", ...
  bool isolated = false;      // the scheduler itself places no thread on this core
  bool tickless = false;      // no timer interrupts while only one thread runs on this core
};

struct CpuTopology {
  std::vector<CpuCore> cores;              // online or allowed, ascending
  bool tells_siblings = false;             // if false, every hardware thread counts as a core
  std::string clock_source;                // "tsc", "kvm-clock", "hpet", ...
  std::optional<bool> steady_tsc;          // the processor has constant_tsc and nonstop_tsc
  std::optional<bool> virtual_machine;     // under a hypervisor
  std::string huge_pages;                  // transparent huge pages: "always", "madvise", "never"
  std::optional<u64> huge_pages_reserved;  // number of hugetlbfs pages
  std::optional<double> processor_limit;   // a control group's limit of CPU time, in cores
  std::optional<u64> memory_limit;         // a control group's limit of memory, in bytes

  [[nodiscard]] const CpuCore* core(int number) const;
  [[nodiscard]] std::size_t sockets() const;
  /// Returns the hardware threads of each physical core, the lowest number first.
  [[nodiscard]] std::vector<std::vector<int>> physical_cores() const;
};

/// Reads the topology of this computer. Any thread. `root` is the folder that contains proc and
/// sys, for tests. `allowed` lists the cores that the process may use.
[[nodiscard]] CpuTopology this_cpu_topology(const std::filesystem::path& root = "/",
                                            const std::vector<int>& allowed = allowed_cores());

/// Parses a list of cores as the kernel writes it, such as "0-3,8". Returns the numbers in the
/// order of the list, which the kernel writes in ascending order. Returns nothing for any other
/// text, and for a list of more than 65,536 numbers.
[[nodiscard]] std::vector<int> core_list(std::string_view text);

/// Returns the allowed cores in the order in which threads that work together should get them. The
/// sort keys, the most significant first:
/// 1. Isolated cores come first. This key is used only if the first allowed hardware threads of at
///    least two physical cores are isolated.
/// 2. The first allowed hardware threads of all physical cores come before all second ones.
/// 3. The socket.
/// 4. The number.
[[nodiscard]] std::vector<int> cores_in_order_of_use(const CpuTopology& topology);

/// Returns how many threads may spin, each on a core of its own: the number of allowed cores, or a
/// control group's limit of CPU time if that is lower. At least 1.
[[nodiscard]] std::size_t cores_to_burn(const CpuTopology& topology);

}  // namespace tapedeck::system
