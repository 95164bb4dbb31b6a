// `tapedeck bench compare` as its user runs it: exit codes, what it says, and what it refuses.
#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/latency_result.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::latency_result;
using test::Outcome;

class BenchCompare : public ::testing::Test {
 protected:
  Outcome compare(const std::vector<std::string>& arguments,
                  const std::string& input = "/dev/null") {
    std::vector<std::string> words{"bench", "compare"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return command_.run(words, input);
  }
  std::string written(const std::string& name, const json& result) {
    return folder_.write(name, result.dump(2));
  }
  void expect_refused(const std::string& path, const std::string& because) {
    const std::string good = written("good.json", latency_result());
    for (const auto& arguments : {std::vector{path, good}, std::vector{good, path}}) {
      test::expect_refused(compare(arguments), because);
    }
  }
  // With the hint that goes with everything that is no result.
  void expect_content_refused(const std::string& content, const std::string& because) {
    const std::string path = folder_.write("bad.json", content);
    expect_refused(path, "bad.json: " + because);
    expect_refused(path, "tapedeck bench latency --json`");
  }
  void expect_refused_with(const char* place, const json& value, const std::string& because) {
    json result = latency_result();
    result[json::json_pointer{place}] = value;
    expect_content_refused(result.dump(), because);
  }

  test::TemporaryFolder folder_{"bench-compare"};
  test::Command command_{folder_};
};

TEST_F(BenchCompare, ExitsWithFourOnlyWhenSomethingDiffers) {
  const std::string a = written("a.json", latency_result());
  const std::string b =
      written("b.json", test::shifted(latency_result(), "due_to_book", "p50", 150));
  const Outcome same = compare({a, a});
  EXPECT_EQ(same.exit_code, 0) << same.err;
  EXPECT_TRUE(same.out.starts_with("No difference larger than the runs' own spread and the "));
  const Outcome slower = compare({a, b});
  EXPECT_EQ(slower.exit_code, 4) << slower.err;
  EXPECT_TRUE(slower.out.starts_with("B is slower: due to book p50 500 ns -> 650 ns (1.30 x)"))
      << slower.out;
  EXPECT_EQ(slower.err, "");
  EXPECT_EQ(slower.out.find('\x1b'), std::string::npos);
  EXPECT_EQ(compare({b, a, "--json"}).json()["verdict"], "faster");
  EXPECT_EQ(compare({a, b, "--threshold", "31%"}).exit_code, 0);
  EXPECT_EQ(compare({a, b, "--threshold", "p90=5%,p50=31%"}).exit_code, 0);
  EXPECT_EQ(compare({a, b, "--threshold", "31%", "--threshold", "p50=0%"}).exit_code, 4);
  EXPECT_TRUE(compare({a, b, "--markdown"}).out.starts_with("B is slower: "));
}

TEST_F(BenchCompare, RefusesThresholdsThatCannotBe) {
  const std::string a = written("a.json", latency_result());
  for (const char* wrong :
       {"5", "x%", "-1%", "20000%", "p75=1%", "p50=", "p99.99=1%", "=1%", "%"}) {
    test::expect_refused(compare({a, a, "--threshold", wrong}), "must be a share like 15%");
  }
  test::expect_refused(compare({a, a, "--json", "--markdown"}), "give one of them");
}

TEST_F(BenchCompare, ComparesThroughputToo) {
  const auto result = [](double rate) {
    json rounds = json::array();
    for (int i = 0; i < 10; ++i) rounds.push_back(rate * (1 + 0.001 * i));
    return json{{"benchmark", "throughput"},
                {"valid", true},
                {"why_invalid", nullptr},
                {"machine", latency_result()["machine"]},
                {"rounds", 10},
                {"digest", "0123456789abcdef"},
                {"runs",
                 {{{"shards", 0}, {"messages_per_s", {{"median", 2e7}}}, {"all", json(10, 2e7)}},
                  {{"shards", 1}, {"messages_per_s", {{"median", rate}}}, {"all", rounds}}}}};
  };
  const std::string a = written("a.json", result(1e7));
  const std::string b = written("b.json", result(1.2e7));
  const Outcome same = compare({a, a});
  EXPECT_EQ(same.exit_code, 0) << same.err;
  EXPECT_TRUE(same.out.starts_with("No difference")) << same.out;
  const Outcome faster = compare({a, b});
  EXPECT_EQ(faster.exit_code, 4) << faster.err;
  EXPECT_TRUE(faster.out.starts_with(
      "B is faster with --shards 1: 10.00 -> 12.00 million messages/s (1.20 x)\n"))
      << faster.out;
  EXPECT_EQ(compare({b, a, "--json"}).json()["runs"][1]["verdict"], "slower");
  EXPECT_EQ(compare({a, b, "--threshold", "21%"}).exit_code, 0);
  EXPECT_NE(compare({a, b, "--markdown"}).out.find("| 1 | 10.00 | 12.00 | 1.20 |"),
            std::string::npos);
  const std::string latency = written("c.json", latency_result());
  test::expect_refused(compare({a, latency}), "give two of one kind");
  json invalid = result(1e7);
  invalid["valid"] = false;
  invalid["why_invalid"] = "others took 52 % of the time of core 0";
  const std::string d = written("d.json", invalid);
  const Outcome doubtful = compare({a, d});
  EXPECT_EQ(doubtful.exit_code, 4);
  EXPECT_TRUE(doubtful.out.starts_with("INVALID: B, " + d + ": others took 52 % of the time"))
      << doubtful.out;
}

TEST_F(BenchCompare, ReadsWhatBenchThroughputWrites) {
  const std::string day = folder_.path("day.itch");
  ASSERT_EQ(
      command_.run({"simulate", "--rate", "max", "--events", "20k", "--record", day}).exit_code, 0);
  const std::string path = folder_.path("throughput.json");
  (void)command_.run(
      {"bench", "throughput", day, "--rounds", "5", "--watch", "10ms", "--json", "--quiet"},
      "/dev/null", path);
  json result = json::parse(test::file_content(path));
  ASSERT_FALSE(result["runs"].empty());
  // Others may have had the cores.
  result["valid"] = true;
  result["why_invalid"] = nullptr;
  folder_.write("throughput.json", result.dump());
  const Outcome run = compare({path, path, "--json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["verdict"], "same");
  EXPECT_EQ(run.json()["warnings"], json::array());
}

TEST_F(BenchCompare, ExitsWithFourAndSaysSoFirstWhenARunIsInvalid) {
  json invalid = latency_result();
  invalid["valid"] = false;
  invalid["why_invalid"] = "3 events were dropped";
  const std::string a = written("a.json", invalid);
  const std::string b = written("b.json", latency_result());
  const Outcome run = compare({a, b});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_TRUE(run.out.starts_with("INVALID: A, " + a + ": 3 events were dropped\n")) << run.out;
  EXPECT_EQ(compare({a, b, "--json"}).json()["verdict"], "invalid");
}

TEST_F(BenchCompare, ReadsWhatBenchLatencyWrites) {
  const std::string path = folder_.path("real.json");
  const Outcome measured =
      command_.run({"bench", "latency", "--rate", "5k", "--duration", "300ms", "--warm-up", "50ms",
                    "--watch", "10ms", "--json", "--quiet"},
                   "/dev/null", path);
  const Outcome run = compare({path, path, "--json"});
  EXPECT_EQ(run.exit_code, measured.exit_code) << "0, or 4 where it did not keep up\n" << run.err;
  const json told = run.json();
  EXPECT_EQ(told["a"]["command"], told["b"]["command"]);
  EXPECT_TRUE(told["setup_differences"].empty());
  if (measured.exit_code != 0) return;
  EXPECT_EQ(told["verdict"], "same");
  EXPECT_EQ(told["stages"]["due_to_book"]["p50"]["ratio"], 1.0);
}

TEST_F(BenchCompare, ReadsOneOfThemFromStandardInput) {
  const std::string a = written("a.json", latency_result());
  const Outcome run = compare({a, "-"}, a);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("B   - (standard input): "), std::string::npos) << run.out;
  EXPECT_TRUE(compare({"-", "-"}, a).says("cannot be both A and B; save one of them to a file"));
}

TEST_F(BenchCompare, RefusesWhatCannotBeRead) {
  expect_refused(folder_.path("none.json"), "none.json: cannot be opened: No such file");
  expect_refused(folder_.path(""), ": cannot be read; give what");
  expect_refused("/dev/zero", "/dev/zero: is larger than results are, of which 4.0 MiB are read");
  const Outcome one = compare({folder_.path("none.json")});
  EXPECT_EQ(one.exit_code, 2);
  EXPECT_TRUE(one.says("B is required")) << one.err;
}

TEST_F(BenchCompare, RefusesWhatIsNoResult) {
  expect_content_refused("", "is empty");
  expect_content_refused("B is slower", "is not JSON, or not all of it (byte 1)");
  const std::string good = latency_result().dump();
  expect_content_refused(good.substr(0, good.size() / 2), "is not JSON, or not all of it");
  expect_content_refused(good + good, "is not JSON, or not all of it");
  expect_content_refused("[1]", "is JSON, but must be an object, not array");
  expect_content_refused("null", "is JSON, but must be an object, not null");
  expect_content_refused("{}", "has no benchmark");
  expect_content_refused(R"({"benchmark":"saturate"})",
                         "is a result of bench saturate; compare takes those of");
  expect_content_refused(R"({"benchmark":"compare"})",
                         "is a result of bench compare; compare takes");
  expect_content_refused(std::string(1'000'000, '['),
                         "is not JSON, or not all of it (byte 1000001)");
  std::string wide = "{\"runs\":[{}";
  for (int i = 0; i < 300'000; ++i) wide += ",{}";
  expect_content_refused(wide + "]}", "has no benchmark");
  expect_content_refused(R"({"benchmark":1e999})", "holds a number that is too large");
}

TEST_F(BenchCompare, RefusesFieldsThatAreMissingOrOfAnotherKind) {
  expect_content_refused(R"({"benchmark":"latency"})", "has no command, which results have");
  expect_refused_with("/stages/due_to_book/p50", "fast",
                      "stages.due_to_book.p50 must be a whole number from 0, not string");
  expect_refused_with("/stages/due_to_book/p99.9", -5,
                      "stages.due_to_book.p99.9 must be a whole number from 0, not -5");
  expect_refused_with("/stages/due_to_book/p90", 1.5,
                      "stages.due_to_book.p90 must be a whole number from 0, not 1.5");
  expect_refused_with(
      "/stages/due_to_book/p90", ~u64{0},
      "stages.due_to_book.p90 must be a whole number from 0, not 18446744073709551615");
  expect_refused_with("/stages/due_to_book/windows/p90/3", "",
                      "stages.due_to_book.windows.p90[3] must be a whole number");
  expect_refused_with("/stages/due_to_book/windows/p90", 3,
                      "stages.due_to_book.windows.p90 must be a list, not 3");
  expect_refused_with("/stages/due_to_book", false,
                      "stages.due_to_book must be an object, not boolean");
  expect_refused_with("/hop_ns", 0, "hop_ns must be a whole number from 1, not 0");
  expect_refused_with("/valid", "yes", "valid must be true or false, not string");
  expect_refused_with("/machine/cpu", 5, "machine.cpu must be a string, not 5");
  expect_refused_with("/load", nullptr, "load must be a string, not null");
}

TEST_F(BenchCompare, ExitsOnlyAsPromisedWhateverAFileHolds) {
  std::mt19937_64 random{11};
  const json good = latency_result();
  const std::string path = written("good.json", good);
  const u64 times = test::starts(60, 100, 300);
  for (u64 i = 0; i < times; ++i) {
    const std::string spoilt = folder_.write("spoilt.json", test::spoilt(good, random));
    const Outcome run = compare({path, spoilt});
    ASSERT_TRUE(run.exit_code == 0 || run.exit_code == 2 || run.exit_code == 4)
        << run.exit_code << run.err << "\n"
        << test::file_content(spoilt);
    EXPECT_EQ(run.exit_code == 2, run.out.empty()) << run.err;
  }
}

}  // namespace
}  // namespace tapedeck
