// Runs a program to its end as a process of its own, and captures its output.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <sys/types.h>

namespace tapedeck::tools {

struct ChildOutcome {
  int exit_code = -1;  // death by signal S is 128 + S, as in shells
  std::string out, err;
};

/// Runs children one after another. One thread calls run(); any other may call stop().
class ChildProcess {
 public:
  /// `program` is a path; `arguments` follow it; standard input is inherited. The child's output
  /// goes to memory and is read after its end, so that this process does not wake up while the
  /// child runs. After stop(), every child is killed at its start. Throws std::system_error when no
  /// child can be started.
  [[nodiscard]] ChildOutcome run(const std::string& program,
                                 const std::vector<std::string>& arguments);
  /// Kills the running child, and every later one at its start.
  void stop();

 private:
  void start(const std::string& program, const std::vector<std::string>& arguments, int out,
             int err);

  std::mutex mutex_;
  pid_t running_ = -1;
  bool stopped_ = false;
};

}  // namespace tapedeck::tools
