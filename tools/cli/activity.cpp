#include "tools/cli/activity.hpp"

#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>

#include <unistd.h>

#include "engine/output/output_place.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {
namespace {

void say(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// No destructor runs, and other threads may be writing outputs.
[[noreturn]] void on_terminate() {
  output::OutputPlace::abandon_all();
  try {
    if (std::current_exception() != nullptr) throw;
  } catch (const std::bad_alloc&) {
    say_out_of_memory(Activity::now());
    std::_Exit(static_cast<int>(ExitCode::failed));
  } catch (...) {
  }
  std::abort();
}

}  // namespace

void say_out_of_memory(const char* activity) {
  say("tapedeck: error: memory ran out while ");
  say(activity);
  say("; take less at once, or allow more\n");
}

void end_quietly_out_of_memory() {
  std::set_terminate(on_terminate);
}

}  // namespace tapedeck::tools
