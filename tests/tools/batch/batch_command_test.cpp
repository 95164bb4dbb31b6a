// Many days at once: the results of every file are those of its own replay, whatever the number of
// jobs; what is wrong with one file is told, and stops no other. Runs the built command.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/command.hpp"
#include "tests/support/dbn_file_writer.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/parquet_file.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::Outcome;
using Words = std::vector<std::string>;

const u64 kMessages = test::command_is_sanitized() ? 1'000 : 10'000;

class Batch : public ::testing::Test {
 protected:
  // A day under a name, which may have folders in it.
  std::string day(const std::string& name, u64 seed, u64 messages = kMessages) {
    const std::string path = folder_.path(name);
    fs::create_directories(fs::path{path}.parent_path());
    test::FileWriter writer{path};
    test::write_demo_flow(writer, {messages, 10, seed});
    writer.close();
    return path;
  }
  Words days(int count) {
    Words paths;
    for (int i = 1; i <= count; ++i) {
      const std::string number = (i < 10 ? "0" : "") + std::to_string(i);
      paths.push_back(day("day" + number + ".itch", static_cast<u64>(i)));
    }
    return paths;
  }
  Outcome batch(Words paths, const Words& more = {}) {
    paths.insert(paths.begin(), "batch");
    paths.insert(paths.end(), {"--out-dir", out_, "--json"});
    paths.insert(paths.end(), more.begin(), more.end());
    return command_.run(paths);
  }
  [[nodiscard]] json result_of(const std::string& name) const {
    return json::parse(test::file_content(out_ + "/" + name + ".json"), nullptr, false);
  }
  [[nodiscard]] Words results() const {
    Words names;
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator{out_, absent}) {
      names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
  }

  test::TemporaryFolder folder_{"batch"};
  test::Command command_{folder_};
  std::string out_ = folder_.path("out");
};

json without_timing_of_all(json summary) {
  summary = test::without_timing(std::move(summary));
  for (json& file : summary["results"]) file.erase("elapsed_s");
  return summary;
}

// Three of twenty: cut short, a length of zero in the middle, no format that is known.
class TwentyDays : public Batch {
 protected:
  TwentyDays() {
    const std::string cut = test::file_content(paths_[4]);
    folder_.write("day05.itch", cut.substr(0, cut.size() - 5));
    std::string zero = test::file_content(paths_[11]);
    const std::size_t middle = message_after(zero, zero.size() / 2);
    zero[middle] = zero[middle + 1] = '\0';
    folder_.write("day12.itch", zero);
    fs::remove(paths_[16]);
    paths_[16] = folder_.write("day17.bin", std::string(5'000, '#'));
  }
  static std::size_t message_after(const std::string& bytes, std::size_t least) {
    std::size_t at = 0;
    while (at < least) {
      const auto high = static_cast<unsigned char>(bytes[at]);
      const auto low = static_cast<unsigned char>(bytes[at + 1]);
      at += 2 + std::size_t{high} * 256 + low;
    }
    return at;
  }

  Words paths_ = days(20);
};

TEST_F(TwentyDays, GiveTheSameResultsForAnyNumberOfJobs) {
  std::map<std::string, json> expected;
  std::string told;
  for (const char* jobs : {"1", "2", "4"}) {
    fs::remove_all(out_);
    const Outcome run = batch(paths_, {"--jobs", jobs, "--digest", "flow"});
    EXPECT_EQ(run.exit_code, 3) << run.err;
    std::map<std::string, json> found{{"stdout", without_timing_of_all(run.json())}};
    for (const std::string& name : results()) {
      const json content = json::parse(test::file_content(out_ + "/" + name), nullptr, false);
      ASSERT_FALSE(content.is_discarded()) << name;
      found[name] =
          name == "summary.json" ? without_timing_of_all(content) : test::without_timing(content);
    }
    EXPECT_EQ(found.size(), 22U);
    EXPECT_EQ(found["summary.json"], found["stdout"]);
    if (expected.empty()) {
      expected = found;
      told = test::without_times(run.err);
    }
    EXPECT_EQ(found, expected) << "--jobs " << jobs;
    EXPECT_EQ(test::without_times(run.err), told) << "--jobs " << jobs;
  }
}

TEST_F(TwentyDays, NameTheThreeThatAreDamagedAndSumUpTheOthers) {
  const Outcome run = batch(paths_);
  const json summary = run.json();
  EXPECT_EQ(summary["files"], 20);
  EXPECT_EQ(summary["done"], 17);
  EXPECT_EQ(summary["failed"], 3);
  ASSERT_EQ(summary["failures"].size(), 3U);
  const Words wrong{"day05.itch: byte ", "day12.itch: byte ", "day17.bin: byte 0: "};
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    const json& failure = summary["failures"][i];
    EXPECT_NE(failure["reason"].get<std::string>().find(wrong[i]), std::string::npos) << failure;
    EXPECT_NE(failure["reason"].get<std::string>().find("expected"), std::string::npos) << failure;
    EXPECT_EQ(failure["exit_code"], 3);
    EXPECT_TRUE(run.says(wrong[i])) << run.err;
  }
  u64 messages = 0;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    const json& file = summary["results"][i];
    EXPECT_EQ(file["file"], paths_[i]) << "in the order of the input";
    messages += file["messages"].get<u64>();
  }
  EXPECT_EQ(summary["messages"], messages);
  EXPECT_EQ(summary["results"][4]["messages"], kMessages - 1) << "what was right is kept";
  EXPECT_EQ(summary["results"][4]["result"], "damaged");
  EXPECT_EQ(summary["results"][5]["result"], "done");
}

