// What the writer of Parquet files makes, read back by a reader of our own that knows the format's
// description and not the writer.
#include "engine/output/parquet_writer.hpp"

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/parquet_file.hpp"

namespace tapedeck::output {
namespace {

using nlohmann::json;
using test::ParquetFile;
using enum output::ParquetType;

class BytesInMemory final : public ByteSink {
 public:
  void append(Bytes bytes) override {
    all.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  std::string all;
};

class ParquetFiles : public ::testing::Test {
 protected:
  output::ParquetWriter& begin(std::vector<output::ParquetColumn> columns) {
    return writer_.emplace(bytes_, std::move(columns));
  }
  ParquetFile end() {
    writer_->finish();
    return test::parquet_file(bytes_.all);
  }

  BytesInMemory bytes_;
  std::optional<output::ParquetWriter> writer_;
};

TEST_F(ParquetFiles, AFileOfNoRowsHasItsColumns) {
  begin({{"a", signed_64}, {"b", text}});
  const ParquetFile file = end();
  EXPECT_EQ(file.names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(file.footer["3"], 0);
  EXPECT_EQ(file.footer["6"], std::string{"tapedeck version 0.1.0"});
  EXPECT_TRUE(file.group_rows.empty());
}

TEST_F(ParquetFiles, TheFooterHasItsNotes) {
  writer_.emplace(bytes_, std::vector<output::ParquetColumn>{{"a", signed_64}},
                  std::vector<output::ParquetNote>{{"time_base", "utc"}, {"x", ""}});
  const ParquetFile file = end();
  ASSERT_EQ(file.footer["5"].size(), 2U);
  EXPECT_EQ(file.footer["5"][0]["1"], std::string{"time_base"});
  EXPECT_EQ(file.footer["5"][0]["2"], std::string{"utc"});
  EXPECT_EQ(file.footer["5"][1]["2"], std::string{});
}

TEST_F(ParquetFiles, ValuesOfEveryTypeComeBackAtTheirLimits) {
  output::ParquetWriter& writer = begin({{"u16", unsigned_16},
                                         {"u32", unsigned_32},
                                         {"u64", unsigned_64},
                                         {"i64", signed_64},
                                         {"f64", floating},
                                         {"text", text},
                                         {"time", time},
                                         {"price", price}});
  const std::vector<i64> extremes{0, INT64_MIN, INT64_MAX, -1};
  for (const i64 each : extremes) {
    writer.integer(each & 0xFFFF);
    writer.integer(each & 0xFFFF'FFFF);
    writer.integer(each);
    writer.integer(each);
    writer.number(static_cast<double>(each) / 3);
    writer.text(std::to_string(each));
    writer.integer(each);
    writer.integer(each);
    writer.end_row();
  }
  ParquetFile file = end();
  for (std::size_t i = 0; i < extremes.size(); ++i) {
    EXPECT_EQ(file.values["u16"][i], extremes[i] & 0xFFFF);
    EXPECT_EQ(file.values["u32"][i], extremes[i] & 0xFFFF'FFFF);
    for (const char* name : {"u64", "i64", "time", "price"}) {
      EXPECT_EQ(file.values[name][i], extremes[i]) << name;
    }
    EXPECT_EQ(file.values["f64"][i], static_cast<double>(extremes[i]) / 3);
    EXPECT_EQ(file.values["text"][i], std::to_string(extremes[i]));
  }
}

// By the numbers of parquet.thrift: what is stored, the converted type, the logical one.
TEST_F(ParquetFiles, TheSchemaSaysWhatValuesMean) {
  begin({{"u16", unsigned_16},
         {"u32", unsigned_32},
         {"u64", unsigned_64},
         {"i64", signed_64},
         {"f64", floating, true},
         {"text", text},
         {"time", time},
         {"price", price, true}});
  const ParquetFile file = end();
  const json none = json::object();
  const auto says = [&](const std::string& name, const json& expected) {
    json element = file.schema_of(name);
    element.erase("4");
    EXPECT_EQ(element, expected) << name;
  };
  const auto whole = [](int bits) { return json{{"10", {{"1", bits}, {"2", false}}}}; };
  says("u16", {{"1", 1}, {"3", 0}, {"6", 12}, {"10", whole(16)}});
  says("u32", {{"1", 1}, {"3", 0}, {"6", 13}, {"10", whole(32)}});
  says("u64", {{"1", 2}, {"3", 0}, {"6", 14}, {"10", whole(64)}});
  says("i64", {{"1", 2}, {"3", 0}});
  says("f64", {{"1", 5}, {"3", 1}});
  says("text", {{"1", 6}, {"3", 0}, {"6", 0}, {"10", {{"1", none}}}});
  says("time", {{"1", 2}, {"3", 0}, {"10", {{"8", {{"1", false}, {"2", {{"3", none}}}}}}}});
  says("price",
       {{"1", 2}, {"3", 1}, {"6", 5}, {"7", 9}, {"8", 18}, {"10", {{"5", {{"1", 9}, {"2", 18}}}}}});
}

TEST_F(ParquetFiles, WhatIsMissingIsMissingWhereverItStands) {
  output::ParquetWriter& writer = begin({{"price", price, true}, {"all", floating, true}});
  Random random{3};
  std::vector<json> expected;
  for (int row = 0; row < 10'000; ++row) {
    // In runs of many lengths, then of one.
    const bool has_value = row < 5'000 ? (row / (1 + row / 10)) % 2 == 0 : random.below(2) == 0;
    expected.emplace_back(has_value ? json(i64{row}) : json{});
    has_value ? writer.integer(row) : writer.none();
    writer.none();
    writer.end_row();
  }
  ParquetFile file = end();
  EXPECT_EQ(file.values["price"], expected);
  EXPECT_EQ(file.values["all"], std::vector<json>(10'000));
}

TEST_F(ParquetFiles, AGroupEndsAtItsNumberOfRows) {
  output::ParquetWriter& writer = begin({{"a", unsigned_32}});
  constexpr u64 kRows = 2 * output::ParquetWriter::kGroupRows + 1;
  for (u64 row = 0; row < kRows; ++row) {
    writer.integer(static_cast<i64>(row));
    writer.end_row();
  }
  ParquetFile file = end();
  EXPECT_EQ(file.group_rows, (std::vector<u64>{output::ParquetWriter::kGroupRows,
                                               output::ParquetWriter::kGroupRows, 1}));
  for (u64 row = 0; row < kRows; ++row) ASSERT_EQ(file.values["a"][row], row);
}

TEST_F(ParquetFiles, AGroupEndsAtItsNumberOfBytesAndIsAppendedThen) {
  output::ParquetWriter& writer = begin({{"text", text}, {"n", signed_64}});
  const std::string long_text(1'000'000 - 12, 'x');
  for (int row = 0; row < 20; ++row) {
    const std::size_t before = bytes_.all.size();
    writer.text(long_text);
    writer.integer(row);
    writer.end_row();
    EXPECT_EQ(bytes_.all.size() > before, row == 8 || row == 17) << row;
  }
  EXPECT_EQ(end().group_rows, (std::vector<u64>{9, 9, 2}));
}

TEST_F(ParquetFiles, TimesHaveTheirRangeInEveryGroup) {
  output::ParquetWriter& writer = begin({{"time", time}, {"n", signed_64}});
  for (u64 row = 0; row <= output::ParquetWriter::kGroupRows; ++row) {
    writer.integer(row == 7 ? -5 : static_cast<i64>(row));
    writer.integer(0);
    writer.end_row();
  }
  const ParquetFile file = end();
  const auto range = [&](std::size_t group, std::size_t column) {
    return file.footer["4"][group]["1"][column]["3"].value("12", json{});
  };
  const auto bytes = [](i64 value) {
    return std::string{reinterpret_cast<const char*>(&value), sizeof value};
  };
  const i64 last = static_cast<i64>(output::ParquetWriter::kGroupRows);
  EXPECT_EQ(range(0, 0), (json{{"5", bytes(last - 1)}, {"6", bytes(-5)}}));
  EXPECT_EQ(range(1, 0), (json{{"5", bytes(last)}, {"6", bytes(last)}}));
  EXPECT_EQ(range(0, 1), json{});
  EXPECT_EQ(file.footer["7"].size(), 2U)
      << "an order for each column, without which no range holds";
}

TEST_F(ParquetFiles, ThousandsOfColumnsAreWholeToo) {
  std::vector<output::ParquetColumn> columns;
  for (int i = 0; i < 6'000; ++i) columns.push_back({"column_" + std::to_string(i), signed_64});
  output::ParquetWriter& writer = begin(columns);
  for (int row = 0; row < 3; ++row) {
    for (int i = 0; i < 6'000; ++i) writer.integer(row * i);
    writer.end_row();
  }
  ParquetFile file = end();
  EXPECT_EQ(file.values["column_5999"], (std::vector<json>{0, 5'999, 11'998}));
}

// The reader's own canary.
TEST_F(ParquetFiles, OurReaderRefusesWhatIsCutShort) {
  output::ParquetWriter& writer = begin({{"a", signed_64}, {"b", price, true}});
  for (int row = 0; row < 100; ++row) {
    writer.integer(row);
    writer.none();
    writer.end_row();
  }
  (void)end();
  const std::string whole = bytes_.all;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_ANY_THROW((void)test::parquet_file(whole.substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace tapedeck::output
