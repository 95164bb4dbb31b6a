#include "tools/cli/standard_streams.hpp"

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/core/printable.hpp"
#include "engine/output/write_all.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/provenance.hpp"

namespace tapedeck::tools {
namespace {

bool had_no_stdout = false;  // written before any thread starts

// Symbols and paths are arbitrary bytes. Escapes keep two of them apart, which the library's own
// replacement does not.
void make_valid(nlohmann::ordered_json& json) {
  if (json.is_string()) json = valid_utf8(json.get_ref<const std::string&>());
  if (!json.is_structured()) return;
  for (nlohmann::ordered_json& part : json) make_valid(part);
}

}  // namespace

bool no_colour() {
  // Nothing in this process sets the environment. NOLINTNEXTLINE(concurrency-mt-unsafe)
  return std::getenv("NO_COLOR") != nullptr;
}

bool shows_live(bool quiet) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  const char* const terminal = std::getenv("TERM");
  const bool is_dumb = terminal != nullptr && std::string_view{terminal} == "dumb";
  return !quiet && !is_dumb && ::isatty(STDERR_FILENO) == 1;
}

bool speaks_utf8() {
  for (const char* const name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    const char* const locale = std::getenv(name);
    if (locale == nullptr || *locale == '\0') continue;
    std::string text{locale};
    std::ranges::transform(text, text.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text.find("utf-8") != std::string::npos || text.find("utf8") != std::string::npos;
  }
  return false;
}

bool is_in_foreground() {
  const pid_t group = ::tcgetpgrp(STDERR_FILENO);
  return group < 0 || group == ::getpgrp();
}

TerminalSize terminal_size() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
    return {size.ws_col, size.ws_row};
  }
  return {80, 24};
}

void open_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    if (descriptor == STDOUT_FILENO) had_no_stdout = true;
    // open() returns the lowest free number, which is that of the missing stream.
    const int opened = ::open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY);
    if (opened != descriptor && opened >= 0) ::close(opened);
  }
}

void require_standard_output() {
  if (had_no_stdout) {
    throw UsageError("standard output is closed: there is nowhere to put the results");
  }
}

void print_results(std::string_view text) {
  require_standard_output();
  // Paths and symbols are arbitrary bytes.
  const std::string valid = valid_utf8(text);
  // Bypasses the C++ streams, because they lose the reason of a failure.
  if (output::write_all(STDOUT_FILENO, as_bytes_of(valid)) || errno == EPIPE) return;
  throw std::runtime_error("the results could not be written to standard output: " +
                           std::generic_category().message(errno));
}

void print_beside_rows(std::string_view text, bool quiet) {
  // Nothing is left to report a failure to.
  if (!quiet) (void)output::write_all(STDERR_FILENO, as_bytes_of(valid_utf8(text)));
}

bool has_lost_reader() {
  pollfd out{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

std::string printed_json(const nlohmann::ordered_json& json) {
  nlohmann::ordered_json valid = json;
  make_valid(valid);
  // The output is ASCII, so that no part of it controls a terminal.
  return valid.dump(2, ' ', true, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

void print_json(nlohmann::ordered_json result, const Provenance& provenance) {
  print_results(printed_json(with_provenance(std::move(result), provenance)));
}

}  // namespace tapedeck::tools