TEST_F(Batch, GivesEveryFileTheResultsOfItsReplay) {
  const Words paths = days(3);
  const Words flags{"--digest", "flow", "--strategy", "vwap", "--strategy", "bbo"};
  EXPECT_EQ(batch(paths, flags).exit_code, 0);
  for (const std::string& path : paths) {
    Words arguments{"replay", path, "--json"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    EXPECT_EQ(test::without_timing(result_of(fs::path{path}.filename())),
              test::without_timing(command_.run(arguments).json()));
  }
}

TEST_F(Batch, WritesSnapshotsAndStateOfEveryFileAsReplayDoes) {
  const Words paths = days(2);
  EXPECT_EQ(batch(paths, {"--snapshot-every", "10m", "--depth", "2", "--state"}).exit_code, 0);
  EXPECT_EQ(results(), (Words{"day01.itch.json", "day01.itch.snapshots.csv", "day01.itch.state.csv",
                              "day02.itch.json", "day02.itch.snapshots.csv", "day02.itch.state.csv",
                              "summary.json"}));
  const std::string cuts = folder_.path("cuts.csv");
  const std::string state = folder_.path("state.csv");
  (void)command_.run({"replay", paths[1], "--snapshot-every", "10m", "--depth", "2", "--out", cuts,
                      "--state", state});
  EXPECT_EQ(test::file_content(out_ + "/day02.itch.snapshots.csv"), test::file_content(cuts));
  EXPECT_EQ(test::file_content(out_ + "/day02.itch.state.csv"), test::file_content(state));

  EXPECT_EQ(batch(paths, {"--snapshot-every", "10m", "--snapshots", "jsonl"}).exit_code, 0);
  EXPECT_TRUE(test::file_content(out_ + "/day02.itch.snapshots.jsonl").starts_with("{"));
  for (const std::string format : {"npy", "parquet"}) {
    EXPECT_EQ(batch(paths, {"--snapshot-every", "10m", "--snapshots", format}).exit_code, 0);
    const std::string alone = folder_.path("cuts." + format);
    (void)command_.run({"replay", paths[1], "--snapshot-every", "10m", "--out", alone});
    const std::string of_batch = test::file_content(out_ + "/day02.itch.snapshots." + format);
    const std::string of_replay = test::file_content(alone);
    EXPECT_TRUE(format == "npy" ? of_batch == of_replay
                                : test::parquet_without_provenance(of_batch) ==
                                      test::parquet_without_provenance(of_replay))
        << format;
  }
}

TEST_F(Batch, TakesTheFilesOfAFolderThatAreOfAKnownFormat) {
  const std::string folder = folder_.path("days");
  day("days/b.itch", 2);
  day("days/a.bin", 1);  // its content says what it is
  day("days/.hidden.itch", 3);
  day("days/within/c.itch", 4);
  folder_.write("days/notes.txt", "bought a hat\n");
  folder_.write("days/b.itch.json", "{}\n");
  const Outcome run = batch({folder});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(results(), (Words{"a.bin.json", "b.itch.json", "summary.json"}));
  EXPECT_EQ(run.json()["results"][0]["file"], folder + "/a.bin");
  EXPECT_EQ(run.json()["left_out"],
            json({folder + "/b.itch.json", folder + "/notes.txt", folder + "/within/"}));
  EXPECT_TRUE(run.says("notes.txt")) << run.err;
}

TEST_F(Batch, TakesNoResultsOfItsOwnForInput) {
  const std::string folder = folder_.path("days");
  out_ = folder;
  day("days/a.itch", 1);
  const Words more{"--state", "--snapshot-every", "10m"};
  const json first = batch({folder}, more).json();
  const Outcome again = batch({folder}, more);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.json()["results"][0]["digest"], first["results"][0]["digest"]);
  EXPECT_EQ(again.json()["files"], 1);
}

