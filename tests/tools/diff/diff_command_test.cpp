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

// A second of messages each minute, for ten minutes; one of them changed.
ItchDay ten_minutes(u64 changed) {
  ItchDay day;
  day.system('O').directory(1, "AAPL").directory(2, "MSFT").system('Q');
  u64 id = 0;
  for (u64 minute = 0; minute < 10; ++minute) {
    for (u64 i = 0; i < 100; ++i) {
      ++id;
      day.at((34'200 + 60 * minute) * 1'000'000'000 + i * 1'000'000);
      day.add(static_cast<u16>(1 + id % 2), id % 2 == 0 ? "AAPL" : "MSFT", id, 'B',
              id == changed ? 7 : 100, 1'000'000 + static_cast<u32>(id % 10) * 100);
    }
  }
  return day.system('C');
}

TEST_F(DiffCommand, BeginsAtTheLastCheckpointThatBothHave) {
  const std::string a = write("a.itch", ten_minutes(0));
  const std::string b = write("b.itch", ten_minutes(755));
  const std::string tape_a = folder_.path("a.tape");
  const std::string tape_b = folder_.path("b.tape");
  ASSERT_EQ(command_.run({"replay", a, "--record", tape_a, "--checkpoints", "1m"}).exit_code, 0);
  ASSERT_EQ(command_.run({"convert", b, "--out", tape_b, "--checkpoints", "1m"}).exit_code, 0);
  // Seven minutes of 100 messages, and the four ahead of them.
  const json found = compared(tape_a, tape_b, 4);
  EXPECT_EQ(found["begun_after"], 704);
  EXPECT_EQ(found["event"]["message"], 759);
  EXPECT_EQ(found["event"]["a"]["event"], "add bid 100 at 100.05, order 755");
  EXPECT_EQ(found["event"]["b"]["event"], "add bid 7 at 100.05, order 755");
  EXPECT_EQ(found["book"]["symbol"], "MSFT");
  // The same as without checkpoints.
  json whole = compared(a, b, 4);
  EXPECT_TRUE(whole["begun_after"].is_null());
  EXPECT_EQ(whole["event"], found["event"]);
  EXPECT_EQ(whole["book"], found["book"]);
  const Outcome asked = command_.run({"diff", tape_a, tape_b, "--whole", "--json"});
  EXPECT_EQ(test::without_provenance(asked.json()), test::without_provenance(whole));
  const Outcome text = command_.run({"diff", tape_a, tape_b});
  EXPECT_NE(text.out.find("checkpoints    are the same up to message 704"), std::string::npos)
      << text.out;
}

TEST_F(DiffCommand, ACheckpointOfOneOfThemIsNoneOfBoth) {
  const std::string a = write("a.itch", ten_minutes(0));
  const std::string tape_a = folder_.path("a.tape");
  const std::string tape_b = folder_.path("b.tape");
  ASSERT_EQ(command_.run({"convert", a, "--out", tape_a, "--checkpoints", "3m"}).exit_code, 0);
  ASSERT_EQ(command_.run({"convert", a, "--out", tape_b, "--checkpoints", "2m"}).exit_code, 0);
  EXPECT_TRUE(compared(a, tape_b, 0)["begun_after"].is_null());
  // Nine minutes on the one, eight on the other: six on both.
  const json same = compared(tape_a, tape_b, 0);
  EXPECT_TRUE(same["equal"]);
  EXPECT_EQ(same["begun_after"], 604);
  EXPECT_EQ(same["messages"], 401);
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
