#include "engine/system/cpu_topology.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

#include "engine/core/decimal.hpp"
#include "engine/core/text.hpp"

namespace tapedeck::system {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostCores = 65'536;

// Returns the first line without its end; empty where there is no such file.
std::string line_of(const fs::path& path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\0')) line.pop_back();
  return line;
}

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream file{path};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

bool contains(const std::vector<int>& numbers, int number) {
  return std::ranges::find(numbers, number) != numbers.end();
}

// Returns the choice in brackets: "madvise" of "always [madvise] never".
std::string chosen_of(const std::string& choices) {
  const auto begin = choices.find('[');
  const auto end = choices.find(']');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  return choices.substr(begin + 1, end - begin - 1);
}

// The first processor's flags, each between blanks; empty where there are none.
std::string processor_flags(const fs::path& root) {
  for (const std::string& line : lines_of(root / "proc/cpuinfo")) {
    if (line.starts_with("flags")) return line.substr(line.find(':') + 1) + " ";
  }
  return {};
}

CpuCore core_of(const fs::path& cpus, int number) {
  CpuCore core;
  core.number = number;
  const fs::path folder = cpus / ("cpu" + std::to_string(number));
  if (const auto socket = parse_integer(line_of(folder / "topology/physical_package_id"))) {
    core.socket = static_cast<int>(*socket);
  }
  core.siblings = core_list(line_of(folder / "topology/thread_siblings_list"));
  if (!contains(core.siblings, number)) core.siblings = {number};
  core.governor = line_of(folder / "cpufreq/scaling_governor");
  return core;
}

std::optional<u64> reserved_huge_pages(const fs::path& root) {
  constexpr std::string_view kName = "HugePages_Total:";
  for (const std::string& line : lines_of(root / "proc/meminfo")) {
    if (!line.starts_with(kName)) continue;
    std::istringstream number{line.substr(kName.size())};
    u64 pages = 0;
    if (number >> pages) return pages;
  }
  return {};
}

// The folders of this process's group and of all groups above it, whose limits apply as well.
std::vector<fs::path> group_folders(const fs::path& root, const std::string& controller) {
  const bool is_v2 = controller.empty();
  for (const std::string& line : lines_of(root / "proc/self/cgroup")) {
    // number:controllers:path; a path may hold colons itself.
    const auto first = line.find(':');
    const auto second = line.find(':', first == std::string::npos ? first : first + 1);
    if (second == std::string::npos) continue;
    const std::string number = line.substr(0, first);
    const std::string all = line.substr(first + 1, second - first - 1);
    const std::vector<std::string> controllers = split(all, ',');
    if (is_v2 ? number != "0" || !all.empty()
              : std::ranges::find(controllers, controller) == controllers.end()) {
      continue;
    }
    std::vector<fs::path> folders{root / "sys/fs/cgroup" / controller};
    for (const fs::path& part : fs::path{line.substr(second + 1)}.relative_path()) {
      folders.push_back(folders.back() / part);
    }
    return folders;
  }
  return {};
}

template <class T>
void keep_lowest(std::optional<T>& lowest, T value) {
  lowest = lowest ? std::min(*lowest, value) : value;
}

std::optional<double> processor_limit(const fs::path& root) {
  std::optional<double> lowest;
  for (const fs::path& folder : group_folders(root, "")) {
    const std::vector<std::string> parts = split(line_of(folder / "cpu.max"), ' ');
    if (parts.size() != 2) continue;  // "max 100000", or microseconds in a period
    const auto time = parse_integer(parts[0]);
    const auto of = parse_integer(parts[1]);
    if (time && of && *of > 0)
      keep_lowest(lowest, static_cast<double>(*time) / static_cast<double>(*of));
  }
  for (const fs::path& folder : group_folders(root, "cpu")) {
    const auto time = parse_integer(line_of(folder / "cpu.cfs_quota_us"));  // -1: no limit
    const auto of = parse_integer(line_of(folder / "cpu.cfs_period_us"));
    if (time && of && *time > 0 && *of > 0) {
      keep_lowest(lowest, static_cast<double>(*time) / static_cast<double>(*of));
    }
  }
  return lowest;
}

std::optional<u64> memory_limit(const fs::path& root) {
  std::optional<u64> lowest;
  const auto look_at = [&](const fs::path& file) {
    // "max", or a number close to the largest i64, where there is no limit.
    const auto bytes = parse_integer(line_of(file));
    if (bytes && *bytes > 0 && *bytes < INT64_MAX / 2)
      keep_lowest(lowest, static_cast<u64>(*bytes));
  };
  for (const fs::path& folder : group_folders(root, "")) look_at(folder / "memory.max");
  for (const fs::path& folder : group_folders(root, "memory")) {
    look_at(folder / "memory.limit_in_bytes");
  }
  return lowest;
}

}  // namespace

