// `tapedeck doctor` as its user runs it: true facts of this computer, no root, no file needed.
#include <atomic>
#include <fstream>
#include <thread>
#include <vector>

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
  const Outcome run = command_.run({"doctor", "--watch", "10ms", "--json"});
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
  const json result = command_.run({"doctor", "--watch", "10ms", "--json"}).json();
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

// Spins on every core that this process may use, for as long as it lives.
class BusyCores {
 public:
  BusyCores() {
    for (long i = 0; i < ::sysconf(_SC_NPROCESSORS_ONLN); ++i) {
      threads_.emplace_back([i, this] {
        cpu_set_t core;
        CPU_ZERO(&core);
        CPU_SET(static_cast<std::size_t>(i), &core);
        ::pthread_setaffinity_np(::pthread_self(), sizeof core, &core);
        while (!ended_.load(std::memory_order_relaxed)) {
        }
      });
    }
  }
  BusyCores(const BusyCores&) = delete;
  BusyCores& operator=(const BusyCores&) = delete;
  ~BusyCores() {
    ended_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::atomic<bool> ended_{false};
  std::vector<std::thread> threads_;
};

TEST_F(Doctor, SaysFirstThatOthersHaveTheCores) {
  const BusyCores busy;
  const json result = command_.run({"doctor", "--watch", "200ms", "--json"}).json();
  EXPECT_EQ(result["valid"], false);
  EXPECT_NE(result["why_invalid"].get<std::string>().find("others took "), std::string::npos);
  EXPECT_GT(result["noise"][0]["taken"], 0.1);
  const Outcome text = command_.run({"doctor", "--watch", "200ms"});
  EXPECT_TRUE(text.out.starts_with("INVALID: others took ")) << text.out;
}

TEST_F(Doctor, ABenchmarkOnTakenCoresIsNotValid) {
  const BusyCores busy;
  const Outcome run = command_.run({"bench", "latency", "--rate", "1k", "--duration", "200ms",
                                    "--warm-up", "0", "--watch", "200ms", "--quiet", "--json"});
  EXPECT_EQ(run.exit_code, 4) << run.err;
  EXPECT_EQ(run.json()["valid"], false);
  EXPECT_TRUE(run.json()["why_invalid"].get<std::string>().starts_with("others took "));
  const Outcome text =
      command_.run({"bench", "saturate", "--first", "1k", "--last", "2k", "--duration", "100ms",
                    "--warm-up", "0", "--watch", "200ms", "--quiet"});
  EXPECT_EQ(text.exit_code, 4) << text.err;
  EXPECT_TRUE(text.out.starts_with("INVALID: others took ")) << text.out;
  EXPECT_EQ(text.out.find("knee at"), std::string::npos) << "no advice about rates";
}

// What others take shows only over time.
TEST_F(Doctor, AShortLookIsNotValidAndSaysSo) {
  const json result = command_.run({"doctor", "--watch", "20ms", "--json"}).json();
  EXPECT_EQ(result["valid"], false);
  EXPECT_GE(result["noise"][0]["lasted_ns"], 20'000'000);
  const auto why = result["why_invalid"].get<std::string>();
  EXPECT_TRUE(why.starts_with("others took ") ||
              why ==
                  "the cores were watched for 20.0 ms only, too short to see what others take; "
                  "--watch 1s or more is enough")
      << why;
  for (const char* refused : {"9ms", "61s", "0", "soon"}) {
    const Outcome run = command_.run({"doctor", "--watch", refused});
    EXPECT_EQ(run.exit_code, 2) << refused;
    EXPECT_TRUE(run.says("must be 10ms to 1m, like 5s")) << run.err;
  }
}

TEST_F(Doctor, TakesNothingThatItDoesNotKnow) {
  const Outcome run = command_.run({"doctor", "--cores", "2"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_FALSE(run.err.empty());
}

}  // namespace
}  // namespace tapedeck
