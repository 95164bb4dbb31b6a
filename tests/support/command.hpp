// Runs the built `tapedeck` as its user would, and keeps what it said.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>

#include "tests/support/scale.hpp"
#include "tests/support/temporary_folder.hpp"

extern char** environ;

namespace tapedeck::test {

struct Outcome {
  int exit_code = -1;  // a death by signal S is 128 + S, as shells have it
  std::string out, err;

  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(out, nullptr, false); }
  [[nodiscard]] bool says(const std::string& text) const {
    return err.find(text) != std::string::npos;
  }
};

/// What a log says, without the times that its lines begin with.
inline std::string without_times(const std::string& log) {
  static const std::regex kTime{R"((^|\n)\d{4}-\d\d-\d\dT[0-9:.]+Z )"};
  return std::regex_replace(log, kTime, "$1");
}

/// A user's mistake: exit 2, told on standard error, and nothing that could pass for results.
inline void expect_refused(const Outcome& run, const std::string& because) {
  EXPECT_EQ(run.exit_code, 2) << run.err;
  EXPECT_TRUE(run.says(because)) << run.err;
  EXPECT_EQ(run.out, "");
}

/// Whether a process has come so far that a signal ends its work in order: it blocks SIGTERM and
/// reads it from a descriptor. Before that the signal kills it.
inline bool takes_signals(pid_t process) {
  const std::string status = file_content("/proc/" + std::to_string(process) + "/status");
  const std::size_t at = status.find("SigBlk:");
  if (at == std::string::npos) return false;
  const auto blocked = std::strtoull(status.c_str() + at + 7, nullptr, 16);
  return ((blocked >> (SIGTERM - 1)) & 1U) != 0;
}

/// Whether a run with --report-every, whose standard error goes to this file, has read an event.
inline bool reports_events(const std::string& err_path) {
  static const std::regex some{"[1-9][0-9,]* events"};
  return std::regex_search(file_content(err_path), some);
}

class Command {
 public:
  explicit Command(const TemporaryFolder& folder) : folder_(folder) {
    const char* named = std::getenv("TAPEDECK_BINARY");
    binary_ = named != nullptr ? named : "build/release/bin/tapedeck";
  }

  Outcome run(const std::vector<std::string>& arguments, const std::string& input = "/dev/null",
              const std::string& output = {}) {
    return finish(start(arguments, input, output));
  }
  /// With a signal after so long.
  Outcome run_and_signal(const std::vector<std::string>& arguments, int signal,
                         std::chrono::microseconds after) {
    const pid_t child = start(arguments, "/dev/null");
    std::this_thread::sleep_for(after);
    ::kill(child, signal);
    return finish(child);
  }
  /// With a signal once `is_time`, which is asked about the process again and again, says so;
  /// without one when that never came.
  Outcome run_and_signal(const std::vector<std::string>& arguments, int signal,
                         const std::function<bool(pid_t)>& is_time) {
    const pid_t child = start(arguments, "/dev/null");
    while (runs(child)) {
      if (is_time(child)) {
        ::kill(child, signal);
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return finish(child);
  }
  /// With a signal so long after it has read its first event, however long it took to begin. Adds
  /// --report-every, which --quiet would silence.
  Outcome run_and_signal_amid_events(std::vector<std::string> arguments, int signal,
                                     std::chrono::milliseconds after) {
    arguments.insert(arguments.end(), {"--report-every", "10ms"});
    std::optional<std::chrono::steady_clock::time_point> first_read;
    return run_and_signal(arguments, signal, [&](pid_t) {
      const auto now = std::chrono::steady_clock::now();
      if (!first_read && reports_events(err_path())) first_read = now;
      return first_read && now - *first_read >= after;
    });
  }

  [[nodiscard]] const std::string& binary() const { return binary_; }

 private:
  static bool runs(pid_t child) {
    siginfo_t ended{};
    const int kFlags = WEXITED | WNOHANG | WNOWAIT;
    return ::waitid(P_PID, static_cast<id_t>(child), &ended, kFlags) == 0 && ended.si_pid == 0;
  }
  pid_t start(const std::vector<std::string>& arguments, const std::string& input,
              const std::string& output = {}) {
    const std::string out = output.empty() ? out_path() : output;
    std::vector<std::string> words{binary_};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> raw;
    for (std::string& word : words) raw.push_back(word.data());
    raw.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&actions, 0, input.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), kWrite, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, err_path().c_str(), kWrite, 0600);
    pid_t child = -1;
    const int failed =
        ::posix_spawn(&child, binary_.c_str(), &actions, nullptr, raw.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::runtime_error{binary_ + " cannot be started"};
    return child;
  }
  Outcome finish(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    Outcome outcome;
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    outcome.out = file_content(out_path());
    outcome.err = file_content(err_path());
    return outcome;
  }
  [[nodiscard]] std::string out_path() const { return folder_.path("stdout"); }
  [[nodiscard]] std::string err_path() const { return folder_.path("stderr"); }

  const TemporaryFolder& folder_;
  std::string binary_;
};

/// A result without what says which run it is of.
inline nlohmann::json without_provenance(nlohmann::json result) {
  result.erase("provenance");
  return result;
}

/// Everything of a summary that may not depend on threads, batches or the clock.
inline nlohmann::json without_timing(nlohmann::json json) {
  // How many threads may spin depends on the machine.
  nlohmann::json warnings = nlohmann::json::array();
  for (const auto& warning : json.value("warnings", warnings)) {
    if (!warning.get<std::string>().starts_with("--wait ")) warnings.push_back(warning);
  }
  json["warnings"] = warnings;
  for (const char* key : {"elapsed_s", "messages_per_s", "shards", "events_per_shard",
                          "peak_rss_bytes", "threads", "latency_ns", "cut_ns", "provenance"}) {
    json.erase(key);
  }
  return json;
}

}  // namespace tapedeck::test