TEST_F(Batch, RefusesAPathThatCannotBeOpenedBeforeAnythingRuns) {
  Words paths = days(2);
  paths.push_back(folder_.path("absent.itch"));
  test::expect_refused(batch(paths), "absent.itch: cannot be opened");
  EXPECT_FALSE(fs::exists(out_));
}

TEST_F(Batch, RefusesAnOutDirThatIsAFile) {
  folder_.write("out", "precious");
  test::expect_refused(batch(days(1)), "--out-dir " + out_ + ": is a file");
  EXPECT_EQ(test::file_content(out_), "precious");
}

TEST_F(Batch, RefusesAnOutDirThatCannotBeMade) {
  out_ = folder_.write("file", "") + "/results";
  test::expect_refused(batch(days(1)), "cannot be made or written to");
}

TEST_F(Batch, RefusesAnOutDirThatCannotBeWrittenTo) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
  fs::create_directory(out_);
  ::chmod(out_.c_str(), 0500);
  test::expect_refused(batch(days(1)), "cannot be made or written to");
}

TEST_F(Batch, RefusesTwoFilesOfOneName) {
  const Words paths{day("a/day.itch", 1), day("b/day.itch", 2)};
  test::expect_refused(batch(paths), "results of both would be");
  test::expect_refused(batch({paths[0], paths[0]}), "is given twice");
  test::expect_refused(batch({day("c/summary", 1)}), "give it another name");
}

TEST_F(Batch, NeverOverwritesAnInput) {
  out_ = folder_.path("days");
  const std::string path = day("days/a.itch", 1);
  const std::string other = day("days/a.itch.json", 2);
  const std::string before = test::file_content(other);
  test::expect_refused(batch({path, other}), "is an input of this run and would be overwritten");
  EXPECT_EQ(test::file_content(other), before);
  EXPECT_EQ(results(), (Words{"a.itch", "a.itch.json"}));
}

TEST_F(Batch, LeavesNoResultsOfAnEarlierBatchUnderTheNamesOfThis) {
  const std::string path = day("a.itch", 1);
  EXPECT_EQ(batch({path}, {"--state"}).exit_code, 0);
  folder_.write("a.itch", "");
  EXPECT_EQ(batch({path}, {"--state"}).exit_code, 3);
  EXPECT_EQ(result_of("a.itch")["messages"], 0);
}

TEST_F(Batch, RefusesWhatCannotBe) {
  const std::string path = day("a.itch", 1);
  fs::create_directory(folder_.path("empty"));
  struct Wrong {
    Words arguments;
    const char* says;
  };
  for (const Wrong& wrong : std::vector<Wrong>{
           {{path, "--jobs", "0"}, "--jobs 0: must be auto or a number from 1 to 64"},
           {{path, "--jobs", "65"}, "--jobs 65: must be"},
           {{path, "--jobs", "many"}, "--jobs many: must be"},
           {{path, "--snapshots", "csv"}, "goes with --snapshot-every"},
           {{path, "--snapshot-every", "1s", "--snapshots", "xml"},
            "must be csv, jsonl, npy or parquet"},
           {{path, "--snapshot-every", "often"}, "must be a duration"},
           {{path, "--format", "itch5"}, "did you mean itch50?"},
           {{path, "--framing", "none"}, "must be auto, length, type or soup"},
           {{path, "--strategy", "vwop"}, "did you mean vwap?"},
           {{path, "--shards", "65"}, "must be auto or a number"},
           {{path, "--job", "2"}, "did you mean --jobs?"},
           {{folder_.path("empty")}, "holds no file of a known format"},
           {{"-"}, "save it to a file first"}}) {
    test::expect_refused(batch(wrong.arguments), wrong.says);
    EXPECT_FALSE(fs::exists(out_)) << wrong.says;
  }
  test::expect_refused(command_.run({"batch", path}), "--out-dir");
  test::expect_refused(command_.run({"batch", "--out-dir", out_}), "PATH");
}

