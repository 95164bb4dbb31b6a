// A program run to its end as a process of its own, with what it printed.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <sys/types.h>

namespace tapedeck::tools {

struct ChildOutcome {
  int exit_code = -1;  // a death by signal S is 128 + S, as shells have it
  std::string out, err;
};

/// Runs children one after another. One thread runs them, any other may call stop().
class ChildProcess {
 public:
  /// `program` is a path, `arguments` what follows it; standard input is our own. What the child
  /// prints is kept in memory and read after its end, so that nobody wakes up for it while it runs.
  /// After a stop, every child ends at once. Throws std::system_error where none can be started.
  [[nodiscard]] ChildOutcome run(const std::string& program,
                                 const std::vector<std::string>& arguments);
  /// Kills the one that runs, and every later one at its start.
  void stop();

 private:
  void start(const std::string& program, const std::vector<std::string>& arguments, int out,
             int err);

  std::mutex mutex_;
  pid_t running_ = -1;
  bool stopped_ = false;
};

}  // namespace tapedeck::tools
