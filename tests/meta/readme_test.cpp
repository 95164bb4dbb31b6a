// What the README and the docs say can be done, can be done. Fenced `sh` blocks below a line
// `<!-- tested -->` are run line by line in an empty folder.
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/scale.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::test {
namespace {

using Lines = std::vector<std::string>;

Lines tested_commands(const Lines& page) {
  Lines commands;
  bool marked = false;
  bool inside = false;
  for (const std::string& line : page) {
    if (inside && line == "```") {
      inside = marked = false;
    } else if (inside) {
      if (!line.empty()) commands.push_back(line);
    } else if (marked && line == "```sh") {
      inside = true;
    } else {
      marked = line == "<!-- tested -->";
    }
  }
  return commands;
}

std::string binary_folder() {
  const char* binary = std::getenv("TAPEDECK_BINARY");
  if (binary == nullptr) throw std::runtime_error("TAPEDECK_BINARY is not set; run by ctest");
  return std::filesystem::path{binary}.parent_path().string() + "/";
}

// With the programs of this build instead of those the reader will have.
std::string for_this_build(std::string command) {
  const std::string there = "build/release/bin/";
  for (std::size_t at = 0; (at = command.find(there, at)) != std::string::npos;) {
    const std::size_t begin = command.substr(0, at).ends_with("./") ? at - 2 : at;
    command.replace(begin, at + there.size() - begin, binary_folder());
    at = begin + binary_folder().size();
  }
  // The same commands on a twentieth of the messages, where every access is watched.
  const std::size_t at = command.find(" 2M ");
  if (command_is_sanitized() && at != std::string::npos) command.replace(at, 4, " 100k ");
  return command;
}

std::set<std::string> matches(const std::string& text, const char* pattern) {
  std::set<std::string> found;
  const std::regex regex{pattern};
  for (std::sregex_iterator at{text.begin(), text.end(), regex}, end; at != end; ++at) {
    found.insert((*at)[1]);
  }
  return found;
}

// The lines of a page from one heading to the next.
std::string section(const Lines& page, const std::string& heading) {
  std::string text;
  bool inside = false;
  for (const std::string& line : page) {
    if (line.starts_with("#")) inside = line == heading;
    if (inside) text += line + "\n";
  }
  return text;
}

TEST(Readme, CommandsRunAsWritten) {
  const Lines commands = tested_commands(lines_of(source_root() / "README.md"));
  ASSERT_GE(commands.size(), 3U) << "the README has lost its tested commands";
  const TemporaryFolder folder{"readme"};
  for (const std::string& command : commands) {
    const CommandResult result =
        run_command("cd " + quoted(folder.path("")) + " && " + for_this_build(command) + " 2>&1");
    EXPECT_EQ(result.code, 0) << command << "\n" << result.output;
  }
}

TEST(Readme, NamesOnlyFilesThatAreThere) {
  const std::filesystem::path root = source_root();
  for (const std::string page :
       {"README.md", "docs/commands.md", "docs/formats.md", "docs/threads.md", "docs/simulation.md",
        "docs/strategies.md", "docs/adding-a-feed.md", "docs/checks.md", "docs/reliability.md",
        "SECURITY.md", "strategies/README.md", "CHANGELOG.md"}) {
    std::string text;
    for (const std::string& line : lines_of(root / page)) text += line + "\n";
    for (const std::string& link : matches(text, R"(\]\(([^)#:]+)\))")) {
      EXPECT_TRUE(std::filesystem::exists((root / page).parent_path() / link))
          << page << ": " << link;
    }
    for (const std::string& script : matches(text, R"(\./(tools/[a-z_]+))")) {
      EXPECT_TRUE(std::filesystem::exists(root / script)) << page << ": " << script;
    }
  }
}

TEST(Docs, ListEveryOptionOfTheirCommandsAndNoOther) {
  const Lines page = lines_of(source_root() / "docs/commands.md");
  for (const std::string command : {"replay", "batch", "simulate", "convert", "inspect", "book",
                                    "diff", "bench throughput", "bench compare"}) {
    const CommandResult help =
        run_command(binary_folder() + "tapedeck " + command + " --help 2>&1");
    ASSERT_EQ(help.code, 0);
    std::string table = section(page, "## " + command);
    const bool runs_the_engine = command == "replay" || command == "simulate";
    if (runs_the_engine) table += section(page, "## Options of every run");
    auto offered = matches(help.output, R"(\n  (?:-h,)?(--[a-z-]+))");
    offered.erase("--help");
    EXPECT_EQ(matches(table, R"(\n\| `(--[a-z-]+))"), offered) << command;
  }
}

TEST(Docs, HaveASectionForEveryCommand) {
  const CommandResult help = run_command(binary_folder() + "tapedeck --help 2>&1");
  const std::size_t at = help.output.find("Subcommands:");
  ASSERT_NE(at, std::string::npos);
  const std::string list = help.output.substr(at, help.output.find("\nExamples:") - at);
  const auto commands = matches(list, R"(\n  ([a-z]+) )");
  EXPECT_GE(commands.size(), 6U);
  for (const std::string& command : commands) {
    EXPECT_NE(section(lines_of(source_root() / "docs/commands.md"), "## " + command), "")
        << command;
  }
}

TEST(Docs, ListEveryFieldOfTheSummaryOfConvertAndNoOther) {
  const TemporaryFolder folder{"convert-docs"};
  const std::string day = quoted(folder.path("day.itch"));
  ASSERT_EQ(run_command(binary_folder() + "tapedeck simulate --rate max --events 1k --record " +
                        day + " 2>&1")
                .code,
            0);
  const CommandResult run = run_command(binary_folder() + "tapedeck convert --json " + day +
                                        " --out " + quoted(folder.path("out.itch")));
  ASSERT_EQ(run.code, 0);
  std::set<std::string> fields;
  const nlohmann::json summary = nlohmann::json::parse(run.output);
  for (const auto& [name, value] : summary.items()) fields.insert(name);
  std::set<std::string> documented;
  for (const std::string& names :
       matches(section(lines_of(source_root() / "docs/commands.md"), "## convert"),
               R"(\n\| (`[a-z][^|]*)\|)")) {
    documented.merge(matches(names, R"(`([a-z_]+)`)"));
  }
  EXPECT_EQ(documented, fields);
}

TEST(Docs, ListEveryFieldOfTheThroughputBenchmarkAndNoOther) {
  const TemporaryFolder folder{"bench-docs"};
  const std::string day = quoted(folder.path("day.itch"));
  ASSERT_EQ(run_command(binary_folder() + "tapedeck simulate --rate max --events 1k --record " +
                        day + " 2>&1")
                .code,
            0);
  const CommandResult run = run_command(binary_folder() + "tapedeck bench throughput --json " +
                                        day + " --rounds 3 2>/dev/null");
  ASSERT_TRUE(run.code == 0 || run.code == 4) << "4: others had the cores";
  std::set<std::string> fields;
  const nlohmann::json results = nlohmann::json::parse(run.output);
  for (const auto& [name, value] : results.items()) fields.insert(name);
  std::set<std::string> documented;
  for (const std::string& names :
       matches(section(lines_of(source_root() / "docs/commands.md"), "## bench throughput"),
               R"(\n\| (`[a-z][^|]*)\|)")) {
    documented.merge(matches(names, R"(`([a-z_]+)`)"));
  }
  EXPECT_EQ(documented, fields);
}

TEST(Docs, ListEveryFieldOfTheJsonSummaryAndNoOther) {
  const TemporaryFolder folder{"json-docs"};
  const std::string day = quoted(folder.path("day.itch"));
  ASSERT_EQ(run_command(binary_folder() + "tapedeck simulate --rate max --events 1k --record " +
                        day + " 2>&1")
                .code,
            0);
  const CommandResult run = run_command(binary_folder() + "tapedeck replay --json " + day);
  ASSERT_EQ(run.code, 0);
  std::set<std::string> fields;
  const nlohmann::json summary = nlohmann::json::parse(run.output);
  for (const auto& [name, value] : summary.items()) fields.insert(name);
  const std::string table =
      section(lines_of(source_root() / "docs/commands.md"), "## JSON summary");
  std::set<std::string> documented;
  for (const std::string& names : matches(table, R"(\n\| ([^|]*)\|)")) {
    documented.merge(matches(names, R"(`([a-z_]+)`)"));
  }
  EXPECT_EQ(documented, fields);
}

TEST(TestedCommands, AreThoseOfMarkedBlocksOnly) {
  const Lines page{"```sh", "no", "```", "<!-- tested -->", "```sh", "one", "two", "```",
                   "```sh", "no", "```"};
  EXPECT_EQ(tested_commands(page), (Lines{"one", "two"}));
}

}  // namespace
}  // namespace tapedeck::test
