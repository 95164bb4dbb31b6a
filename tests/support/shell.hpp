// Runs a shell command and keeps what it printed.
#pragma once

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

#include <sys/wait.h>

namespace tapedeck::test {

struct CommandResult {
  int code;  // 127: there is no such command
  std::string output;
};

/// `command` reads nothing; its errors are in the output if it says 2>&1.
inline CommandResult run_command(const std::string& command) {
  std::FILE* const pipe = ::popen(("exec </dev/null; " + command).c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no shell to run " + command);
  CommandResult result{0, {}};
  std::array<char, 4096> part{};
  while (const std::size_t got = std::fread(part.data(), 1, part.size(), pipe)) {
    result.output.append(part.data(), got);
  }
  const int status = ::pclose(pipe);
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

/// As one word of a shell's.
inline std::string quoted(const std::string& text) {
  return "'" + text + "'";
}

}  // namespace tapedeck::test
