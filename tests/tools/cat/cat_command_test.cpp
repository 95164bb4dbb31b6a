// `tapedeck cat` as its user runs it: rows of any format at once, of what was asked for only.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/conversion.hpp"
#include "tests/support/itch_flow.hpp"

namespace tapedeck {
namespace {

using test::file_content;
using test::Outcome;
using test::text_of;

class Cat : public test::Conversion {
 protected:
  Cat() : Conversion("cat") {}

  Outcome cat(std::vector<std::string> arguments, const std::string& input = "/dev/null") {
    arguments.insert(arguments.begin(), "cat");
    return command_.run(arguments, input);
  }
  std::string small_day() {
    constexpr u64 kHalfPastNine = 34'200'000'000'000;
    test::ItchDay day;
    day.at(kHalfPastNine).system('O').directory(7, "ACME").directory(8, "OTHER");
    day.add(7, "ACME", 1, 'B', 100, 1'002'500).add(8, "OTHER", 9, 'S', 5, 200'000);
    day.execute(7, 1, 40).replace(7, 1, 2, 30, 1'002'600).cancel(7, 2, 10).remove(7, 2);
    return write("2019-12-30.itch", text_of(day.execute(7, 77, 1).system('C').bytes()));
  }
  static auto lines_of(const std::string& text) { return std::ranges::count(text, '\n'); }
};

TEST_F(Cat, TellsWhatHappenedToEachOrder) {
  const Outcome run = cat({small_day(), "--kinds", "add,execute,replace,reduce,remove"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.err, "");
  const std::string at = "09:30:00.0000";
  EXPECT_EQ(
      run.out,
      "# 2019-12-30, US Eastern\n" +                                                            //
          at + "04000  @4          ACME     add            " + "bid 100 @ 100.25  order 1\n" +  //
          at + "05000  @5          OTHER    add            " + "ask 5 @ 20.00  order 9\n" +     //
          at + "06000  @6          ACME     execute        " +
          "bid 40 @ 100.25  order 1  match 1\n" +  //
          at + "07000  @7          ACME     replace        " +
          "bid 30 @ 100.26  order 1  now 2\n" +                                                //
          at + "08000  @8          ACME     reduce         " + "bid 10 @ 100.26  order 2\n" +  //
          at + "09000  @9          ACME     remove         " + "bid @ 100.26  order 2\n" +     //
          at + "10000  @10         ACME     execute        " + "1  order 77  match 2\n");
}

TEST_F(Cat, WritesTheRowsOfConvert) {
  const std::string day = write("2019-12-30.itch", day_);
  ASSERT_EQ(convert({day}, "day.tape").exit_code, 0);
  for (const std::string& source : {day, path("day.tape")}) {
    for (const std::string as : {"csv", "jsonl"}) {
      ASSERT_EQ(convert({source}, "rows." + as).exit_code, 0);
      const Outcome run = cat({source, "--as", as});
      EXPECT_EQ(run.exit_code, 0) << run.err;
      EXPECT_EQ(run.out, file_content(path("rows." + as)));
    }
  }
}

TEST_F(Cat, ShowsOnlyWhatWasAskedFor) {
  const std::string day = small_day();
  EXPECT_EQ(lines_of(cat({day, "--as", "jsonl", "--symbols", "OTHER", "--kinds", "add"}).out), 1);
  EXPECT_EQ(lines_of(cat({day, "--as", "jsonl", "--limit", "3"}).out), 3);
  const Outcome part = cat({day, "--as", "csv", "--from", "@6", "--to", "@8", "-q"});
  EXPECT_EQ(part.exit_code, 0) << part.err;
  EXPECT_EQ(lines_of(part.out), 3);
  // Orders from before the part are known in it.
  EXPECT_NE(part.out.find("execute,bid,0,ACME,1,1,,100.25,40,"), std::string::npos) << part.out;
  const Outcome sent = cat({day, "--as", "csv", "--from", "@6", "--to", "@8", "-q", "--as-sent"});
  EXPECT_NE(sent.out.find("execute,,0,ACME,1,1,,,40,"), std::string::npos) << sent.out;
  const Outcome zone = cat({day, "--from", "14:30:00.000009Z", "--tz", "UTC", "--limit", "1"});
  EXPECT_TRUE(zone.out.starts_with("# 2019-12-30, UTC\n14:30:00.000009000  @9 ")) << zone.out;
}

TEST_F(Cat, BeginsAtACheckpointOfATape) {
  const std::string day = write("2019-12-30.itch", day_);
  const auto taped =
      command_.run({"convert", day, "--out", path("day.tape"), "--checkpoints", "1s"});
  ASSERT_EQ(taped.exit_code, 0) << taped.err;
  const std::vector<std::string> part{"--from", "@4500", "--as", "csv", "-q"};
  const auto with = [&](std::vector<std::string> words) {
    words.insert(words.end(), part.begin(), part.end());
    return cat(words);
  };
  const Outcome of_tape = with({path("day.tape")});
  EXPECT_EQ(of_tape.exit_code, 0) << of_tape.err;
  EXPECT_EQ(of_tape.out, with({day}).out);
  EXPECT_GT(lines_of(of_tape.out), 400);
}

TEST_F(Cat, RefusesWhatItDoesNotKnow) {
  const std::string day = small_day();
  test::expect_refused(cat({day, "--kinds", "add,excute"}), "did you mean execute?");
  test::expect_refused(cat({day, "--kinds", "restore"}), "is no kind of event");
  test::expect_refused(cat({day, "--as", "jsno"}), "must be text, jsonl or csv");
  test::expect_refused(cat({day, "--limit", "0"}), "--limit 0");
  test::expect_refused(cat({day, "--from", "@6", "--to", "@6"}), "does not lie behind");
  test::expect_refused(cat({path("none.itch")}), "none.itch");
}

TEST_F(Cat, WritesWhatWasRightBeforeDamage) {
  const std::string cut = write("2019-12-31.itch", day_.substr(0, day_.size() - 5));
  const Outcome run = cat({cut, "--as", "jsonl"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.says("2019-12-31.itch: byte")) << run.err;
  EXPECT_GT(lines_of(run.out), 5'000);
  // What lies before the damage was all that was asked for.
  EXPECT_EQ(cat({cut, "--limit", "10"}).exit_code, 0);
  EXPECT_EQ(cat({write("nothing.itch", "")}).exit_code, 3);
  EXPECT_EQ(cat({write("2019-12-30.itch", day_), "--symbols", "NOPE"}).exit_code, 3);
}

TEST_F(Cat, WritesAtOnceWhatAPipeHasBroughtSoFar) {
  const std::string in = path("in");
  ASSERT_EQ(::mkfifo(in.c_str(), 0600), 0);
  std::size_t shown = 0;
  std::thread writer{[&] {
    std::ofstream pipe{in, std::ios::binary};
    pipe << day_.substr(0, day_.size() / 2) << std::flush;
    // The rows come while the pipe is open, however slow the machine is.
    for (int i = 0; i < 10'000 && shown < 2'000; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
      shown = static_cast<std::size_t>(lines_of(file_content(path("out.jsonl"))));
    }
    pipe << day_.substr(day_.size() / 2);
  }};
  const Outcome run = command_.run({"cat", in, "--format", "itch50", "--as", "jsonl"}, "/dev/null",
                                   path("out.jsonl"));
  writer.join();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_GE(shown, 2'000U);
  EXPECT_GT(lines_of(file_content(path("out.jsonl"))), 5'000);
}

TEST_F(Cat, IsQuietWhenItsReaderGoesAway) {
  const std::string day = write("2019-12-30.itch", day_);
  const std::string out = path("out");
  ASSERT_EQ(::mkfifo(out.c_str(), 0600), 0);
  std::thread reader{[&] {
    const int file = ::open(out.c_str(), O_RDONLY);
    char byte{};
    EXPECT_EQ(::read(file, &byte, 1), 1);
    ::close(file);
  }};
  const Outcome run = command_.run({"cat", day}, "/dev/null", out);
  reader.join();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.err, "");
}

}  // namespace
}  // namespace tapedeck
