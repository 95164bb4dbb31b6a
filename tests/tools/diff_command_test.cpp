// `tapedeck diff`: finds what was changed, and nothing where nothing was.
#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/itch_flow.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::ItchDay;
using test::Outcome;

class DiffCommand : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const ItchDay& day) {
    const Bytes bytes = day.bytes();
    std::ofstream{folder_.path(name), std::ios::binary}.write(
        reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return folder_.path(name);
  }
  // Message 5 is order 1, message 6 order 2, ...
  static ItchDay opening() {
    ItchDay day;
    day.system('O').directory(1, "AAPL").directory(2, "MSFT").system('Q');
    for (u64 id = 1; id <= 50; ++id) day.add(1, "AAPL", id, 'B', 100, 1'000'000);
    return day;
  }
  json compared(const std::string& a, const std::string& b, int exit_code) {
    const Outcome run = command_.run({"diff", a, b, "--json"});
    EXPECT_EQ(run.exit_code, exit_code) << run.err;
    return run.json();
  }

  test::TemporaryFolder folder_{"diff"};
  test::Command command_{folder_};
};

TEST_F(DiffCommand, ATapeIsWhatItWasRecordedFrom) {
  const std::string day = write("day.itch", opening().system('C'));
  const std::string tape = folder_.path("day.tape");
  ASSERT_EQ(command_.run({"replay", day, "--record", tape}).exit_code, 0);
  const json same = compared(day, tape, 0);
  EXPECT_TRUE(same["equal"]);
  EXPECT_EQ(same["messages"], 55);
  EXPECT_TRUE(same["event"].is_null());
  EXPECT_TRUE(same["book"].is_null());
}

TEST_F(DiffCommand, NamesTheFirstEventAndTheFirstBook) {
  const std::string a = write("a.itch", opening().execute(1, 20, 30).remove(1, 3));
  const std::string b = write("b.itch", opening().execute(1, 20, 40).remove(1, 3));
  const json found = compared(a, b, 4);
  EXPECT_EQ(found["event"]["message"], 55);
  EXPECT_EQ(found["event"]["a"]["event"], "execute 30, order 20");
  EXPECT_EQ(found["event"]["b"]["event"], "execute 40, order 20");
  EXPECT_EQ(found["book"]["message"], 55);
  EXPECT_EQ(found["book"]["symbol"], "AAPL");
  const Outcome text = command_.run({"diff", a, b});
  EXPECT_NE(text.out.find("bid at 100, place 20 of the queue\n    A       70, order 20, one of 50\n"
                          "    B       60, order 20, one of 50"),
            std::string::npos)
      << text.out;
}

TEST_F(DiffCommand, TellsEventsThatChangeNoBookFromThoseThatDo) {
  // A halt in one of them, and the same orders after that.
  const std::string a =
      write("a.itch", opening().trading(2, "MSFT", 'H').at(35'000'000'000'000).remove(1, 3));
  const std::string b =
      write("b.itch", opening().trading(2, "MSFT", 'T').at(35'000'000'000'000).remove(1, 3));
  const json found = compared(a, b, 4);
  EXPECT_EQ(found["event"]["message"], 55);
  EXPECT_TRUE(found["book"].is_null());
}

TEST_F(DiffCommand, FindsAMessageThatOneOfThemLacks) {
  const std::string a = write("a.itch", opening().remove(1, 50));
  const std::string b = write("b.itch", opening());
  const json found = compared(a, b, 4);
  EXPECT_EQ(found["event"]["message"], 55);
  EXPECT_EQ(found["event"]["a"]["event"], "remove, order 50");
  EXPECT_TRUE(found["event"]["b"].is_null());
  EXPECT_TRUE(compared(b, a, 4)["event"]["a"].is_null());
}

TEST_F(DiffCommand, DamageAndBadUse) {
  const std::string whole = write("a.itch", opening().system('C'));
  const std::string cut = folder_.path("cut.itch");
  std::filesystem::copy_file(whole, cut);
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) - 30);
  const Outcome run = command_.run({"diff", whole, cut});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_TRUE(run.says("the file was cut")) << run.err;
  EXPECT_EQ(command_.run({"diff", cut, cut}).exit_code, 3);
  test::expect_refused(command_.run({"diff", whole}), "B is required");
  test::expect_refused(command_.run({"diff", whole, folder_.path("none")}), "cannot be opened");
}

}  // namespace
}  // namespace tapedeck
