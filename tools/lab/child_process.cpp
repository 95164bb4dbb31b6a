#include "tools/lab/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tapedeck::tools {
namespace {

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

// An unnamed file that exists in memory as long as it is open.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : file_(::memfd_create(name, MFD_CLOEXEC)) {
    if (file_ < 0) fail(errno, "memory for what a run prints");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(file_); }

  [[nodiscard]] int descriptor() const { return file_; }
  [[nodiscard]] std::string content() const {
    std::string content;
    std::array<char, 4096> piece{};
    while (true) {
      const ssize_t got =
          ::pread(file_, piece.data(), piece.size(), static_cast<off_t>(content.size()));
      if (got <= 0) return content;
      content.append(piece.data(), static_cast<std::size_t>(got));
    }
  }

 private:
  int file_;
};

// The child's setup: its output goes to the parent's files, and it receives the signals that the
// parent has blocked.
class SpawnSetup {
 public:
  SpawnSetup(int out, int err) {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
    ::posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

// Waits for the child but does not reap it, so that no other process can get its id and be killed
// instead.
void await_end_of(pid_t child) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) != 0) {
    if (errno != EINTR) fail(errno, "waiting for a run");
  }
}

}  // namespace

ChildOutcome ChildProcess::run(const std::string& program,
                               const std::vector<std::string>& arguments) {
  const MemoryFile out{"stdout"};
  const MemoryFile err{"stderr"};
  // An inherited SIG_IGN for SIGCHLD would reap the child and lose its exit code.
  ::signal(SIGCHLD, SIG_DFL);
  start(program, arguments, out.descriptor(), err.descriptor());
  await_end_of(running_);
  int status = 0;
  {
    const std::lock_guard hold{mutex_};
    ::waitpid(running_, &status, 0);
    running_ = -1;
  }
  constexpr int kShellBase = 128;
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : kShellBase + WTERMSIG(status);
  return {code, out.content(), err.content()};
}

void ChildProcess::start(const std::string& program, const std::vector<std::string>& arguments,
                         int out, int err) {
  std::vector<std::string> words{"tapedeck"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> raw;
  raw.reserve(words.size() + 1);
  for (std::string& word : words) raw.push_back(word.data());
  raw.push_back(nullptr);
  const SpawnSetup setup{out, err};
  const std::lock_guard hold{mutex_};
  const int error = ::posix_spawn(&running_, program.c_str(), &setup.actions, &setup.attributes,
                                  raw.data(), environ);
  if (error != 0) {
    running_ = -1;
    fail(error, program + ": cannot be started");
  }
  if (stopped_) ::kill(running_, SIGKILL);
}

void ChildProcess::stop() {
  const std::lock_guard hold{mutex_};
  stopped_ = true;
  if (running_ > 0) ::kill(running_, SIGKILL);
}

}  // namespace tapedeck::tools
