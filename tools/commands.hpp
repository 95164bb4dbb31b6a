// The subcommands of `tapedeck`, their options, and the one that the user has chosen.
#pragma once

#include <functional>
#include <memory>

#include "tools/cli/error.hpp"

namespace CLI {
class App;
}

namespace tapedeck::tools {

class Commands {
 public:
  /// Adds the subcommands to `app`, which must outlive this.
  explicit Commands(CLI::App& app);
  ~Commands();

  /// The function that runs the chosen command; empty when the arguments name none.
  [[nodiscard]] const std::function<ExitCode()>& chosen() const { return chosen_; }

 private:
  struct Options;

  std::unique_ptr<Options> options_;  // where the parsed values go
  std::function<ExitCode()> chosen_;
};

}  // namespace tapedeck::tools
