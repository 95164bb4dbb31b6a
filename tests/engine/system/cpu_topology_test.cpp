// A computer as the kernel tells of it: made up, in a folder, and the one that this runs on.
#include "engine/system/cpu_topology.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/temporary_folder.hpp"

namespace tapedeck::system {
namespace {

using Cores = std::vector<int>;

class CpuTopologyTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& content) {
    const std::filesystem::path path = folder_.path(name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << content;
  }
  void write_core(int number, int socket, const std::string& siblings) {
    const std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(number) + "/topology/";
    write(folder + "physical_package_id", std::to_string(socket) + "\n");
    write(folder + "thread_siblings_list", siblings + "\n");
  }
  // Two sockets of two cores of two hardware threads, as servers number them.
  void write_server() {
    write("sys/devices/system/cpu/online", "0-7\n");
    for (int number = 0; number < 8; ++number) {
      const int first = number % 4;
      write_core(number, first / 2, std::to_string(first) + "," + std::to_string(first + 4));
    }
  }
  CpuTopology topology(const Cores& allowed) {
    return this_cpu_topology(folder_.path(""), allowed);
  }

  test::TemporaryFolder folder_{"host"};
};

TEST(CoreList, IsWhatTheKernelMeansByIt) {
  EXPECT_EQ(core_list("0"), Cores{0});
  EXPECT_EQ(core_list("0-3,8,10-11"), (Cores{0, 1, 2, 3, 8, 10, 11}));
  for (const char* text :
       {"", "a", "1-", "-1", "3-1", "1-2-3", "0-99999999", "1,,2", "0-65535,7"}) {
    EXPECT_EQ(core_list(text), Cores{}) << text;
  }
}

TEST_F(CpuTopologyTest, TellsWhatTheSystemTells) {
  write_server();
  write("sys/devices/system/cpu/isolated", "2-3\n");
  write("sys/devices/system/cpu/nohz_full", "3\n");
  write("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave\n");
  write("sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n");
  write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
  write("proc/meminfo", "MemTotal: 5 kB\nHugePages_Total:      12\n");
  write("proc/cpuinfo", "processor: 0\nflags\t\t: fpu constant_tsc nonstop_tsc hypervisor\n");
  const CpuTopology got = topology({1, 3});
  ASSERT_EQ(got.cores.size(), 8U);
  EXPECT_EQ(got.sockets(), 2U);
  EXPECT_EQ(got.core(1)->governor, "powersave");
  EXPECT_EQ(got.core(2)->governor, "");
  EXPECT_EQ(got.core(6)->siblings, (Cores{2, 6}));
  EXPECT_EQ(got.core(6)->socket, 1);
  EXPECT_TRUE(got.core(3)->allowed && got.core(3)->isolated && got.core(3)->tickless);
  EXPECT_FALSE(got.core(2)->allowed || got.core(2)->tickless);
  EXPECT_EQ(got.core(8), nullptr);
  EXPECT_EQ(got.clock_source, "hpet");
  EXPECT_EQ(got.huge_pages, "madvise");
  EXPECT_EQ(got.huge_pages_reserved, 12U);
  EXPECT_EQ(got.steady_tsc, true);
  EXPECT_EQ(got.virtual_machine, true);
  EXPECT_TRUE(got.tells_siblings);
}

TEST_F(CpuTopologyTest, WhatIsNotToldIsEmpty) {
  const CpuTopology got = topology({4, 5});
  ASSERT_EQ(got.cores.size(), 2U) << "those allowed are online";
  EXPECT_EQ(got.core(4)->siblings, Cores{4});
  EXPECT_FALSE(got.core(4)->socket);
  EXPECT_EQ(got.sockets(), 0U);
  EXPECT_EQ(got.clock_source, "");
  EXPECT_EQ(got.huge_pages, "");
  EXPECT_FALSE(got.steady_tsc || got.virtual_machine || got.huge_pages_reserved);
  EXPECT_FALSE(got.processor_limit || got.memory_limit || got.tells_siblings);
  EXPECT_EQ(got.physical_cores(), (std::vector<Cores>{{4}, {5}}));
}

TEST_F(CpuTopologyTest, NonsenseIsTakenForNothing) {
  write("sys/devices/system/cpu/online", "0-x\n");
  write("sys/kernel/mm/transparent_hugepage/enabled", "] [\n");
  write("proc/meminfo", "HugePages_Total: many\n");
  write("proc/self/cgroup", "0\n::\n:::::\n0::/a\n");
  write("sys/fs/cgroup/a/cpu.max", "100 0\n");
  write("sys/fs/cgroup/a/memory.max", "-5\n");
  const CpuTopology got = topology({0});
  EXPECT_EQ(got.cores.size(), 1U);
  EXPECT_EQ(got.huge_pages, "");
  EXPECT_FALSE(got.huge_pages_reserved);
  EXPECT_FALSE(got.processor_limit || got.memory_limit);
}

// The lowest of a group's limit and those of all the groups it is in.
TEST_F(CpuTopologyTest, LimitsAreThoseOfEveryGroupAbove) {
  write_server();
  write("proc/self/cgroup", "0::/outer/inner\n");
  write("sys/fs/cgroup/outer/cpu.max", "250000 100000\n");
  write("sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
  write("sys/fs/cgroup/outer/memory.max", "max\n");
  write("sys/fs/cgroup/outer/inner/memory.max", "1048576\n");
  const CpuTopology got = topology({0, 1, 2, 3});
  EXPECT_DOUBLE_EQ(got.processor_limit.value_or(0), 2.5);
  EXPECT_EQ(got.memory_limit, 1'048'576U);
  EXPECT_EQ(cores_to_burn(got), 2U);
  EXPECT_EQ(cores_to_burn(topology({5})), 1U);
  write("proc/self/cgroup", "0::/outer/box:cri:1\n");
  write("sys/fs/cgroup/outer/box:cri:1/memory.max", "4096\n");
  EXPECT_EQ(topology({0}).memory_limit, 4'096U) << "a path may hold colons";
}

// A container may be told of fewer cores than it has.
TEST_F(CpuTopologyTest, AllowedCoresThatAreNotSaidToBeOnlineAreThere) {
  write("sys/devices/system/cpu/online", "0-1\n");
  const CpuTopology got = topology({4, 5});
  EXPECT_EQ(cores_in_order_of_use(got), (Cores{4, 5}));
  EXPECT_EQ(cores_to_burn(got), 2U);
}

TEST_F(CpuTopologyTest, LimitsOfTheFirstVersionCountToo) {
  write("proc/self/cgroup", "4:memory:/box\n1:cpu,cpuacct:/box\n0::/\n");
  write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  write("sys/fs/cgroup/cpu/box/cpu.cfs_quota_us", "50000\n");
  write("sys/fs/cgroup/cpu/box/cpu.cfs_period_us", "100000\n");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  write("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "4096\n");
  const CpuTopology got = topology({0, 1});
  EXPECT_DOUBLE_EQ(got.processor_limit.value_or(0), 0.5);
  EXPECT_EQ(got.memory_limit, 4'096U);
  EXPECT_EQ(cores_to_burn(got), 1U);
}

TEST_F(CpuTopologyTest, ThreadsGetCoresOfTheirOwnBeforeTheyShareOne) {
  write_server();
  EXPECT_EQ(cores_in_order_of_use(topology({0, 1, 2, 3, 4, 5, 6, 7})),
            (Cores{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(topology({0}).physical_cores(), (std::vector<Cores>{{0, 4}, {1, 5}, {2, 6}, {3, 7}}));
  // Where both threads of a core come one after the other.
  for (int number = 0; number < 8; ++number) {
    const int first = number / 2 * 2;
    write_core(number, number / 4, std::to_string(first) + "-" + std::to_string(first + 1));
  }
  EXPECT_EQ(cores_in_order_of_use(topology({0, 1, 2, 3, 4, 5, 6, 7})),
            (Cores{0, 2, 4, 6, 1, 3, 5, 7}));
  EXPECT_EQ(cores_in_order_of_use(topology({1, 2, 3})), (Cores{1, 2, 3}))
      << "a sibling that may not be used takes nothing away";
}

TEST_F(CpuTopologyTest, IsolatedCoresComeFirstIfTwoCanWorkTogether) {
  write_server();
  write("sys/devices/system/cpu/isolated", "2,3\n");
  EXPECT_EQ(cores_in_order_of_use(topology({0, 1, 2, 3})), (Cores{2, 3, 0, 1}));
  EXPECT_EQ(cores_in_order_of_use(topology({0, 1, 3})), (Cores{0, 1, 3}));
  write("sys/devices/system/cpu/isolated", "3,7\n");
  EXPECT_EQ(cores_in_order_of_use(topology({0, 1, 2, 3, 7})), (Cores{0, 1, 2, 3, 7}))
      << "two threads of one core are not apart";
}

// This computer, by other ways to the same facts.
TEST(ThisCpuTopology, IsWhatOtherWaysSay) {
  const CpuTopology got = this_cpu_topology();
  EXPECT_EQ(static_cast<long>(got.cores.size()), ::sysconf(_SC_NPROCESSORS_ONLN));
  EXPECT_EQ(Cores(cores_in_order_of_use(got)).size(), allowed_cores().size());
  std::ifstream cpuinfo{"/proc/cpuinfo"};
  std::size_t processors = 0;
  bool hypervisor = false;
  for (std::string line; std::getline(cpuinfo, line);) {
    processors += line.starts_with("processor\t") ? 1U : 0U;
    hypervisor |= line.starts_with("flags") && line.find(" hypervisor") != std::string::npos;
  }
  EXPECT_EQ(got.cores.size(), processors);
  EXPECT_EQ(got.virtual_machine.value_or(false), hypervisor);
  for (const CpuCore& core : got.cores) {
    const std::string folder = "/sys/devices/system/cpu/cpu" + std::to_string(core.number);
    const std::string socket = test::file_content(folder + "/topology/physical_package_id");
    EXPECT_EQ(core.socket ? std::to_string(*core.socket) + "\n" : "", socket);
    const std::string governor = test::file_content(folder + "/cpufreq/scaling_governor");
    EXPECT_EQ(core.governor.empty() ? "" : core.governor + "\n", governor);
  }
  const std::string source = got.clock_source.empty() ? "" : got.clock_source + "\n";
  EXPECT_EQ(source,
            test::file_content("/sys/devices/system/clocksource/clocksource0/current_clocksource"));
}

}  // namespace
}  // namespace tapedeck::system
