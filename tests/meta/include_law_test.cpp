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
       {"engine/thread/batch_ring.hpp", "engine/book/book_set.hpp", "engine/pipeline/engine.hpp",
        "feeds/pcap/frame.hpp", "feeds/catalog/catalog.hpp", "strategies/imbalance.hpp"}) {
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
                     "#include \"engine/book/strategy.hpp\"\n")
                  .empty());
  EXPECT_EQ(judged("strategies/planted.hpp", "#include \"engine/book/book_set.hpp\"\n").size(), 1U);
}

TEST(IncludeLaw, TakesAnIncludeWithoutAFolderForAWrongOne) {
  EXPECT_EQ(judged("tools/planted.cpp", "#include \"replay.hpp\"\n").size(), 1U);
}

}  // namespace
}  // namespace tapedeck::test
