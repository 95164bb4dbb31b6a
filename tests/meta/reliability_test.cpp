// What docs/reliability.md points at is there: each test that it names runs cases, each command is
// one; and the list of what is built in is that of what is installed to build it.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/shell.hpp"
#include "tests/support/source_tree.hpp"

namespace tapedeck::test {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::string text;
  for (const std::string& line : lines_of(path)) text += line + "\n";
  return text;
}

std::vector<std::smatch> matches(const std::string& text, const std::regex& pattern) {
  return {std::sregex_iterator{text.begin(), text.end(), pattern}, std::sregex_iterator{}};
}

std::filesystem::path programs() {
  const char* binary = std::getenv("TAPEDECK_BINARY");
  if (binary == nullptr) throw std::runtime_error("TAPEDECK_BINARY is not set; run by ctest");
  return std::filesystem::path{binary}.parent_path();
}

// "BadInput.\n  AFile...\n": a suite's name ends with a dot, and only suites with cases are listed.
bool names_a_case(const std::string& program, const std::string& filter) {
  const CommandResult list = run_command(quoted((programs() / program).string()) +
                                         " --gtest_list_tests --gtest_filter=" + quoted(filter));
  return list.code == 0 && list.output.find("\n  ") != std::string::npos;
}

TEST(Reliability, EveryTestThatItNamesRunsSomething) {
  const std::string page = text_of(source_root() / "docs/reliability.md");
  const std::regex command{R"(`build/release/bin/([a-z_]+)(?: --gtest_filter=([^`]+))?`)"};
  const auto found = matches(page, command);
  ASSERT_GT(found.size(), 8U);
  for (const std::smatch& each : found) {
    const std::string program = each[1];
    if (!std::filesystem::exists(programs() / program)) {
      // A queue with a mutex has no allocation_test, and the night's builds run the command_test of
      // the release build.
      EXPECT_TRUE(program == "allocation_test" || program == "command_test") << program;
      continue;
    }
    std::string filters = each[2].matched ? each[2].str() : "*";
    for (std::size_t at = 0; at != std::string::npos; at = filters.find(':')) {
      if (at > 0) filters = filters.substr(at + 1);
      const std::string filter = filters.substr(0, filters.find(':'));
      EXPECT_TRUE(names_a_case(program, filter)) << program << " has no case " << filter;
    }
  }
}

TEST(Reliability, AFilterThatNamesNothingIsNoticed) {
  EXPECT_FALSE(names_a_case("engine_test", "NoSuchSuite.*"));
  EXPECT_TRUE(names_a_case("engine_test", "BookRules.*"));
}

TEST(Reliability, EveryScriptThatItNamesIsThere) {
  const std::string page = text_of(source_root() / "docs/reliability.md");
  std::set<std::string> scripts;
  for (const std::smatch& each : matches(page, std::regex{R"(`(tools/[a-z/]+))"})) {
    scripts.insert(each[1]);
    EXPECT_TRUE(std::filesystem::exists(source_root() / each[1].str())) << each[1];
  }
  EXPECT_GE(scripts.size(), 4U);
}

// Of tools/packages.txt the part that the product is built from.
std::set<std::string> built_in() {
  std::set<std::string> packages;
  bool inside = false;
  for (const std::string& line : lines_of(source_root() / "tools/packages.txt")) {
    if (line.starts_with("#")) inside = line.find("are built from") != std::string::npos;
    if (!line.empty() && !line.starts_with("#") && inside) packages.insert(line);
  }
  return packages;
}

TEST(Reliability, TheListOfWhatIsBuiltInIsThatOfThePackages) {
  std::set<std::string> listed;
  const std::string spdx = text_of(source_root() / "docs/third-party.spdx");
  for (const std::smatch& each : matches(spdx, std::regex{"Debian 12's package ([a-z0-9.+-]+)"})) {
    listed.insert(each[1]);
  }
  EXPECT_EQ(listed, built_in());
  EXPECT_GE(listed.size(), 9U);
}

}  // namespace
}  // namespace tapedeck::test