TEST_F(Batch, TellsAFileThatFailsAtRunTimeAndGoesOn) {
  const Words paths = days(3);
  fs::create_directory(out_);
  fs::create_symlink("/dev/full", out_ + "/day02.itch.json");
  const Outcome run = batch(paths);
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_TRUE(run.says("day02.itch.json: cannot be written: No space left on device")) << run.err;
  EXPECT_EQ(run.json()["done"], 2);
  EXPECT_EQ(run.json()["failures"][0]["exit_code"], 1);
  EXPECT_EQ(run.json()["results"][2]["result"], "done");
}

TEST_F(Batch, AFileOfAFolderThatCannotBeReadFailsAlone) {
  day("days/a.itch", 1);
  fs::create_symlink("/proc/self/mem", folder_.path("days/b.itch"));  // for nobody to read from 0
  day("days/c.itch", 3);
  const Outcome run = batch({folder_.path("days")});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_TRUE(run.says("b.itch: cannot be read")) << run.err;
  EXPECT_EQ(run.json()["results"][1]["result"], "failed");
  EXPECT_EQ(results(), (Words{"a.itch.json", "c.itch.json", "summary.json"}));
}

TEST_F(Batch, MemoryGrowsWithJobsAndNotWithFiles) {
  if (test::command_is_sanitized()) GTEST_SKIP() << "a sanitizer keeps what was freed";
  const Words paths = days(30);
  const Words few{paths.begin(), paths.begin() + 3};
  const u64 of_few = batch(few, {"--jobs", "1"}).json()["peak_rss_bytes"];
  const u64 of_many = batch(paths, {"--jobs", "1"}).json()["peak_rss_bytes"];
  EXPECT_LT(of_many, of_few + (u64{2} << 20)) << "an engine takes several times that";
}

TEST_F(Batch, TellsWhatOnlyAFilesContentShowsAsItsFailure) {
  const std::string lobster = folder_.write("AAPL_2012-06-21_34200000_57600000_message_1.csv",
                                            "34200.1,1,11885113,21,2238200,1\n");
  const std::string path = day("a.itch", 1);
  const Outcome run = batch({lobster, path}, {"--symbols", "TAAA"});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_TRUE(run.says("holds AAPL only, which is not among --symbols")) << run.err;
  EXPECT_EQ(run.json()["results"][0]["result"], "failed");
  EXPECT_TRUE(run.json()["results"][0]["json"].is_null());
  EXPECT_EQ(run.json()["results"][1]["result"], "done");
}

TEST_F(Batch, AnEndWithoutTheClosingMessageIsDamageOnlyWhereThatIsAsked) {
  const std::string whole = test::file_content(day("whole.itch", 1));
  const std::string path = folder_.write("open.itch", whole.substr(0, whole.size() - 14));
  const Outcome run = batch({path});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_FALSE(run.json()["results"][0]["complete"]);
  const Outcome strict = batch({path}, {"--require-complete"});
  EXPECT_EQ(strict.exit_code, 3);
  EXPECT_TRUE(strict.says("open.itch: the input ends without its closing message")) << strict.err;
}

