// Writes --help: options in groups, in lines of at most 80 columns. Main thread.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace tapedeck::tools {

class HelpText final : public CLI::Formatter {
 public:
  /// Lines are at most this wide, unless a single word is wider.
  static constexpr std::size_t kWidth = 80;

  [[nodiscard]] std::string make_description(const CLI::App* app) const override;
  /// `name` is the command's name, empty if it has none.
  [[nodiscard]] std::string make_help(const CLI::App* app, std::string name,
                                      CLI::AppFormatMode mode) const override;
  /// Defaults stand in brackets, because some are words: [by content].
  [[nodiscard]] std::string make_option_opts(const CLI::Option* option) const override;
  [[nodiscard]] std::string make_option(const CLI::Option* option,
                                        bool is_positional) const override;
  [[nodiscard]] std::string make_subcommand(const CLI::App* app) const override;
};

/// Sorts all options of `app` and of its commands into groups, and adds the examples.
void finish_help(CLI::App& app);

}  // namespace tapedeck::tools
