#include <csignal>

#include "engine/core/memory.hpp"
#include "tools/cli/activity.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/command_line.hpp"

int main(int count, char** arguments) {
  tapedeck::tools::open_standard_streams();
  // A reader that closes its pipe is not an error. A file that reaches its size limit is one, but
  // the write reports it.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  tapedeck::tools::end_quietly_out_of_memory();
  tapedeck::be_sparing_with_address_space();
  return static_cast<int>(
      tapedeck::tools::run_command_line({arguments, static_cast<std::size_t>(count)}));
}
