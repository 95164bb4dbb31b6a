// The example in docs/adding-a-feed.md is code that compiles under the project's own rules.
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/shell.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::test {
namespace {

// The fenced block below the line `<!-- compiled -->`.
std::string compiled_example() {
  std::string code;
  bool marked = false;
  bool inside = false;
  for (const std::string& line : lines_of(source_root() / "docs/adding-a-feed.md")) {
    if (inside && line == "```") break;
    if (inside) code += line + "\n";
    if (marked && line == "```cpp") inside = true;
    marked = line == "<!-- compiled -->";
  }
  return code;
}

// How the build compiles feeds/catalog, up to the file.
std::string compile_command() {
  const std::string path = std::string{TAPEDECK_BUILD_DIR} + "/compile_commands.json";
  std::ifstream file{path};
  if (!file) throw std::runtime_error(path + ": missing; configure with a preset");
  for (const auto& entry : nlohmann::json::parse(file)) {
    if (!entry["file"].get<std::string>().ends_with("feeds/catalog/catalog.cpp")) continue;
    const std::string command = entry["command"];
    return command.substr(0, command.find(" -o "));
  }
  throw std::runtime_error(path + ": does not name the catalog");
}

CommandResult compile(const std::string& code) {
  const TemporaryFolder folder{"feed-guide"};
  const std::string file = folder.write("example.cpp", code);
  return run_command("LC_ALL=C " + compile_command() + " -fsyntax-only " + quoted(file) + " 2>&1");
}

TEST(FeedGuide, ItsExampleIsAFeedThatCompiles) {
  const std::string code = compiled_example();
  ASSERT_NE(code.find("public Feed"), std::string::npos) << "the guide has lost its example";
  const CommandResult made = compile(code +
                                     "namespace tapedeck::feeds {\n"
                                     "std::unique_ptr<Feed> made() {\n"
                                     "  return std::make_unique<TradeRowsFeed>(\n"
                                     "      memory_source(\"rows\", Bytes{}), \"ACME\");\n"
                                     "}\n}\n");
  EXPECT_EQ(made.code, 0) << made.output;
}

TEST(FeedGuide, ItsCompilerNoticesAFeedThatLacksAFunction) {
  std::string code = compiled_example();
  const std::size_t at = code.find("  bool complete() const override");
  ASSERT_NE(at, std::string::npos);
  code.erase(at, code.find('\n', at) - at);
  const CommandResult made = compile(code + "tapedeck::feeds::TradeRowsFeed planted{{}, {}};\n");
  EXPECT_NE(made.code, 0);
  EXPECT_NE(made.output.find("complete"), std::string::npos) << made.output;
}

}  // namespace
}  // namespace tapedeck::test
