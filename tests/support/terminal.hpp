// A shell with job control on a terminal of its own: what is typed there, and what it shows.
#pragma once

#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tapedeck::test {

class Terminal {
 public:
  Terminal(unsigned short columns, unsigned short rows) {
    winsize size{rows, columns, 0, 0};
    shell_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (shell_ < 0) throw std::runtime_error("no terminal");
    if (shell_ == 0) {
      // The child has one thread.
      ::setenv("TERM", "xterm-256color", 1);  // NOLINT(concurrency-mt-unsafe)
      ::setenv("LC_ALL", "C.UTF-8", 1);       // NOLINT(concurrency-mt-unsafe)
      ::setenv("PS1", "ready$ ", 1);          // NOLINT(concurrency-mt-unsafe)
      ::unsetenv("NO_COLOR");                 // NOLINT(concurrency-mt-unsafe)
      ::execlp("bash", "bash", "--norc", "--noprofile", "--noediting", "-i", nullptr);
      ::_exit(127);
    }
    ::fcntl(terminal_, F_SETFD, FD_CLOEXEC);
    (void)wait_for("ready$ ");
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    ::close(terminal_);  // hangs the shell and its jobs up
    ::waitpid(shell_, nullptr, 0);
  }

  void type(const std::string& keys) const {
    if (::write(terminal_, keys.data(), keys.size()) < 0) throw std::runtime_error("cannot type");
  }
  void resize(unsigned short columns, unsigned short rows) const {
    const winsize size{rows, columns, 0, 0};
    ::ioctl(terminal_, TIOCSWINSZ, &size);
  }
  /// Returns what was shown since the last call, up to and with `text`. Gives up after a minute,
  /// and then returns all of it.
  std::string wait_for(const std::string& text) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    while (shown_.find(text) == std::string::npos && std::chrono::steady_clock::now() < end) {
      if (!read_some(100)) break;
    }
    const std::size_t at = shown_.find(text);
    const std::size_t size = at == std::string::npos ? shown_.size() : at + text.size();
    std::string part = shown_.substr(0, size);
    shown_.erase(0, size);
    return part;
  }
  /// Returns what is shown within this time.
  std::string shown_within(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end && read_some(20)) {
    }
    return std::exchange(shown_, {});
  }

 private:
  // Returns false once the terminal is gone.
  bool read_some(int patience_ms) {
    pollfd ready{terminal_, POLLIN, 0};
    if (::poll(&ready, 1, patience_ms) <= 0) return true;
    std::array<char, 4096> part{};
    const ssize_t got = ::read(terminal_, part.data(), part.size());
    if (got <= 0) return false;
    shown_.append(part.data(), static_cast<std::size_t>(got));
    return true;
  }

  int terminal_ = -1;
  pid_t shell_ = -1;
  std::string shown_;
};

}  // namespace tapedeck::test
