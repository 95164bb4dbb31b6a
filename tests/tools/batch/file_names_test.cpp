// File names that are not ASCII, in what people read.
#include <sstream>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/demo_flow.hpp"
#include "tools/cli/display_width.hpp"

namespace tapedeck {
namespace {

// The width of a line up to the end of a text; 0 without the text.
std::size_t width_to(const std::string& text, const std::string& name, const std::string& end) {
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find(end);
    if (line.find(name) != std::string::npos && at != std::string::npos) {
      return tools::display_width(line.substr(0, at + end.size()));
    }
  }
  return 0;
}

TEST(FileNames, AreShownAsTheyAreAndAlignedByTheirWidth) {
  const test::TemporaryFolder folder{"file-names"};
  test::Command command{folder};
  const std::string wide = "\u6771\u8A3C\u53D6\u5F15\u6240.itch", plain = "a-plain-name.itch";
  const std::string steering = "a\x1b[2Jb.itch";
  for (const std::string& name : {wide, plain, steering}) {
    test::FileWriter writer{folder.path(name)};
    test::write_demo_flow(writer, {1'000, 5, 3});
    writer.close();
  }
  const test::Outcome batch =
      command.run({"batch", folder.path(wide), folder.path(plain), folder.path(steering),
                   "--out-dir", folder.path("results")});
  ASSERT_EQ(batch.exit_code, 0) << batch.err;
  EXPECT_EQ(batch.out.find('\x1b'), std::string::npos);
  const std::size_t width = width_to(batch.out, plain, "complete");
  EXPECT_GT(width, 0U) << batch.out;
  EXPECT_EQ(width_to(batch.out, wide, "complete"), width) << batch.out;
  EXPECT_EQ(width_to(batch.out, "a\\x1b[2Jb.itch", "complete"), width) << batch.out;

  const std::string tape = "Z\u00FCrich.tape";
  const test::Outcome replay =
      command.run({"replay", folder.path(plain), "--record", folder.path(tape)});
  EXPECT_NE(replay.out.find(tape + "\n"), std::string::npos) << replay.out;
}

}  // namespace
}  // namespace tapedeck
