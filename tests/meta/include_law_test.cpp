#include "tests/support/include_law.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"

namespace tapedeck::test {
namespace {

// A source tree of one file.
std::vector<WrongInclude> judged(const std::string& path, const std::string& content) {
  const TemporaryFolder folder{"include-law"};
  std::filesystem::create_directories(std::filesystem::path{folder.path(path)}.parent_path());
  folder.write(path, content);
  return wrong_includes(source_files(folder.path("")));
}

TEST(IncludeLaw, HoldsInEveryFile) {
  for (const WrongInclude& wrong : wrong_includes(source_files(source_root()))) {
    ADD_FAILURE() << wrong.text();
  }
}

TEST(IncludeLaw, SeesTheFilesItJudges) {
  std::size_t judged = 0;
  for (const SourceFile& file : source_files(source_root())) {
    if (is_code(file) && rule_of(file.path) != nullptr) ++judged;
  }
  EXPECT_GT(judged, 50U);
}

TEST(IncludeLaw, NamesFileAndLineOfAPlantedInclude) {
  EXPECT_EQ(
      judged("engine/core/planted.hpp",
             "#pragma once\n#include <vector>\n#include \"engine/book/book_set.hpp\"\n"),
      (std::vector<WrongInclude>{{"engine/core/planted.hpp", 3, "engine/book/book_set.hpp"}}));
}

TEST(IncludeLaw, KeepsFeedsFromThreadsBooksAndEachOther) {
  for (const std::string included :
       {"engine/thread/batch_ring.hpp", "engine/system/pinning.hpp", "engine/book/book_set.hpp",
        "engine/pipeline/engine.hpp", "engine/output/file_writer.hpp", "feeds/pcap/frame.hpp",
        "feeds/catalog/catalog.hpp", "strategies/imbalance.hpp"}) {
    EXPECT_EQ(judged("feeds/itch50/planted.cpp", " # include \"" + included + "\"\n").size(), 1U)
        << included;
  }
}

TEST(IncludeLaw, LetsFeedsIncludeTheirOwnFolderCoreAndCommon) {
  EXPECT_TRUE(judged("feeds/itch50/planted.cpp",
                     "#include \"feeds/itch50/codec.hpp\"\n#include \"engine/core/types.hpp\"\n"
                     "#include \"feeds/common/codec.hpp\"\n")
                  .empty());
}

TEST(IncludeLaw, ShowsStrategiesNothingOfABookButItsView) {
  EXPECT_TRUE(judged("strategies/planted.hpp",
                     "#include \"engine/book/book_view.hpp\"\n"
                     "#include \"engine/strategy/strategy.hpp\"\n")
                  .empty());
  EXPECT_EQ(judged("strategies/planted.hpp", "#include \"engine/book/book_set.hpp\"\n").size(), 1U);
}

TEST(IncludeLaw, KeepsTheCommandsFoldersFromEachOther) {
  for (const std::string included :
       {"tools/replay/replay.hpp", "tools/batch/batch.hpp", "tools/commands.hpp"}) {
    for (const std::string file : {"tools/cli/planted.cpp", "tools/convert/planted.hpp"}) {
      EXPECT_EQ(judged(file, "#include \"" + included + "\"\n").size(), 1U) << file << included;
    }
  }
  EXPECT_TRUE(judged("tools/planted.cpp", "#include \"tools/replay/replay.hpp\"\n").empty());
}

TEST(IncludeLaw, HasARuleForEveryFolder) {
  for (const SourceFile& file : source_files(source_root())) {
    const bool of_the_command =
        file.path.starts_with("tools/") && file.path.find('/', 6) != std::string::npos;
    if (!is_code(file) || !of_the_command) continue;
    EXPECT_NE(rule_of(file.path)->folder, "tools/") << file.path << ": its folder has no rule";
  }
}

TEST(IncludeLaw, NoFoldersGoRoundInACircle) {
  const auto arrows = folder_arrows(source_files(source_root()));
  EXPECT_GT(arrows.size(), 30U);
  std::string circle;
  for (const std::string& folder : folder_circle(arrows)) circle += folder + " > ";
  EXPECT_EQ(circle, "");
}

TEST(IncludeLaw, NamesTheFoldersOfAPlantedCircle) {
  const TemporaryFolder folder{"include-circle"};
  const auto plant = [&](const std::string& path, const std::string& included) {
    std::filesystem::create_directories(std::filesystem::path{folder.path(path)}.parent_path());
    folder.write(path, "#include \"" + included + "\"\n");
  };
  plant("tools/start/a.hpp", "tools/one/b.hpp");
  plant("tools/one/b.hpp", "tools/two/c.hpp");
  plant("tools/two/c.hpp", "tools/three/d.hpp");
  EXPECT_TRUE(folder_circle(folder_arrows(source_files(folder.path("")))).empty());
  plant("tools/three/d.hpp", "tools/one/b.hpp");
  EXPECT_EQ(folder_circle(folder_arrows(source_files(folder.path("")))),
            (std::vector<std::string>{"tools/one", "tools/two", "tools/three", "tools/one"}));
}

TEST(IncludeLaw, TakesAnIncludeWithoutAFolderForAWrongOne) {
  EXPECT_EQ(judged("tools/planted.cpp", "#include \"replay.hpp\"\n").size(), 1U);
}

}  // namespace
}  // namespace tapedeck::test
