// The formatter and the compiler still refuse what they are there to refuse. Each case has its
// opposite, so that a missing tool fails instead of passing for a refusal.
#include <string>

#include <gtest/gtest.h>

#include "tests/support/compile_command.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::test {
namespace {

CommandResult format_check(const TemporaryFolder& folder, const std::string& content) {
  // The style comes from the nearest .clang-format above the file.
  std::filesystem::copy_file(source_root() / ".clang-format", folder.path(".clang-format"),
                             std::filesystem::copy_options::overwrite_existing);
  const std::string file = folder.write("planted.cpp", content);
  return run_command("clang-format --dry-run -Werror " + quoted(file) + " 2>&1");
}

TEST(Formatter, PassesAWellFormattedFile) {
  const TemporaryFolder folder{"format-good"};
  const CommandResult result = format_check(folder, "int main() {\n  return 0;\n}\n");
  EXPECT_EQ(result.code, 0) << result.output;
}

TEST(Formatter, RefusesABadlyFormattedFile) {
  const TemporaryFolder folder{"format-bad"};
  const CommandResult result = format_check(folder, "int main( ){return 0;}\n");
  EXPECT_EQ(result.code, 1);
  EXPECT_NE(result.output.find("clang-format-violations"), std::string::npos) << result.output;
}

CommandResult compile(const TemporaryFolder& folder, const std::string& content) {
  const std::string file = folder.write("planted.cpp", content);
  return compile_like("tests/engine/", file);
}

TEST(Compiler, PassesACleanFile) {
  const TemporaryFolder folder{"compile-good"};
  const CommandResult result = compile(folder, "int main() {}\n");
  EXPECT_EQ(result.code, 0) << result.output;
}

TEST(Compiler, TakesAnUnusedVariableForAnError) {
  const TemporaryFolder folder{"compile-unused"};
  const CommandResult result = compile(folder, "int main() { int planted = 1; }\n");
  EXPECT_NE(result.code, 0);
  EXPECT_NE(result.output.find("planted"), std::string::npos) << result.output;
}

TEST(Compiler, TakesALossyConversionForAnError) {
  const TemporaryFolder folder{"compile-lossy"};
  const CommandResult result =
      compile(folder, "short narrowed(long planted) { return planted; }\nint main() {}\n");
  EXPECT_NE(result.code, 0);
  EXPECT_NE(result.output.find("conversion"), std::string::npos) << result.output;
}

}  // namespace
}  // namespace tapedeck::test
