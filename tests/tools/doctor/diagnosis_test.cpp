// What a made-up computer is told about itself.
#include "tools/doctor/diagnosis.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tapedeck::tools {
namespace {

// Nothing is in its way.
Diagnosis fit() {
  Diagnosis diagnosis;
  diagnosis.machine.cpu_model = "A processor";
  diagnosis.topology.clock_source = "tsc";
  diagnosis.topology.steady_tsc = true;
  diagnosis.topology.huge_pages = "madvise";
  diagnosis.topology.tells_siblings = true;
  diagnosis.topology.virtual_machine = false;
  for (const int number : {0, 1, 2, 3}) {
    system::CpuCore core;
    core.number = number;
    core.allowed = core.isolated = core.tickless = number >= 2;
    core.socket = 0;
    core.siblings = {number};
    core.governor = "performance";
    diagnosis.topology.cores.push_back(core);
  }
  diagnosis.cores = {2, 3};
  diagnosis.hop.one_way = Nanos{45};
  for (const int number : {2, 3}) {
    system::SpinNoise noise;
    for (int i = 0; i < 10'000; ++i) noise.gaps.record(Nanos{25});
    noise.gaps.record(Nanos{4'000});
    noise.lasted = Nanos{kNanosPerSecond};
    diagnosis.noise.push_back({number, noise, {}});
  }
  return diagnosis;
}

void expect_one_finding(const Diagnosis& diagnosis, const std::string& fact) {
  const std::vector<Finding> findings = findings_of(diagnosis);
  ASSERT_EQ(findings.size(), 1U) << fact;
  EXPECT_NE(findings[0].fact.find(fact), std::string::npos) << findings[0].fact;
  EXPECT_NE(findings[0].remedy, "") << fact;
}

TEST(Diagnosis, OfAFitComputerFindsNothing) {
  EXPECT_TRUE(findings_of(fit()).empty()) << text_of(fit());
  EXPECT_EQ(advice_for(fit()).options, "--shards 1 --pin 2,3 --wait spin");
  EXPECT_NE(text_of(fit()).find("Nothing is in the way."), std::string::npos);
}

TEST(Diagnosis, FindsEachThingInTheWay) {
  Diagnosis ill = fit();
  ill.topology.cores[2].governor = "powersave";
  expect_one_finding(ill, "frequency of core 2 goes up and down (powersave)");
  ill = fit();
  ill.topology.cores[0].governor = "powersave";
  EXPECT_TRUE(findings_of(ill).empty()) << "a core that is not ours";
  ill = fit();
  ill.topology.cores[3].isolated = false;
  expect_one_finding(ill, "other threads on core 3 as well");
  ill = fit();
  ill.topology.cores[2].siblings = ill.topology.cores[3].siblings = {2, 3};
  expect_one_finding(ill, "hardware threads of one core");
  ill = fit();
  ill.topology.clock_source = "hpet";
  EXPECT_TRUE(findings_of(ill).empty()) << "it takes no longer";
  ill = fit();
  ill.topology.huge_pages = "never";
  expect_one_finding(ill, "no huge pages");
  ill = fit();
  ill.topology.processor_limit = 1.5;
  expect_one_finding(ill, "1.50 cores' worth");
  EXPECT_EQ(advice_for(ill).options, "--shards 0");
  ill = fit();
  ill.topology.virtual_machine = true;
  expect_one_finding(ill, "virtual machine");
  ill = fit();
  ill.hop.one_way = Nanos{400};
  expect_one_finding(ill, "far apart");
  ill = fit();
  ill.noise[1].noise->gaps.record(Nanos{7'000'000});
  expect_one_finding(ill, "Core 3 was taken away for 7.0 ms");
  ill = fit();
  for (int i = 0; i < 20'000; ++i) ill.noise[0].noise->gaps.record(Nanos{300});
  expect_one_finding(ill, "look at the clock takes 300 ns; its source is tsc");
  ill.topology.clock_source = "hpet";
  EXPECT_NE(findings_of(ill)[0].remedy.find("clocksource=tsc"), std::string::npos);
  ill = fit();
  ill.machine.sanitized = true;
  expect_one_finding(ill, "sanitized build");
}

// The kernel keeps the first core for itself, and leaves isolated ones out of every process's mask.
TEST(Diagnosis, IsolationIsAdvisedWhereItCanBeHad) {
  Diagnosis plain = fit();
  plain.cores = {0, 1};
  for (system::CpuCore& core : plain.topology.cores) {
    core.allowed = true;
    core.isolated = core.tickless = false;
  }
  const auto remedy = [&plain] { return findings_of(plain).at(0).remedy; };
  EXPECT_EQ(remedy(), "boot with isolcpus=2,3 nohz_full=2,3, then start by taskset with these too");
  for (const std::size_t i : {0U, 1U}) {
    plain.topology.cores[i].siblings =
        plain.topology.cores[i + 2].siblings = {static_cast<int>(i), static_cast<int>(i) + 2};
  }
  EXPECT_EQ(remedy().find("isolcpus"), std::string::npos) << "two cores of two threads: too few";

  plain = fit();
  plain.cores = {0, 1};
  for (system::CpuCore& core : plain.topology.cores) core.allowed = !core.isolated;
  expect_one_finding(plain, "may not use the isolated cores 2,3");
  EXPECT_EQ(remedy(), "start it by taskset -c 0,1,2,3");
}

TEST(Diagnosis, OfOneCoreSendsNothingFromThreadToThread) {
  Diagnosis alone = fit();
  alone.cores = {2};
  alone.topology.cores[3].allowed = false;
  alone.noise.pop_back();
  alone.hop = {{}, "this process may use one core only"};
  EXPECT_EQ(advice_for(alone).options, "--shards 0");
  EXPECT_NE(text_of(alone).find("not measured: this process may use one core only"),
            std::string::npos);
  const auto json = json_of(alone);
  EXPECT_TRUE(json["hop_ns"].is_null());
  EXPECT_EQ(json["hop_why_none"], "this process may use one core only");
}

TEST(Diagnosis, JsonHasTheFactsAndTheMeasures) {
  const auto json = json_of(fit());
  EXPECT_EQ(json["cores"].size(), 4U);
  EXPECT_EQ(json["cores"][3]["isolated"], true);
  EXPECT_EQ(json["sockets"], 1);
  EXPECT_EQ(json["hop_ns"], 45);
  EXPECT_EQ(json["clock_ns"], 25);
  EXPECT_EQ(json["noise"][1]["core"], 3);
  EXPECT_EQ(json["noise"][1]["max"], 4'000);
  EXPECT_EQ(json["noise"][1]["count"], 10'001);
  EXPECT_TRUE(json["processor_limit"].is_null());
  EXPECT_EQ(json["advice"]["options"], "--shards 1 --pin 2,3 --wait spin");
  EXPECT_TRUE(json["findings"].empty());
}

// Of a system that tells nothing, nothing is made up.
TEST(Diagnosis, WhatIsNotKnownIsSaidToBeUnknown) {
  Diagnosis silent;
  silent.cores = {0, 1};
  silent.noise = {{0, {}, "no thread can be pinned to core 0: it is on any of 2 cpus"}};
  const std::string text = text_of(silent);
  for (const char* row :
       {"sockets           unknown", "hardware threads  unknown", "governor          unknown",
        "clock             unknown", "steady TSC        unknown", "huge pages        unknown",
        "virtual machine   unknown"}) {
    EXPECT_NE(text.find(row), std::string::npos) << row << "\n" << text;
  }
  for (const char* fact : {"sockets", "steady_tsc", "huge_pages", "huge_pages_reserved",
                           "virtual_machine", "processor_limit", "memory_limit_bytes"}) {
    EXPECT_TRUE(json_of(silent)[fact].is_null()) << fact;
  }
  EXPECT_NE(text.find("not measured: no thread can be pinned to core 0"), std::string::npos);
  EXPECT_TRUE(json_of(silent)["clock_ns"].is_null());
  EXPECT_TRUE(json_of(silent)["clock_source"].is_null());
}

}  // namespace
}  // namespace tapedeck::tools
