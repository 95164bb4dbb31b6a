#include "tools/output.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <system_error>

#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/core/error.hpp"

namespace tapedeck::tools {
namespace {

bool same_file(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return std::filesystem::equivalent(a, b, ignored) ||
         std::filesystem::weakly_canonical(a, ignored) ==
             std::filesystem::weakly_canonical(b, ignored);
}

}  // namespace

bool no_colour() {
  // Nothing in this process ever sets the environment. NOLINTNEXTLINE(concurrency-mt-unsafe)
  return std::getenv("NO_COLOR") != nullptr;
}

std::size_t terminal_columns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

void flush_results() {
  errno = 0;
  std::cout.flush();
  const int error = errno;
  if (std::cout || error == EPIPE || error == EBADF || error == 0) return;
  throw std::runtime_error("the results could not be written to standard output: " +
                           std::generic_category().message(error));
}

void check_outputs(const std::vector<std::string>& outputs,
                   const std::vector<std::string>& inputs) {
  std::error_code ignored;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].empty()) continue;
    for (const std::string& input : inputs) {
      if (same_file(outputs[i], input)) {
        throw UsageError(outputs[i] +
                         ": is an input of this run and would be overwritten; name "
                         "another file");
      }
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (!outputs[j].empty() && same_file(outputs[i], outputs[j])) {
        throw UsageError(outputs[i] + ": is asked for twice; give each output a file of its own");
      }
    }
    // A pipe is not tried: its reader would take that for the end.
    if (std::filesystem::is_fifo(outputs[i], ignored)) continue;
    if (!std::ofstream{outputs[i], std::ios::app}) {
      throw UsageError(outputs[i] + ": cannot be written; check the folder and its rights");
    }
  }
}

}  // namespace tapedeck::tools
