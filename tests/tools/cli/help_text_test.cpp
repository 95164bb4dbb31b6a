// The tables behind --help: every option has a group, every command an example that fits it.
#include "tools/cli/help_text.hpp"

#include <memory>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "tools/cli/command_tree.hpp"
#include "tools/cli/examples.hpp"
#include "tools/cli/option_groups.hpp"
#include "tools/cli/option_table.hpp"
#include "tools/commands.hpp"

namespace tapedeck::tools {
namespace {

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream stream{std::string{line}};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

void add_paths(const CommandEntry& command, const std::string& path, std::set<std::string>& paths) {
  if (command.commands.empty()) paths.insert(path);
  for (const CommandEntry& inner : command.commands) {
    add_paths(inner, path.empty() ? inner.name : path + " " + inner.name, paths);
  }
}

class HelpTextTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::set<std::string> commands() const {
    std::set<std::string> paths;
    add_paths(tree_, "", paths);
    return paths;
  }

  CLI::App app_{"", "tapedeck"};
  Commands commands_{app_};
  CommandEntry tree_ = tree_of(app_);
};

TEST_F(HelpTextTest, HasEveryOptionInOneGroup) {
  for (const OptionRow& row : option_rows()) {
    if (!row.name.starts_with('-')) continue;
    const std::string_view name = row.name.substr(0, row.name.find(','));
    EXPECT_FALSE(group_of("", name).empty()) << name;
  }
  EXPECT_EQ(group_of("simulate", "--rate"), "Market");
  EXPECT_EQ(group_of("bench latency", "--rate"), "Load");
  EXPECT_EQ(group_of("replay", "--rte"), "");
}

TEST_F(HelpTextTest, HasAnExampleOfEveryCommandThatTakesItsOptions) {
  std::set<std::string> shown;
  for (const Example& example : all_examples()) {
    shown.insert(std::string{example.command});
    EXPECT_LE(example.line.size() + 2, HelpText::kWidth) << example.line;
    for (const std::string& word : words_of(example.line)) {
      if (!word.starts_with("--")) continue;
      EXPECT_NE(find_option(example.command, word), nullptr) << example.line;
    }
  }
  EXPECT_EQ(shown, commands());
}

TEST_F(HelpTextTest, BreaksTextAtBlanksBeforeTheEightiethColumn) {
  CLI::App app{"", "x"};
  app.formatter(std::make_shared<HelpText>());
  const std::string text =
      std::string(30, 'a') + " " + std::string(21, 'b') + " c " + std::string(90, 'd');
  app.add_flag("--flag")->description(text)->group("Reading");
  const std::string help = app.help();
  const std::string indent(28, ' ');
  EXPECT_NE(
      help.find("  --flag                    " + std::string(30, 'a') + " " + std::string(21, 'b') +
                "\n" + indent + "c\n" + indent + std::string(90, 'd') + "\n"),
      std::string::npos)
      << help;
}

}  // namespace
}  // namespace tapedeck::tools
