// Completion scripts and the manual page, as shells and man use them: what they offer is what
// --help lists.
#include <algorithm>
#include <cstdlib>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/shell.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::test {
namespace {

using Words = std::set<std::string>;

std::string binary() {
  const char* named = std::getenv("TAPEDECK_BINARY");
  return named != nullptr ? named : "build/release/bin/tapedeck";
}

bool is_installed(const std::string& program) {
  return run_command("command -v " + program + " >/dev/null 2>&1").code == 0;
}

std::string script_for(const std::string& shell) {
  const CommandResult result = run_command(binary() + " completion " + shell);
  EXPECT_EQ(result.code, 0);
  return result.output;
}

Words lines_of(const std::string& text) {
  Words words;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) words.insert(line);
  }
  return words;
}

// The long options that `tapedeck COMMAND --help` lists.
Words offered_by(const std::string& command) {
  const CommandResult help = run_command(binary() + " " + command + " --help");
  EXPECT_EQ(help.code, 0) << command;
  Words options;
  static const std::regex kOption{R"(\n  (?:-[a-zA-Z],)?(--[a-z-]+))"};
  for (std::sregex_iterator at{help.output.begin(), help.output.end(), kOption}, end; at != end;
       ++at) {
    options.insert((*at)[1]);
  }
  return options;
}

// What bash offers for a line; its last word is the one that is being typed.
class Bash : public ::testing::Test {
 protected:
  Bash() { folder_.write("script", script_for("bash")); }

  Words complete(const std::string& line) {
    std::string words;
    int count = 0;
    std::string word;
    std::istringstream typed{line};
    while (typed >> word) {
      words += " '" + (word == "_" ? "" : word) + "'";
      ++count;
    }
    const std::string program = "cd " + quoted(folder_.path("")) +
                                " && . ./script && COMP_WORDS=(" + words +
                                ") COMP_CWORD=" + std::to_string(count - 1) +
                                " && _tapedeck && printf \"%s\\n\" \"${COMPREPLY[@]}\"";
    const std::string path = folder_.write("run.sh", program);
    const CommandResult result = run_command("bash " + quoted(path) + " 2>&1");
    EXPECT_EQ(result.code, 0) << result.output;
    return lines_of(result.output);
  }

  TemporaryFolder folder_{"completion"};
};

TEST_F(Bash, OffersTheCommands) {
  const Words offered = complete("tapedeck _");
  for (const std::string command : {"replay", "batch", "convert", "inspect", "verify", "bench",
                                    "doctor", "completion", "man"}) {
    EXPECT_TRUE(offered.contains(command)) << command;
  }
  EXPECT_EQ(complete("tapedeck ins"), Words{"inspect"});
}

TEST_F(Bash, OffersTheCommandsWithinACommand) {
  EXPECT_EQ(complete("tapedeck verify _"), (Words{"itch", "lobster"}));
  EXPECT_EQ(complete("tapedeck bench _"), (Words{"compare", "latency", "saturate", "throughput"}));
}

TEST_F(Bash, OffersEveryOptionThatHelpLists) {
  for (const std::string command :
       {"replay", "batch", "convert", "inspect", "verify itch", "verify lobster", "bench compare",
        "bench saturate", "bench throughput", "doctor"}) {
    EXPECT_EQ(complete("tapedeck " + command + " --"), offered_by(command)) << command;
  }
}

TEST_F(Bash, OffersTheValuesThatAnOptionKnows) {
  EXPECT_EQ(complete("tapedeck replay day.itch --wait _"),
            (Words{"spin", "yield", "park", "auto"}));
  EXPECT_EQ(complete("tapedeck replay --format l"), Words{"lobster"});
  EXPECT_EQ(complete("tapedeck replay --queue-full = d"), Words{"drop"});
  EXPECT_EQ(complete("tapedeck replay --queue-full ="), (Words{"block", "drop"}));
  EXPECT_EQ(complete("tapedeck completion _"), (Words{"bash", "zsh", "fish"}));
  EXPECT_EQ(complete("tapedeck batch days --snapshots _"),
            (Words{"csv", "jsonl", "npy", "parquet"}));
  EXPECT_EQ(complete("tapedeck verify itch --plant _"), Words{"reversed-queue"});
}

