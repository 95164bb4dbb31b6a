// Rows of `tapedeck convert` that are asked for by place and by kind.
#include <set>

#include <gtest/gtest.h>

#include "engine/core/decimal.hpp"
#include "engine/core/text.hpp"
#include "tests/support/conversion.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/parquet_file.hpp"

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

TEST_F(ConvertRows, OfParquetAreThoseOfTheCsv) {
  const std::string day = write("2019-12-30.itch", day_);
  ASSERT_EQ(convert({day}, "rows.csv").exit_code, 0);
  const Outcome run = convert({day, "--json"}, "rows.parquet");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["out_format"], "parquet");
  test::ParquetFile file = test::parquet_file(test::file_content(path("rows.parquet")));
  std::vector<std::string> lines = split(test::file_content(path("rows.csv")), '\n');
  std::vector<std::string> names = split(lines[0], ',');
  names[1] = "time";  // a type of its own, in nanoseconds
  ASSERT_EQ(file.names, names);
  ASSERT_EQ(lines.size(), run.json()["rows"].get<std::size_t>() + 2);
  const std::set<std::string> decimals{"price", "reference", "far", "near", "upper", "lower"};
  for (std::size_t row = 0; row + 2 < lines.size(); ++row) {
    const std::vector<std::string> fields = split(lines[row + 1], ',');
    for (std::size_t i = 0; i < names.size(); ++i) {
      const nlohmann::json& value = file.values[names[i]][row];
      std::string text = value.is_string() ? value.get<std::string>() : value.dump();
      if (value.is_null()) text.clear();
      if (decimals.contains(names[i]) && !text.empty()) text = decimal(Price{value.get<i64>()});
      ASSERT_EQ(text, fields[i]) << names[i] << " of row " << row;
    }
  }
}

TEST_F(ConvertRows, OfParquetHaveTheColumnsOfTheKindsAskedFor) {
  test::ItchDay day;
  day.directory(7, "ACME").add(7, "ACME", ~u64{0}, 'B', 100, 1'002'500).execute(7, ~u64{0}, 40);
  const std::string source = write("2019-12-30.itch", test::text_of(day.bytes()));
  ASSERT_EQ(convert({source, "--kinds", "execute"}, "rows.parquet").exit_code, 0);
  test::ParquetFile file = test::parquet_file(test::file_content(path("rows.parquet")));
  EXPECT_EQ(file.names, split("sequence,time,kind,side,instrument,symbol,id,aux,price,quantity,"
                              "flags",
                              ','));
  ASSERT_EQ(file.values["id"].size(), 1U);
  EXPECT_EQ(file.schema_of("id")["6"], 14);  // UINT_64
  EXPECT_EQ(file.values["symbol"][0], "ACME");
  EXPECT_EQ(file.values["side"][0], "bid");
  EXPECT_EQ(file.values["price"][0], 100'250'000'000);
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
