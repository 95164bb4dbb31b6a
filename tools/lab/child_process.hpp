// Runs a program as a child process until it ends, and captures its output.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <sys/types.h>

namespace tapedeck::tools {

struct ChildOutcome {
  int exit_code = -1;  // 128 + S if signal S ended the child, as in shells
  std::string out, err;
};

/// Runs child processes one after another. One thread calls run(). Any other thread may call
/// stop().
class ChildProcess {
 public:
  /// Runs the program at the path `program` with `arguments`, and waits until it ends. The child
  /// inherits standard input. The child's output goes to memory and is read after the child has
  /// ended, so that this process does not wake up while the child runs. After stop(), kills every
  /// new child right after its start. Throws std::system_error if the child cannot be started.
  [[nodiscard]] ChildOutcome run(const std::string& program,
                                 const std::vector<std::string>& arguments);
  /// Kills the running child. Every later child is killed right after its start.
  void stop();

 private:
  void start(const std::string& program, const std::vector<std::string>& arguments, int out,
             int err);

  std::mutex mutex_;
  pid_t running_ = -1;
  bool stopped_ = false;
};

}  // namespace tapedeck::tools
