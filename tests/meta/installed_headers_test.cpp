// Headers as they will be installed: under tapedeck/, and complete without the sources.
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/compile_command.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::test {
namespace {

namespace fs = std::filesystem;

class InstalledHeaders : public ::testing::Test {
 protected:
  void SetUp() override {
    const CommandResult mapped =
        run_command("cmake -DFROM=" + quoted(source_root().string()) +
                    " -DTO=" + quoted(folder_.path("include")) + " -P " +
                    quoted((source_root() / "cmake/InstallHeaders.cmake").string()) + " 2>&1");
    ASSERT_EQ(mapped.code, 0) << mapped.output;
  }

  /// Compiles it with nothing of the sources on the include path.
  CommandResult compile(const std::string& content) const {
    std::string command = compile_command("engine/pipeline/");
    const std::string sources = "-I" + source_root().string();
    const auto at = command.find(sources + " ");
    if (at == std::string::npos) return {1, "the build does not name " + sources};
    command.replace(at, sources.size(), "-I" + quoted(folder_.path("include")));
    return run_command("LC_ALL=C " + command + " -fsyntax-only " +
                       quoted(folder_.write("user.cpp", content)) + " 2>&1");
  }

  TemporaryFolder folder_{"installed-headers"};
};

TEST_F(InstalledHeaders, AllCompileByTheirInstalledNames) {
  std::string user;
  std::size_t headers = 0;
  const fs::path root = folder_.path("include");
  for (const auto& entry : fs::recursive_directory_iterator{root}) {
    if (!entry.is_regular_file()) continue;
    user += "#include \"" + entry.path().lexically_relative(root).generic_string() + "\"\n";
    ++headers;
  }
  EXPECT_GT(headers, 100U);
  const CommandResult compiled =
      compile(user + "int main() { return tapedeck::kNoPrice.value == 0; }\n");
  EXPECT_EQ(compiled.code, 0) << compiled.output;
}

TEST_F(InstalledHeaders, AreNotFoundByTheNamesThatSourcesUse) {
  const CommandResult compiled = compile("#include \"engine/core/types.hpp\"\nint main() {}\n");
  EXPECT_NE(compiled.code, 0);
  EXPECT_NE(compiled.output.find("engine/core/types.hpp"), std::string::npos) << compiled.output;
}

}  // namespace
}  // namespace tapedeck::test