const CpuCore* CpuTopology::core(int number) const {
  const auto found = std::ranges::find(cores, number, &CpuCore::number);
  return found != cores.end() ? &*found : nullptr;
}

std::size_t CpuTopology::sockets() const {
  std::set<int> known;
  for (const CpuCore& core : cores) {
    if (core.socket) known.insert(*core.socket);
  }
  return known.size();
}

std::vector<std::vector<int>> CpuTopology::physical_cores() const {
  std::vector<std::vector<int>> physical;
  for (const CpuCore& core : cores) {
    const bool first = std::ranges::none_of(core.siblings, [&](int sibling) {
      return sibling < core.number && this->core(sibling) != nullptr;
    });
    if (first) physical.push_back(core.siblings);
  }
  return physical;
}

CpuTopology this_cpu_topology(const fs::path& root, const std::vector<int>& allowed) {
  CpuTopology topology;
  const fs::path cpus = root / "sys/devices/system/cpu";
  std::vector<int> online = core_list(line_of(cpus / "online"));
  for (const int number : allowed) {
    if (!contains(online, number)) online.push_back(number);
  }
  std::ranges::sort(online);
  const std::vector<int> isolated = core_list(line_of(cpus / "isolated"));
  const std::vector<int> tickless = core_list(line_of(cpus / "nohz_full"));
  for (const int number : online) {
    CpuCore core = core_of(cpus, number);
    core.allowed = contains(allowed, number);
    topology.tells_siblings |=
        fs::exists(cpus / ("cpu" + std::to_string(number)) / "topology/thread_siblings_list");
    core.isolated = contains(isolated, number);
    core.tickless = contains(tickless, number);
    topology.cores.push_back(std::move(core));
  }
  topology.clock_source =
      line_of(root / "sys/devices/system/clocksource/clocksource0/current_clocksource");
  const std::string flags = processor_flags(root);
  const auto has = [&](const std::string& flag) {
    return flags.find(" " + flag + " ") != std::string::npos;
  };
  if (!flags.empty()) {
    topology.steady_tsc = has("constant_tsc") && has("nonstop_tsc");
    topology.virtual_machine = has("hypervisor");
  }
  topology.huge_pages = chosen_of(line_of(root / "sys/kernel/mm/transparent_hugepage/enabled"));
  topology.huge_pages_reserved = reserved_huge_pages(root);
  topology.processor_limit = processor_limit(root);
  topology.memory_limit = memory_limit(root);
  return topology;
}

std::vector<int> core_list(std::string_view text) {
  std::vector<int> cores;
  if (text.empty()) return cores;
  for (const std::string& part : split(text, ',')) {
    const std::vector<std::string> ends = split(part, '-');
    const auto first = parse_integer(ends.front());
    const auto last = parse_integer(ends.back());
    if (ends.size() > 2 || !first || !last || *first < 0 || *last < *first ||
        static_cast<u64>(*last - *first) + cores.size() >= kMostCores) {
      return {};
    }
    for (i64 core = *first; core <= *last; ++core) cores.push_back(static_cast<int>(core));
  }
  return cores;
}

std::vector<int> cores_in_order_of_use(const CpuTopology& topology) {
  // Counts the allowed hardware threads of the same core that come before this one.
  const auto before = [&topology](const CpuCore& core) {
    return std::ranges::count_if(core.siblings, [&](int sibling) {
      const CpuCore* const other = topology.core(sibling);
      return sibling < core.number && other != nullptr && other->allowed;
    });
  };
  const auto isolated = std::ranges::count_if(topology.cores, [&](const CpuCore& core) {
    return core.allowed && core.isolated && before(core) == 0;
  });
  using Order = std::tuple<bool, i64, int, int>;
  std::vector<std::pair<Order, int>> keyed;
  for (const CpuCore& core : topology.cores) {
    if (!core.allowed) continue;
    keyed.push_back(
        {{isolated >= 2 && !core.isolated, before(core), core.socket.value_or(0), core.number},
         core.number});
  }
  std::ranges::sort(keyed);
  std::vector<int> cores;
  cores.reserve(keyed.size());
  for (const auto& [order, core] : keyed) cores.push_back(core);
  return cores;
}

std::size_t cores_to_burn(const CpuTopology& topology) {
  auto cores = static_cast<std::size_t>(
      std::ranges::count_if(topology.cores, [](const CpuCore& core) { return core.allowed; }));
  if (topology.processor_limit && *topology.processor_limit < static_cast<double>(cores)) {
    cores = static_cast<std::size_t>(*topology.processor_limit);
  }
  return std::max<std::size_t>(1, cores);
}

}  // namespace tapedeck::system
