// Nothing is lost: a recording replaces no file unasked, a result replaces its earlier file whole
// or not at all, the input is never an output, and an output has one writer. Runs the built
// command.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <tuple>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/output/output_place.hpp"
#include "tests/support/command.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/shell.hpp"

namespace tapedeck {
namespace {

namespace fs = std::filesystem;
using test::Outcome;
using Words = std::vector<std::string>;

const std::string kEarlier = "yesterday\n";

class Outputs : public ::testing::Test {
 protected:
  Outputs() {
    test::FileWriter writer{day_};
    test::write_demo_flow(writer, {.messages = 3'000, .instruments = 5, .seed = 7});
    writer.close();
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path(name); }
  [[nodiscard]] std::string content(const std::string& name) const {
    return test::file_content(path(name));
  }
  std::string earlier(const std::string& name) const { return folder_.write(name, kEarlier); }
  Outcome run(Words words) {
    words.emplace_back("--quiet");
    return command_.run(words);
  }
  test::CommandResult shell(const std::string& words) {
    return test::run_command("cd " + test::quoted(path("")) + "; " +
                             test::quoted(command_.binary()) + " " + words + " 2>&1");
  }
  // Names in the folder, but not what the test's own runs print.
  [[nodiscard]] Words names() const {
    Words names;
    for (const auto& entry : fs::recursive_directory_iterator{path("")}) {
      std::string name = entry.path().lexically_relative(path("")).string();
      if (name != "stdout" && name != "stderr") names.push_back(std::move(name));
    }
    std::ranges::sort(names);
    return names;
  }
  // An input in which no event for a book is.
  [[nodiscard]] std::string empty_day() const {
    test::ItchDay day;
    day.system('O').directory(1, "A");
    const Bytes bytes = day.bytes();
    return folder_.write("empty.itch", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }

  // Every kind of output: its name in the folder, and a command that writes it.
  struct Kind {
    std::string name;
    Words words;
    bool is_recording = false;
  };
  [[nodiscard]] std::vector<Kind> kinds() const {
    const Words simulate{"simulate", "--rate", "max", "--events", "500"};
    const auto with = [](Words words, const Words& more) {
      words.insert(words.end(), more.begin(), more.end());
      return words;
    };
    const Words bench{"bench",     "latency", "--duration", "20ms",
                      "--warm-up", "0",       "--watch",    "10ms"};
    return {
        {"a.tape", {"replay", day_, "--record", path("a.tape")}, true},
        {"b.tape", with(simulate, {"--record", path("b.tape")}), true},
        {"c.itch", with(simulate, {"--record", path("c.itch")}), true},
        {"v.1.itch", with(simulate, {"--venues", "2", "--record", path("v.itch")}), true},
        {"d.tape", {"convert", day_, "--out", path("d.tape")}, true},
        {"e.itch", {"convert", day_, "--out", path("e.itch")}, true},
        {"f.itch.gz", {"convert", day_, "--out", path("f.itch.gz")}, true},
        {"g.csv", {"convert", day_, "--out", path("g.csv")}},
        {"h.jsonl.zst", {"convert", day_, "--out", path("h.jsonl.zst")}},
        {"s.csv", {"replay", day_, "--state", path("s.csv")}},
        {"o.csv", {"replay", day_, "--snapshot-every", "1h", "--out", path("o.csv")}},
        {"o.npy", with(simulate, {"--snapshot-every", "1ms", "--out", path("o.npy")})},
        {"o.parquet", {"replay", day_, "--snapshot-every", "1h", "--out", path("o.parquet")}},
        {"summary.json", {"batch", day_, "--out-dir", path("")}},
        {"day.itch.json", {"batch", day_, "--out-dir", path("")}},
        {"day.itch.state.csv", {"batch", day_, "--out-dir", path(""), "--state"}},
        {"p.html", with(bench, {"--report", path("p.html")})},
        {"due_to_book.hgrm", with(bench, {"--hgrm", path("")})},
    };
  }
  static bool is_kept(const Outcome& run) { return run.exit_code == 0 || run.exit_code == 4; }

  test::TemporaryFolder folder_{"outputs"};
  test::Command command_{folder_};
  std::string day_ = folder_.path("day.itch");
};

TEST_F(Outputs, RecordingsReplaceAFileOnlyWhenForced) {
  for (const Kind& kind : kinds()) {
    if (!kind.is_recording) continue;
    earlier(kind.name);
    const Words before = names();
    test::expect_refused(run(kind.words), kind.name + ": is there already");
    EXPECT_EQ(content(kind.name), kEarlier);
    EXPECT_EQ(names(), before) << "other files of the run";
    Words forced = kind.words;
    forced.emplace_back("--force");
    EXPECT_EQ(run(forced).exit_code, 0) << kind.name;
    EXPECT_NE(content(kind.name), kEarlier);
    EXPECT_EQ(command_.run({"replay", path(kind.name), "--quiet"}).exit_code, 0) << kind.name;
  }
}

TEST_F(Outputs, ResultsReplaceAFileUnasked) {
  for (const Kind& kind : kinds()) {
    if (kind.is_recording) continue;
    earlier(kind.name);
    const Outcome run = this->run(kind.words);
    EXPECT_TRUE(is_kept(run)) << kind.name << run.err;
    EXPECT_NE(content(kind.name), kEarlier) << kind.name;
  }
  for (const std::string& name : names()) {
    EXPECT_EQ(name.find(".part-"), std::string::npos) << name;
  }
}

TEST_F(Outputs, ForceIsRefusedWhereNothingIsRecorded) {
  test::expect_refused(run({"replay", day_, "--force"}), "--force: nothing is recorded");
  test::expect_refused(run({"simulate", "--force"}), "--force: nothing is recorded");
  test::expect_refused(run({"convert", day_, "--out", path("a.csv"), "--force"}),
                       "--force: nothing is recorded");
}

TEST_F(Outputs, HaveOneWriterForcedOrNot) {
  for (const Kind& kind : kinds()) {
    const output::OutputPlace first{path(kind.name)};
    for (const bool force : {false, true}) {
      Words words = kind.words;
      if (force && !kind.is_recording) continue;
      if (force) words.emplace_back("--force");
      const Outcome run = this->run(words);
      if (kind.name.starts_with("day.itch.")) {  // of one file of a batch, which goes on
        EXPECT_EQ(run.exit_code, 1) << kind.name << run.err;
      } else {
        EXPECT_EQ(run.exit_code, 2) << kind.name << run.err;
        EXPECT_EQ(run.out, "") << kind.name;
      }
      EXPECT_TRUE(run.says("is being written by another process")) << kind.name << run.err;
    }
  }
}

TEST_F(Outputs, ATapeThatIsRecordedHasOneWriter) {
  const std::string tape = path("live.tape");
  std::optional<Outcome> second;
  const Outcome first = command_.run_and_signal(
      {"simulate", "--rate", "20k", "--duration", "60s", "--record", tape, "--quiet"}, SIGTERM,
      [&](pid_t) {
        std::error_code absent;
        if (fs::file_size(tape, absent) < 1'000 || absent) return false;
        const test::TemporaryFolder own{"second-writer"};
        second = test::Command{own}.run({"simulate", "--rate", "max", "--events", "10", "--record",
                                         tape, "--force", "--quiet"});
        return true;
      });
  EXPECT_EQ(first.exit_code, 143) << first.err;
  ASSERT_TRUE(second);
  test::expect_refused(*second, "is being written by another process");
  EXPECT_EQ(command_.run({"replay", tape, "--quiet"}).exit_code, 0);
}

TEST_F(Outputs, AreNeverTheInput) {
  const std::string before = content("day.itch");
  fs::create_hard_link(day_, path("hard.itch"));
  fs::create_symlink("day.itch", path("link.itch"));
  const std::string tape = path("precious.tape");
  ASSERT_EQ(run({"replay", day_, "--record", tape}).exit_code, 0);
  const std::string taped = content("precious.tape");
  for (const std::string words :
       {"replay - --record precious.tape --force < precious.tape",
        "replay /dev/stdin --record precious.tape --force < precious.tape",
        "replay /dev/fd/0 --record precious.tape --force < precious.tape",
        "replay /proc/self/fd/3 --record precious.tape --force 3< precious.tape",
        "convert - --out day.itch --force < day.itch", "convert hard.itch --out day.itch --force",
        "convert link.itch --out day.itch --force", "convert day.itch --out hard.itch --force",
        "convert day.itch --out link.itch --force", "convert day.itch --out ./day.itch --force",
        "convert day.itch --out ../$(basename $PWD)/day.itch --force"}) {
    const test::CommandResult run = shell(words);
    EXPECT_EQ(run.code, 2) << words << run.output;
    EXPECT_NE(run.output.find("is an input of this run"), std::string::npos) << run.output;
  }
  EXPECT_EQ(content("day.itch"), before);
  EXPECT_EQ(content("precious.tape"), taped);
}

// A shell that appends to the input changes it while it is read.
TEST_F(Outputs, OfTheShellAreNeverTheInputEither) {
  const std::string before = content("day.itch");
  for (const std::string words :
       {"replay day.itch --json >> day.itch", "replay - --json < day.itch 1<> day.itch"}) {
    const test::CommandResult run =
        test::run_command("cd " + test::quoted(path("")) + "; exec 2>stderr; " +
                          test::quoted(command_.binary()) + " " + words);
    EXPECT_EQ(run.code, 2) << words;
    EXPECT_NE(content("stderr").find("goes to an input of this run"), std::string::npos);
  }
  EXPECT_EQ(content("day.itch"), before);
}

// What a killed run left may be read, and the next run would delete it.
TEST_F(Outputs, AreNotATemporaryFileThatIsRead) {
  fs::copy_file(day_, path(".out.itch.part-1"));
  test::expect_refused(run({"convert", path(".out.itch.part-1"), "--out", path("out.itch")}),
                       "is an input of this run");
  EXPECT_EQ(content(".out.itch.part-1"), content("day.itch"));
}

TEST_F(Outputs, OfOneRunAreDifferentFiles) {
  fs::create_symlink("a.csv", path("link.csv"));
  for (const std::string other : {"a.csv", "./a.csv", "link.csv"}) {
    const test::CommandResult run =
        shell("replay day.itch --snapshot-every 1h --out a.csv --state " + other);
    EXPECT_EQ(run.code, 2) << other << run.output;
    EXPECT_NE(run.output.find("is the place of two outputs"), std::string::npos) << run.output;
  }
  const test::CommandResult run =
      test::run_command("cd " + test::quoted(path("")) + "; exec 2>stderr; " +
                        test::quoted(command_.binary()) + " replay day.itch --state b.csv > b.csv");
  EXPECT_EQ(run.code, 2);
  EXPECT_NE(content("stderr").find("standard output"), std::string::npos) << content("stderr");
}

TEST_F(Outputs, OfAUsageErrorAreNoFiles) {
  const Words before = names();
  test::expect_refused(run({"replay", day_, "--state", path("s.csv"), "--snapshot-every", "1h",
                            "--out", path("o.csv"), "--from", "99:99"}),
                       "99:99");
  test::expect_refused(
      run({"replay", path("missing.itch"), "--record", path("a.tape"), "--state", path("s.csv")}),
      "missing.itch");
  test::expect_refused(run({"simulate", "--record", path("a.tape"), "--shards", "many"}), "many");
  test::expect_refused(run({"convert", path("missing.itch"), "--out", path("a.tape")}), "missing");
  test::expect_refused(run({"bench", "latency", "--rate", "none", "--report", path("p.html"),
                            "--hgrm", path("new/folder")}),
                       "none");
  const output::OutputPlace busy{path("p.html")};
  test::expect_refused(run({"bench", "latency", "--duration", "20ms", "--report", path("p.html"),
                            "--hgrm", path("new/folder")}),
                       "p.html: is being written");
  test::expect_refused(run({"batch", path("missing.itch"), "--out-dir", path("new/out")}), "miss");
  Words after = names();
  std::erase(after, ".p.html.part-1");
  EXPECT_EQ(after, before);
}

TEST_F(Outputs, OfAnInputWithoutAnEventLeaveTheEarlier) {
  const std::string empty = empty_day();
  const Words plain{"replay",
                    empty,
                    "--state",
                    earlier("s.csv"),
                    "--record",
                    earlier("a.tape"),
                    "--force",
                    "--snapshot-every",
                    "1h",
                    "--out",
                    earlier("o.csv")};
  const Outcome replayed = run(plain);
  EXPECT_EQ(replayed.exit_code, 3) << replayed.err;
  const Outcome converted =
      run({"convert", day_, "--symbols", "NOPE", "--out", earlier("b.tape"), "--force"});
  EXPECT_EQ(converted.exit_code, 3) << converted.err;
  EXPECT_NE(converted.out.find("wrote     nothing"), std::string::npos) << converted.out;
  EXPECT_EQ(run({"convert", day_, "--symbols", "NOPE", "--out", path("new.tape")}).exit_code, 3);
  EXPECT_EQ(run({"convert", day_, "--symbols", "NOPE", "--out", path("new.itch")}).exit_code, 3);
  for (const char* name : {"s.csv", "a.tape", "o.csv", "b.tape"}) {
    EXPECT_EQ(content(name), kEarlier) << name;
  }
  EXPECT_EQ(names(), (Words{"a.tape", "b.tape", "day.itch", "empty.itch", "o.csv", "s.csv"}));
  // The messages of a new tape may be nowhere else.
  EXPECT_EQ(run({"replay", empty, "--record", path("messages.tape")}).exit_code, 3);
  EXPECT_EQ(command_.run({"inspect", path("messages.tape"), "--json"}).json()["messages"], 2);
}

TEST_F(Outputs, OfDamagedInputWithEventsReplaceTheEarlier) {
  const std::string bytes = content("day.itch");
  const std::string cut = folder_.write("cut.itch", bytes.substr(0, bytes.size() / 2));
  EXPECT_EQ(run({"replay", cut, "--state", earlier("s.csv")}).exit_code, 3);
  EXPECT_TRUE(content("s.csv").starts_with("symbol,"));
  EXPECT_EQ(run({"convert", cut, "--out", earlier("r.csv")}).exit_code, 3);
  EXPECT_NE(content("r.csv"), kEarlier);
}

TEST_F(Outputs, OfARunThatFailsLeaveTheEarlier) {
  const Words limited{"replay", day_, "--state", earlier("s.csv"), "--json", "--max-orders", "20"};
  const Outcome capped = run(limited);
  EXPECT_EQ(capped.exit_code, 1) << capped.err;
  EXPECT_EQ(content("s.csv"), kEarlier);
  EXPECT_TRUE(capped.json()["written"].empty());

  // One output that cannot be written fails the run, so the other one is not replaced either.
  fs::create_symlink("/dev/full", path("full.csv"));
  EXPECT_EQ(run({"replay", day_, "--state", path("s.csv"), "--snapshot-every", "1h", "--out",
                 path("full.csv")})
                .exit_code,
            1);
  EXPECT_EQ(content("s.csv"), kEarlier);

  // So does a summary that cannot be printed.
  EXPECT_EQ(
      command_.run({"replay", day_, "--state", path("s.csv")}, "/dev/null", "/dev/full").exit_code,
      1);
  EXPECT_EQ(content("s.csv"), kEarlier);
  EXPECT_EQ(names(), (Words{"day.itch", "full.csv", "s.csv"}));
}

TEST_F(Outputs, OfARunThatASignalEndsAreWhole) {
  const Outcome run = command_.run_and_signal_amid_events(
      {"simulate", "--duration", "60s", "--snapshot-every", "10ms", "--out", earlier("o.csv"),
       "--state", earlier("s.csv"), "--json"},
      SIGTERM, std::chrono::milliseconds{300});
  EXPECT_EQ(run.exit_code, 143) << run.err;
  EXPECT_EQ(run.json()["written"].size(), 2U);
  EXPECT_TRUE(content("s.csv").starts_with("symbol,"));
  EXPECT_TRUE(content("o.csv").ends_with("\n"));
}

TEST_F(Outputs, OfAKilledRunAreCleanedUpByTheNext) {
  const Words words{"simulate",         "--duration", "60s",   "--rate",         "20k",
                    "--snapshot-every", "10ms",       "--out", earlier("o.csv"), "--record",
                    path("a.itch")};
  const Outcome run =
      command_.run_and_signal_amid_events(words, SIGKILL, std::chrono::milliseconds{200});
  EXPECT_EQ(run.exit_code, 128 + SIGKILL);
  EXPECT_EQ(content("o.csv"), kEarlier);
  EXPECT_EQ(names(), (Words{".a.itch.part-1", ".o.csv.part-1", "day.itch", "o.csv"}));
  EXPECT_EQ(command_
                .run({"simulate", "--events", "100", "--rate", "max", "--snapshot-every", "1ms",
                      "--out", path("o.csv"), "--record", path("a.itch")})
                .exit_code,
            0);
  EXPECT_EQ(names(), (Words{"a.itch", "day.itch", "o.csv"}));
}

TEST_F(Outputs, ATapeIsReplacedOnceTheNewOneHasAnEvent) {
  const std::string tape = path("live.tape");
  ASSERT_EQ(run({"replay", day_, "--record", tape}).exit_code, 0);
  const std::string before = content("live.tape");
  // It waits for the first message of a pipe that nobody has written to.
  ASSERT_EQ(::mkfifo(path("feed").c_str(), 0600), 0);
  const Outcome killed =
      command_.run_and_signal({"replay", path("feed"), "--record", tape, "--force", "--quiet"},
                              SIGKILL, std::chrono::milliseconds{300});
  EXPECT_EQ(killed.exit_code, 128 + SIGKILL);
  EXPECT_EQ(content("live.tape"), before);
  EXPECT_EQ(
      run({"simulate", "--rate", "max", "--events", "500", "--record", tape, "--force"}).exit_code,
      0);
  EXPECT_NE(content("live.tape"), before);
  EXPECT_EQ(command_.run({"replay", tape, "--quiet"}).exit_code, 0);
}

TEST_F(Outputs, OfABatchStayForAFileThatFails) {
  const Words words{"batch", day_, "--out-dir", path("out"), "--state"};
  ASSERT_EQ(run(words).exit_code, 0);
  const std::string state = content("out/day.itch.state.csv");
  fs::copy_file(empty_day(), day_, fs::copy_options::overwrite_existing);
  EXPECT_EQ(run(words).exit_code, 3);
  EXPECT_EQ(content("out/day.itch.state.csv"), state);
  EXPECT_NE(content("out/summary.json").find("\"failed\": 1"), std::string::npos);
  EXPECT_TRUE(nlohmann::json::parse(content("out/day.itch.json"))["written"].empty());
}

}  // namespace
}  // namespace tapedeck
