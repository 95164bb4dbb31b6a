// The subcommands of `tapedeck` and their options, and which subcommand the user has chosen.
#pragma once

#include <functional>
#include <memory>

#include "tools/cli/error.hpp"
#include "tools/cli/log.hpp"

namespace CLI {
class App;
}

namespace tapedeck::tools {

class Commands {
 public:
  /// Adds the subcommands to `app`, which must outlive this object.
  explicit Commands(CLI::App& app);
  ~Commands();

  /// Returns the function that runs the chosen command; empty when the arguments name no command.
  [[nodiscard]] const std::function<ExitCode()>& chosen() const { return chosen_; }
  /// Returns how the chosen command logs.
  [[nodiscard]] const LogOptions& log() const { return log_; }

 private:
  struct Options;

  std::unique_ptr<Options> options_;  // the parsed values
  std::function<ExitCode()> chosen_;
  LogOptions log_;
};

}  // namespace tapedeck::tools