// Databento's bars and definitions are of no use to a book, but there is nothing wrong with them.
TEST_F(Batch, AFileOfASchemaWithoutOrdersIsDoneAndNamesIt) {
  test::DbnFile bars{test::DbnHead{.schema = 5}};
  test::DbnFile definitions{test::DbnHead{.schema = 9}};
  const Words paths{folder_.write("bars.dbn", bars.other(0x20, 56).bytes()),
                    folder_.write("definitions.dbn", definitions.definition("ESH4").bytes())};
  const Outcome run = batch(paths);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["results"][0]["result"], "done");
  EXPECT_EQ(run.json()["results"][0]["schema"], "ohlcv-1s");
  EXPECT_EQ(run.json()["results"][1]["result"], "done");
  EXPECT_EQ(run.json()["results"][1]["schema"], "definition");
  EXPECT_EQ(result_of("bars.dbn")["schema"], "ohlcv-1s");
  const Outcome table = command_.run({"batch", paths[0], "--out-dir", folder_.path("table")});
  EXPECT_NE(table.out.find("complete, schema ohlcv-1s"), std::string::npos) << table.out;
  // A replay of a tape ends as the recorded replay did.
  for (const auto& [path, schema] : {std::pair{paths[0], "ohlcv-1s"}, {paths[1], "definition"}}) {
    const std::string tape = path + ".tape";
    EXPECT_EQ(command_.run({"replay", path, "--record", tape}).exit_code, 0);
    const Outcome again = command_.run({"replay", tape, "--json"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(again.json()["schema"], schema);
    EXPECT_EQ(command_.run({"inspect", tape}).exit_code, 0);
  }
}

TEST_F(Batch, AFileWithoutRecordsIsDoneWithAWarningWhateverItsSchema) {
  const std::string empty = folder_.write("empty.dbn", test::DbnFile{test::DbnHead{}}.bytes());
  const std::string tape = folder_.path("empty.tape");
  const Outcome replay = command_.run({"replay", empty, "--record", tape});
  EXPECT_EQ(replay.exit_code, 0) << replay.err;
  EXPECT_TRUE(replay.says("the input holds no records")) << replay.err;
  const Outcome again = command_.run({"replay", tape});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_TRUE(again.says("the input holds no records")) << again.err;
  const Outcome run = batch({empty});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["results"][0]["result"], "done");
  EXPECT_EQ(command_.run({"inspect", empty}).exit_code, 0);
  // Less than it says is no whole file.
  test::DbnHead head;
  head.version = 1;
  head.records = 2;
  const std::string cut = folder_.write("cut.dbn", test::DbnFile{head}.bytes());
  EXPECT_EQ(command_.run({"replay", cut}).exit_code, 3);
}

TEST_F(Batch, AnEndIsToldInTheWordsOfItsFormat) {
  test::DbnHead head = test::dbn_head(1);
  head.records = 5;
  const std::string path = folder_.write("v1.dbn", test::DbnFile{head}.add('B', 1, 100, 1).bytes());
  const Outcome run = command_.run({"replay", path});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_TRUE(run.says("without the number of records that its metadata states (5)")) << run.err;
  EXPECT_FALSE(run.says("system event C")) << run.err;
}

TEST_F(Batch, PrintsATableForPeople) {
  const Words paths = days(2);
  const Outcome run = command_.run({"batch", paths[0], paths[1], "--out-dir", out_});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_LT(run.out.find("day01.itch"), run.out.find("day02.itch"));
  const std::string digest = result_of("day01.itch")["digest"];
  for (const std::string& text : Words{digest, "2 of 2 done", out_ + "/summary.json"}) {
    EXPECT_NE(run.out.find(text), std::string::npos) << text << "\n" << run.out;
  }
  EXPECT_EQ(run.err, "");
}

TEST_F(Batch, ASignalLeavesWhatWasDoneAndTellsWhatWasNotBegun) {
  const std::string large = day("large.itch", 1, 100 * kMessages);
  Words arguments{"batch", "--out-dir", out_, "--json", "--jobs", "1"};
  for (int i = 0; i < 60; ++i) {
    const std::string path = folder_.path("day" + std::to_string(i) + ".itch");
    fs::create_hard_link(large, path);
    arguments.push_back(path);
  }
  bool in_the_middle = false;
  for (int wait_ms = 100; wait_ms < 10'000 && !in_the_middle; wait_ms *= 2) {
    const Outcome run =
        command_.run_and_signal(arguments, SIGINT, std::chrono::milliseconds{wait_ms});
    ASSERT_EQ(run.exit_code, 130) << run.err;
    if (run.out.empty()) continue;  // it had not even begun
    const json summary = run.json();
    ASSERT_FALSE(summary.is_discarded()) << run.out;
    const int done = summary["done"];
    EXPECT_EQ(done + summary["stopped"].get<int>() + summary["not_begun"].get<int>(), 60);
    EXPECT_EQ(summary["failed"], 0);
    EXPECT_GT(summary["not_begun"], 0);
    EXPECT_TRUE(run.says("stopped by a signal: ")) << run.err;
    for (int i = 0; i < done; ++i) {
      EXPECT_TRUE(result_of("day" + std::to_string(i) + ".itch")["complete"]) << i;
    }
    EXPECT_FALSE(fs::exists(out_ + "/day59.itch.json"));
    EXPECT_TRUE(fs::exists(out_ + "/summary.json"));
    in_the_middle = done > 0;
  }
  EXPECT_TRUE(in_the_middle) << "no signal came after the first file: the test proves nothing";
}

}  // namespace
}  // namespace tapedeck
