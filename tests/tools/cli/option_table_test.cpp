// One table describes every option: the tree of commands takes what the table says and refuses the
// rest, and docs/commands.md has the tables that follow from it.
#include "tools/cli/option_table.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "tests/support/source_tree.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tools/cli/command_tree.hpp"
#include "tools/cli/commands_page.hpp"
#include "tools/commands.hpp"

namespace tapedeck::tools {
namespace {

// The command line without what is run by it.
class OptionTable : public ::testing::Test {
 protected:
  OptionTable() { app_.require_subcommand(0, 1); }

  // Every command that takes no further command, by its path.
  static std::vector<const CLI::App*> commands_within(const CLI::App& app) {
    std::vector<const CLI::App*> found;
    const auto inner = app.get_subcommands(nullptr);
    if (inner.empty()) return {&app};
    for (const CLI::App* const command : inner) {
      for (const CLI::App* const one : commands_within(*command)) found.push_back(one);
    }
    return found;
  }

  CLI::App app_{"", "tapedeck"};
  Commands commands_{app_};
};

TEST_F(OptionTable, HasARowForEveryOptionOfEveryCommand) {
  std::size_t options = 0;
  for (const CLI::App* const command : commands_within(app_)) {
    for (const CLI::Option* const option : command->get_options()) {
      const bool positional = option->get_positional();
      const std::string name =
          positional ? option->get_name(true) : "--" + option->get_lnames().front();
      if (name == "--help") continue;
      ++options;
      EXPECT_NE(find_option(path_of(*command), name), nullptr) << path_of(*command) << " " << name;
    }
  }
  EXPECT_GT(options, 150U);
}

TEST_F(OptionTable, HasNoRowForACommandThatDoesNotTakeTheOption) {
  std::set<std::string> described;
  const CommandEntry tree = tree_of(app_);
  for (const OptionRow& row : option_rows()) {
    const std::string name{row.name.substr(0, row.name.find(','))};
    std::istringstream list{std::string{row.commands}};
    for (std::string path; std::getline(list >> std::ws, path, ',');) {
      const CommandEntry* const command = find_command(tree, path);
      ASSERT_NE(command, nullptr) << name << " is for `" << path << "`, which is no command";
      const auto& entries = name.starts_with("-") ? command->options : command->positionals;
      EXPECT_TRUE(std::ranges::any_of(entries, [&](const auto& one) { return one.name == name; }))
          << "`" << path << "` does not take " << name;
      EXPECT_TRUE(described.insert(path + " " + name).second) << path << " " << name << " twice";
    }
  }
}

TEST_F(OptionTable, RefusesEveryOptionWhereItIsNotHonoured) {
  std::set<std::string> names;
  for (const OptionRow& row : option_rows()) {
    if (row.name.starts_with("-")) names.emplace(row.name.substr(0, row.name.find(',')));
  }
  std::size_t refused = 0;
  CLI::App fresh{"", "tapedeck"};  // which forgets, with each line, the one before
  const Commands commands{fresh};
  for (const CLI::App* const command : commands_within(app_)) {
    const std::string path = path_of(*command);
    for (const std::string& name : names) {
      if (find_option(path, name) != nullptr) continue;
      ++refused;
      EXPECT_THROW(fresh.parse(path + " " + name, false), CLI::ParseError) << path << " " << name;
    }
  }
  EXPECT_GT(refused, 500U);
}

TEST_F(OptionTable, SaysInOneLineWhatEachOptionIsFor) {
  for (const OptionRow& row : option_rows()) {
    EXPECT_FALSE(row.help.empty()) << row.name;
    EXPECT_TRUE(!row.help.ends_with('.') || row.help.ends_with("...")) << row.name;
    EXPECT_EQ(row.help.find('\n'), std::string_view::npos) << row.name;
    EXPECT_TRUE(row.details.empty() || row.details.ends_with('.') || row.details.ends_with("..."))
        << row.name;
  }
}

TEST_F(OptionTable, AnOptionWithoutARowIsAMistakeThatShows) {
  CLI::App* const replay = app_.get_subcommand("replay");
  std::string value;
  EXPECT_THROW(add(*replay, "--unheard-of", value), std::logic_error);
}

std::string page_path() {
  return (test::source_root() / "docs/commands.md").string();
}

// With TAPEDECK_RENEW_PAGES in the environment, it writes the page instead.
TEST_F(OptionTable, MakesTheTablesOfThePageOfCommands) {
  const std::string page = test::file_content(page_path());
  const std::string renewed = with_option_tables(page, tree_of(app_));
  if (std::getenv("TAPEDECK_RENEW_PAGES") != nullptr) {
    std::ofstream{page_path(), std::ios::binary} << renewed;
    return;
  }
  EXPECT_TRUE(renewed == page) << "docs/commands.md is not current: run `tools/renew_pages`";
}

TEST_F(OptionTable, PutsATableBetweenItsTwoLines) {
  const CommandEntry tree = tree_of(app_);
  const std::string page =
      "before\n<!-- options of doctor -->\nold\n<!-- end of options -->\nafter\n";
  const std::string expected =
      "before\n<!-- options of doctor -->\n\n| Option | Default | Meaning |\n|---|---|---|\n"
      "| `--watch TIME` | `1s` | How long the cores are watched for what others take of them, "
      "`10ms` "
      "to `1m`; in benchmarks before the runs and after. Below `1s` the results are not valid. |\n"
      "| `--json` | off | Prints the results as one JSON object on standard output. |\n"
      "| `--log-level debug\\|info\\|warning\\|error\\|off` | `info` | The least severe "
      "diagnostics "
      "that are logged. |\n"
      "| `--log-file FILE` | | Appends the diagnostics to a log too, with times in UTC. A file "
      "that is "
      "no log of tapedeck is refused. |\n"
      "| `--config FILE` | | Reads [options from a TOML file](#options-from-a-file). Those of the "
      "command line precede. |\n\n"
      "<!-- end of options -->\nafter\n";
  EXPECT_EQ(with_option_tables(page, tree), expected);
  EXPECT_EQ(with_option_tables(expected, tree), expected);
  EXPECT_EQ(with_option_tables("no table", tree), "no table");
  const std::string shared = with_option_tables(
      "<!-- options of replay, batch but not of simulate -->\n<!-- end of options -->", tree);
  EXPECT_NE(shared.find("| `--require-complete` |"), std::string::npos);
  EXPECT_EQ(shared.find("| `--digest"), std::string::npos) << "of simulate too";
  EXPECT_EQ(shared.find("| `--follow"), std::string::npos) << "of replay only";
  EXPECT_THROW((void)with_option_tables("<!-- options of doctor -->\n", tree),
               std::invalid_argument);
  EXPECT_THROW((void)with_option_tables("<!-- options of docter --><!-- end of options -->", tree),
               std::invalid_argument);
}

}  // namespace
}  // namespace tapedeck::tools
