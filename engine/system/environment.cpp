#include "engine/system/environment.hpp"

#include <fstream>
#include <iterator>

#include <sys/utsname.h>
#include <unistd.h>

#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "engine/system/pinning.hpp"

namespace tapedeck::system {
namespace {

constexpr const char* kUnknown = "unknown";

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return std::string{text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1)};
}

std::string content_of(const char* path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::size_t cores_online() {
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? static_cast<std::size_t>(online) : 0;
}

std::string kernel() {
  utsname names{};
  if (::uname(&names) != 0) return kUnknown;
  return std::string{names.sysname} + " " + names.release;
}

std::string compiler() {
#if defined(__clang__)
  return "clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__) + "." +
         std::to_string(__clang_patchlevel__);
#elif defined(__GNUC__)
  return "gcc " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__) + "." +
         std::to_string(__GNUC_PATCHLEVEL__);
#else
  return kUnknown;
#endif
}

std::string count_or_unknown(std::size_t count) {
  return count == 0 ? kUnknown : std::to_string(count);
}

// Adds `what`, because "unknown" alone would not say which value is unknown.
std::string known_or(const std::string& name, const char* what) {
  return name == kUnknown ? std::string{kUnknown} + " " + what : printable(name);
}

}  // namespace

Environment this_environment() {
  Environment machine;
  machine.cpu_model = cpu_model_in(content_of("/proc/cpuinfo"));
  machine.cores_allowed = allowed_cores().size();
  machine.cores_online = cores_online();
  machine.kernel = kernel();
  machine.compiler = compiler();
#ifndef NDEBUG
  machine.assertions = true;
#endif
#ifdef TAPEDECK_SANITIZED
  machine.sanitized = true;
#endif
  return machine;
}

std::string build_kind(const Environment& machine) {
  return machine.sanitized ? "sanitized" : machine.assertions ? "debug" : "release";
}

std::string describe(const Environment& machine) {
  return known_or(machine.cpu_model, "processor") + ", " + count_or_unknown(machine.cores_allowed) +
         " of " + count_or_unknown(machine.cores_online) + " cores, " +
         known_or(machine.kernel, "kernel") + ", " + known_or(machine.compiler, "compiler") + ", " +
         build_kind(machine) + " build";
}

std::string cpu_model_in(std::string_view cpuinfo) {
  for (const std::string& line : split(cpuinfo, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || trimmed(line.substr(0, colon)) != "model name") continue;
    std::string name = trimmed(std::string_view{line}.substr(colon + 1));
    if (!name.empty()) return name;
  }
  return kUnknown;
}

}  // namespace tapedeck::system
