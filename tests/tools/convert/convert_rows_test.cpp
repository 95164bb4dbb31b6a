// Rows of `tapedeck convert` that are asked for by place and by kind.
#include <gtest/gtest.h>

#include "tests/support/conversion.hpp"

namespace tapedeck {
namespace {

using test::Outcome;

class ConvertRows : public test::Conversion {
 protected:
  ConvertRows() : Conversion("convert_rows") {}
};

TEST_F(ConvertRows, AreOfThePartAndTheKindsAskedFor) {
  const std::string day = write("2019-12-30.itch", day_);
  const std::vector<std::string> part{day, "--from", "@3000", "--to", "@3100", "--json"};
  const Outcome run = convert(part, "rows.csv");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["from"]["message"], 3'000);
  EXPECT_GE(run.json()["rows"], 100);
  std::vector<std::string> executions = part;
  executions.insert(executions.end(), {"--kinds", "execute", "--as-sent"});
  const u64 rows = convert(executions, "executions.jsonl").json()["rows"];
  EXPECT_GT(rows, 0U);
  EXPECT_LT(rows, 100U);
  EXPECT_EQ(test::file_content(path("executions.jsonl")).find("price"), std::string::npos);
}

TEST_F(ConvertRows, OfAKindThatDoesNotOccurAreNoDamage) {
  const Outcome run = convert({write("2019-12-30.itch", day_), "--kinds", "collar"}, "none.csv");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(convert({write("nothing.itch", ""), "--kinds", "add"}, "none.csv").exit_code, 3);
}

TEST_F(ConvertRows, AloneCanBeOfAPart) {
  const std::string day = write("2019-12-30.itch", day_);
  for (const std::string out : {"part.tape", "part.itch"}) {
    test::expect_refused(convert({day, "--from", "@3000"}, out), "holds a whole channel");
    test::expect_refused(convert({day, "--kinds", "add"}, out), "--kinds: is for rows");
    test::expect_refused(convert({day, "--as-sent"}, out), "--as-sent: is for rows");
  }
}

}  // namespace
}  // namespace tapedeck
