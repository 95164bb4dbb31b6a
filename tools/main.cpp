#include <csignal>

#include "tools/command_line.hpp"
#include "tools/output.hpp"

int main(int count, char** arguments) {
  tapedeck::tools::open_standard_streams();
  // A reader that has seen enough is no error of ours.
  std::signal(SIGPIPE, SIG_IGN);
  return static_cast<int>(
      tapedeck::tools::run_command_line({arguments, static_cast<std::size_t>(count)}));
}
