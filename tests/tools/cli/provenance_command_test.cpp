// Every result says how it came to be: the program, the host, the time, the command, the inputs.
// The commands that print JSON are found in the help, so that a new one cannot be forgotten here.
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/command.hpp"
#include "tests/support/commands_in_help.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/parquet_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::test {
namespace {

using nlohmann::json;

using Arguments = std::vector<std::string>;

class ProvenanceOfResults : public ::testing::Test {
 protected:
  struct Case {
    Arguments rest;    // what the command needs besides
    Arguments inputs;  // the files that it reads
  };

  [[nodiscard]] std::string written_day() const {
    ItchDay day;
    day.system('O').directory(1, "A").add(1, "A", 1, 'B', 100, 10'000).system('C');
    const Bytes bytes = day.bytes();
    return folder_.write("it's a $day.itch",
                         {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  // A load that is over at once, and a result of it.
  [[nodiscard]] static Arguments load() {
    return {"--duration", "20ms", "--warm-up", "0", "--watch", "10ms"};
  }
  std::string written_result() {
    Arguments words{"bench", "latency", "--json"};
    const Arguments more = load();
    words.insert(words.end(), more.begin(), more.end());
    return folder_.write("result.json", command_.run(words).out);
  }

  std::map<std::string, Case> cases() {
    const std::string result = written_result();
    const Arguments saturate{"--duration", "20ms",   "--warm-up", "0",       "--first",
                             "1000",       "--last", "2000",      "--watch", "10ms"};
    return {
        {"replay", {{day_}, {day_}}},
        {"batch", {{day_, "--out-dir", folder_.path("results")}, {day_}}},
        {"simulate", {{"--events", "10", "--rate", "max"}, {}}},
        {"symbols", {{day_}, {day_}}},
        {"convert", {{day_, "--out", folder_.path("out.csv")}, {day_}}},
        {"inspect", {{day_}, {day_}}},
        {"book", {{day_}, {day_}}},
        {"diff", {{day_, day_}, {day_, day_}}},
        {"verify itch", {{day_}, {day_}}},
        {"verify lobster", {{"--messages", messages_, "--orderbook", book_}, {messages_, book_}}},
        {"bench throughput", {{day_, "--rounds", "3", "--shards", "0", "--watch", "10ms"}, {day_}}},
        {"bench latency", {load(), {}}},
        {"bench saturate", {saturate, {}}},
        {"bench compare", {{result, result}, {result, result}}},
        {"doctor", {{"--watch", "10ms"}, {}}}};
  }

  void expect_provenance(const json& provenance, const Arguments& inputs, const std::string& what) {
    std::set<std::string> fields;
    for (const auto& [name, value] : provenance.items()) fields.insert(name);
    EXPECT_EQ(fields,
              (std::set<std::string>{"version", "commit", "host", "time", "command", "inputs"}))
        << what;
    if (fields.size() != 6) return;
    EXPECT_EQ("tapedeck " + provenance["version"].get<std::string>() + "\n",
              command_.run({"--version"}).out);
    static const std::regex kCommit{"[0-9a-f]{40}(-dirty)?"};
    const json& commit = provenance["commit"];
    EXPECT_TRUE(commit.is_null() || std::regex_match(commit.get<std::string>(), kCommit)) << commit;
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    EXPECT_EQ(provenance["host"], host.data()) << what;
    static const std::regex kTime{R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)"};
    EXPECT_TRUE(std::regex_match(provenance["time"].get<std::string>(), kTime)) << what;
    json expected = json::array();
    for (const std::string& path : inputs) {
      expected.push_back({{"file", path}, {"bytes", std::filesystem::file_size(path)}});
    }
    EXPECT_EQ(provenance["inputs"], expected) << what;
  }
  // The words that a shell makes of a command.
  Arguments words_of(const std::string& command) {
    const std::string script = folder_.write("script", "printf '%s\\0' " + command);
    EXPECT_EQ(std::system(("bash '" + script + "' >'" + folder_.path("words") + "'").c_str()), 0);
    Arguments words;
    std::istringstream content{file_content(folder_.path("words"))};
    for (std::string word; std::getline(content, word, '\0');) words.push_back(word);
    return words;
  }

  TemporaryFolder folder_{"provenance"};
  Command command_{folder_};
  std::string day_ = written_day();
  std::string messages_ = folder_.write("A_2012-06-21_34200000_57600000_message_1.csv",
                                        "34200.1,1,1,100,1000000,1\n34200.2,1,2,100,1000100,-1\n");
  std::string book_ =
      folder_.write("orderbook_1.csv", "9999999999,0,1000000,100\n1000100,100,1000000,100\n");
};

TEST_F(ProvenanceOfResults, IsInTheJsonOfEveryCommandThatPrintsSome) {
  const std::map<std::string, Case> known = cases();
  const std::set<std::string> commands = commands_with(command_, {"--json"});
  EXPECT_GE(commands.size(), 15U);
  for (const std::string& path : commands) {
    const auto found = known.find(path);
    ASSERT_NE(found, known.end()) << path << " prints JSON: add it to cases()";
    Arguments words = words_of_command(path, {"--json"});
    words.insert(words.end(), found->second.rest.begin(), found->second.rest.end());
    const Outcome run = command_.run(words);
    // Benchmarks of a busy machine do not count; their results are there all the same.
    EXPECT_TRUE(run.exit_code == 0 || (run.exit_code == 4 && path.starts_with("bench")))
        << path << ": " << run.exit_code << "\n"
        << run.err;
    const json result = run.json();
    ASSERT_TRUE(result.is_object()) << path << "\n" << run.out;
    const json provenance = result.value("provenance", json::object());
    expect_provenance(provenance, found->second.inputs, path);
    words.insert(words.begin(), "tapedeck");
    EXPECT_EQ(words_of(provenance.value("command", "")), words);
  }
}

TEST_F(ProvenanceOfResults, IsInEveryFileOfABatch) {
  const std::string out = folder_.path("results");
  const Outcome run = command_.run({"batch", day_, messages_, "--out-dir", out, "--json"});
  EXPECT_EQ(run.json()["provenance"]["inputs"].size(), 2U);
  EXPECT_EQ(json::parse(file_content(out + "/summary.json")), run.json());
  const json one = json::parse(file_content(out + "/it's a $day.itch.json"));
  expect_provenance(one["provenance"], {day_}, "a file of a batch");
  EXPECT_EQ(one["provenance"]["command"], run.json()["provenance"]["command"]);
}

TEST_F(ProvenanceOfResults, IsInTheMetadataOfParquet) {
  const std::string out = folder_.path("out.parquet");
  for (const Arguments& words : {Arguments{"replay", day_, "--snapshot-every", "1s", "--out", out},
                                 Arguments{"convert", day_, "--out", out}}) {
    const Outcome run = command_.run(words);
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const ParquetFile file = parquet_file(file_content(out));
    const json provenance = json::parse(parquet_note(file, "provenance"), nullptr, false);
    expect_provenance(provenance, {day_}, words[0]);
    EXPECT_EQ(parquet_note(file, "time_base"), "midnight");
  }
}

TEST_F(ProvenanceOfResults, IsOnThePageOfABenchmark) {
  const std::string page = folder_.path("page.html");
  Arguments words{"bench", "latency", "--report", page, "--json"};
  const Arguments more = load();
  words.insert(words.end(), more.begin(), more.end());
  const json provenance = command_.run(words).json()["provenance"];
  const std::string html = file_content(page);
  for (const char* field : {"version", "host", "time", "command"}) {
    EXPECT_NE(html.find(provenance[field].get<std::string>()), std::string::npos) << field;
  }
  EXPECT_NE(html.find("<td>inputs</td>"), std::string::npos);
}

TEST_F(ProvenanceOfResults, StandardInputAndPipesHaveNoSize) {
  const Outcome run = command_.run({"replay", "-", "--json"}, day_);
  EXPECT_EQ(run.json()["provenance"]["inputs"], (json{{{"file", "-"}, {"bytes", nullptr}}}));
}

TEST_F(ProvenanceOfResults, IsInNoRow) {
  const std::string rows = folder_.path("rows.jsonl");
  EXPECT_EQ(command_.run({"convert", day_, "--out", rows}).exit_code, 0);
  EXPECT_EQ(file_content(rows).find("provenance"), std::string::npos);
  EXPECT_EQ(command_.run({"cat", day_, "--as", "jsonl"}).out.find("provenance"), std::string::npos);
}

}  // namespace
}  // namespace tapedeck::test
