// How the build compiles, for tests that compile a text of their own the same way.
#pragma once

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/support/shell.hpp"

namespace tapedeck::test {

/// The command for the sources of `folder` ("feeds/catalog/"), up to where it names the output.
inline std::string compile_command(const std::string& folder) {
  const char* build = std::getenv("TAPEDECK_BUILD_DIR");
  if (build == nullptr) throw std::runtime_error("TAPEDECK_BUILD_DIR is not set; run by ctest");
  const std::string path = std::string{build} + "/compile_commands.json";
  std::ifstream file{path};
  if (!file) throw std::runtime_error(path + ": missing; configure with a preset");
  for (const auto& entry : nlohmann::json::parse(file)) {
    if (entry["file"].get<std::string>().find(folder) == std::string::npos) continue;
    const std::string command = entry["command"];
    return command.substr(0, command.find(" -o "));
  }
  throw std::runtime_error(path + ": names no file of " + folder);
}

/// Compiles `file` as the build does those of `folder`, with the compiler's words in English.
inline CommandResult compile_like(const std::string& folder, const std::string& file) {
  return run_command("LC_ALL=C " + compile_command(folder) + " -fsyntax-only " + quoted(file) +
                     " 2>&1");
}

}  // namespace tapedeck::test
