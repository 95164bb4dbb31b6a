// `tapedeck doctor` as its user runs it: true facts of this computer, no root, no file needed.
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/command.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;

class Doctor : public ::testing::Test {
 protected:
  test::TemporaryFolder folder_{"doctor"};
  test::Command command_{folder_};
};

TEST_F(Doctor, TellsTheFactsOfThisComputer) {
  const Outcome run = command_.run({"doctor", "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json result = run.json();
  EXPECT_EQ(static_cast<long>(result["cores"].size()), ::sysconf(_SC_NPROCESSORS_ONLN));
  cpu_set_t ours;
  ASSERT_EQ(::sched_getaffinity(0, sizeof ours, &ours), 0);
  for (const json& core : result["cores"]) {
    EXPECT_EQ(core["allowed"], CPU_ISSET(core["core"].get<std::size_t>(), &ours) != 0);
  }
  std::string clock =
      test::file_content("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  if (!clock.empty()) clock.pop_back();
  EXPECT_EQ(result["clock_source"], clock.empty() ? json() : json(clock));
  const std::string huge = test::file_content("/sys/kernel/mm/transparent_hugepage/enabled");
  if (result["huge_pages"].is_string()) {
    EXPECT_NE(huge.find("[" + result["huge_pages"].get<std::string>() + "]"), std::string::npos);
  }
  const std::string cpuinfo = test::file_content("/proc/cpuinfo");
  if (result["virtual_machine"].is_boolean()) {
    EXPECT_EQ(result["virtual_machine"], cpuinfo.find(" hypervisor") != std::string::npos);
  }
  EXPECT_NE(cpuinfo.find(result["machine"]["cpu"].get<std::string>()), std::string::npos);
}

TEST_F(Doctor, MeasuresTheCoresThatItNames) {
  const json result = command_.run({"doctor", "--json"}).json();
  const auto cores = result["measured_cores"].get<std::vector<int>>();
  ASSERT_FALSE(cores.empty());
  ASSERT_EQ(result["noise"].size(), cores.size());
  for (std::size_t i = 0; i < cores.size(); ++i) {
    const json& noise = result["noise"][i];
    EXPECT_EQ(noise["core"], cores[i]);
    EXPECT_GE(noise["lasted_ns"], 1'000'000'000);
    EXPECT_GT(noise["count"], 0);
    EXPECT_LE(noise["p50"], noise["p99.9"]);
    EXPECT_LE(noise["p99.9"], noise["max"]);
  }
  EXPECT_EQ(result["hop_ns"].is_null(), result.contains("hop_why_none"));
}

TEST_F(Doctor, WhatItAdvisesIsAccepted) {
  const json result = command_.run({"doctor", "--json"}).json();
  std::vector<std::string> words{"simulate", "--events", "1000", "--instruments",
                                 "2",        "--rate",   "max",  "--json"};
  std::istringstream options{result["advice"]["options"].get<std::string>()};
  for (std::string word; options >> word;) words.push_back(word);
  const Outcome run = command_.run(words);
  EXPECT_EQ(run.exit_code, 0) << run.err;
}

TEST_F(Doctor, SaysTheSameToPeople) {
  const Outcome run = command_.run({"doctor"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  for (const char* part : {"This computer", "Measured", "For the lowest latency", "--shards "}) {
    EXPECT_NE(run.out.find(part), std::string::npos) << part << run.out;
  }
}

TEST_F(Doctor, TakesNothingThatItDoesNotKnow) {
  const Outcome run = command_.run({"doctor", "--cores", "2"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_FALSE(run.err.empty());
}

}  // namespace
}  // namespace tapedeck