TEST_F(Bash, OffersFilesWhereFilesGoAndNothingWhereOnlyTheUserKnows) {
  folder_.write("a day.itch", "");
  EXPECT_EQ(complete("tapedeck replay a"), Words{"a day.itch"});
  EXPECT_EQ(complete("tapedeck replay --orderbook a"), Words{"a day.itch"});
  EXPECT_EQ(complete("tapedeck batch a"), Words{"a day.itch"});
  EXPECT_EQ(complete("tapedeck replay --batch _"), Words{});
}

TEST(Zsh, ScriptNamesEveryOptionAndIsValid) {
  const TemporaryFolder folder{"zsh"};
  const std::string script = script_for("zsh");
  for (const std::string& option : offered_by("replay")) {
    EXPECT_NE(script.find("'" + option), std::string::npos) << option;
  }
  EXPECT_NE(script.find("'--wait=[What idle threads do]:value:(spin "
                        "yield park auto)'"),
            std::string::npos);
  EXPECT_NE(script.find("'*:PATH:_files'"), std::string::npos) << "as many as one likes";
  EXPECT_NE(script.find("':A:_files'"), std::string::npos) << "one";
  EXPECT_TRUE(script.starts_with("#compdef tapedeck\n"));
  EXPECT_EQ(std::ranges::count(script, '{'), std::ranges::count(script, '}'));
  // An apostrophe of the text is the one in '\\'' that a backslash stands before.
  std::size_t quotes = 0;
  for (std::size_t at = 0; at < script.size(); ++at) {
    if (script[at] == '\'' && (at == 0 || script[at - 1] != '\\')) ++quotes;
  }
  EXPECT_EQ(quotes % 2, 0U);
  if (!is_installed("zsh")) return;  // what follows asks zsh itself
  const CommandResult check =
      run_command("zsh -n " + quoted(folder.write("_tapedeck", script)) + " 2>&1");
  EXPECT_EQ(check.code, 0) << check.output;
}

TEST(Fish, ScriptNamesEveryOptionAndIsValid) {
  const TemporaryFolder folder{"fish"};
  const std::string script = script_for("fish");
  for (const std::string& option : offered_by("replay")) {
    EXPECT_NE(script.find("'__fish_seen_subcommand_from replay' -l " + option.substr(2) + " "),
              std::string::npos)
        << option;
  }
  EXPECT_NE(script.find(" -l wait -x -a 'spin yield park auto' "), std::string::npos);
  EXPECT_NE(script.find(" -l orderbook -r -F "), std::string::npos);
  for (const std::string& line : lines_of(script)) {
    EXPECT_TRUE(line.starts_with("#") || line.starts_with("complete -c tapedeck ")) << line;
  }
  if (!is_installed("fish")) return;  // what follows asks fish itself
  const CommandResult check =
      run_command("fish -n " + quoted(folder.write("script", script)) + " 2>&1");
  EXPECT_EQ(check.code, 0) << check.output;
}

TEST(Completion, OfAnotherShellIsAUsageErrorThatOffersTheNearest) {
  const CommandResult result = run_command(binary() + " completion fihs 2>&1");
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.output.find("did you mean fish?"), std::string::npos) << result.output;
}

TEST(ManPage, ListsEveryCommandAndEveryOptionThatHelpLists) {
  const CommandResult page = run_command(binary() + " man");
  ASSERT_EQ(page.code, 0);
  std::string plain;
  std::ranges::remove_copy(page.output, std::back_inserter(plain), '\\');
  for (const std::string command :
       {"replay", "batch", "convert", "inspect", "verify itch", "verify lobster", "bench compare",
        "bench saturate", "bench throughput", "completion", "man"}) {
    const std::size_t at = plain.find("\n.SS tapedeck " + command + "\n");
    ASSERT_NE(at, std::string::npos) << command;
    const std::string section = plain.substr(at, plain.find("\n.S", at + 1) - at);
    for (const std::string& option : offered_by(command)) {
      EXPECT_NE(section.find("fB" + option + "fR"), std::string::npos) << command << option;
    }
  }
  EXPECT_NE(plain.find("Default: 256."), std::string::npos);
  EXPECT_NE(plain.find(".SH EXIT STATUS"), std::string::npos);
}

TEST(ManPage, IsSetWithoutAWarning) {
  if (!is_installed("groff")) GTEST_SKIP() << "groff is not installed: the page was not set";
  const CommandResult set = run_command(binary() + " man | groff -man -Tutf8 -ww -z 2>&1");
  EXPECT_EQ(set.code, 0);
  EXPECT_EQ(set.output, "");
}

}  // namespace
}  // namespace tapedeck::test
