#include "engine/output/csv.hpp"

#include <gtest/gtest.h>

namespace tapedeck::output {
namespace {

TEST(CsvField, QuotesOnlyWhereItMust) {
  EXPECT_EQ(csv_field("AAPL"), "AAPL");
  EXPECT_EQ(csv_field("A,\"B"), "\"A,\"\"B\"");
  EXPECT_EQ(csv_field("A\xFF"), "A\\xff") << "CSV is text, and text is UTF-8";
}

}  // namespace
}  // namespace tapedeck::output
