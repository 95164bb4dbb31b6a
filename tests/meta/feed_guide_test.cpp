// The example in docs/adding-a-feed.md is code that compiles under the project's own rules.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/compile_command.hpp"
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

CommandResult compile_feed(const std::string& code) {
  const TemporaryFolder folder{"feed-guide"};
  const std::string file = folder.write("example.cpp", code);
  return compile_like("feeds/catalog/", file);
}

TEST(FeedGuide, ItsExampleIsAFeedThatCompiles) {
  const std::string code = compiled_example();
  ASSERT_NE(code.find("public RecordedFeed"), std::string::npos)
      << "the guide has lost its example";
  const CommandResult made = compile_feed(code +
                                          "namespace tapedeck::feeds {\n"
                                          "std::unique_ptr<Feed> made() {\n"
                                          "  return std::make_unique<TradeRowsFeed>(\n"
                                          "      memory_source(\"rows\", Bytes{}), \"ACME\");\n"
                                          "}\n}\n");
  EXPECT_EQ(made.code, 0) << made.output;
}

TEST(FeedGuide, ItsCompilerNoticesAFeedThatLacksAFunction) {
  for (const std::string lacked : {"said_complete", "seek"}) {
    std::string code = compiled_example();
    const std::size_t function = code.find(" " + lacked + "(");
    ASSERT_NE(function, std::string::npos) << lacked;
    const std::size_t at = code.rfind('\n', function);
    code.erase(at, code.find('\n', function) - at);
    const CommandResult made =
        compile_feed(code + "tapedeck::feeds::TradeRowsFeed planted{{}, {}};\n");
    EXPECT_NE(made.code, 0) << lacked;
    EXPECT_NE(made.output.find(lacked), std::string::npos) << made.output;
  }
}

// A decorator; `seek` is the function that says what seeking does.
CommandResult compile_decorator(const std::string& seek) {
  return compile_feed(
      "#include \"feeds/common/feed_decorator.hpp\"\n"
      "namespace tapedeck::feeds {\n"
      "struct Passing final : FeedDecorator {\n"
      "  explicit Passing(std::unique_ptr<Feed> feed) : FeedDecorator(std::move(feed)) {}\n"
      "  FeedStatus poll(EventBuffer& out, Nanos now) override { return inner().poll(out, now); "
      "}\n" +
      seek + "};\nPassing planted{nullptr};\n}\n");
}

TEST(FeedGuide, ItsCompilerNoticesADecoratorThatForgetsToSeek) {
  const CommandResult whole = compile_decorator(
      "  std::optional<ChannelMoment> seek(const ChannelPlace& place) override {\n"
      "    return inner_recording().seek(place);\n"
      "  }\n");
  EXPECT_EQ(whole.code, 0) << whole.output;
  const CommandResult forgetful = compile_decorator("");
  EXPECT_NE(forgetful.code, 0);
  EXPECT_NE(forgetful.output.find("seek"), std::string::npos) << forgetful.output;
}

}  // namespace
}  // namespace tapedeck::test
