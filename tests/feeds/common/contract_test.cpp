// What readers promise a byte source and an instrument table.
#ifndef NDEBUG

#include "tests/support/contract_test.hpp"

#include <array>

#include <gtest/gtest.h>

#include "feeds/common/byte_source.hpp"
#include "feeds/common/instrument_table.hpp"

namespace tapedeck::feeds {
namespace {

class SourceContractDeathTest : public test::ContractTest {
 protected:
  std::array<std::byte, 4> content_{};
  std::unique_ptr<ByteSource> source_ = memory_source("memory", content_);
};

TEST_F(SourceContractDeathTest, ACursorMovedPastItsWindowStopsADebugBuild) {
  source_->consume(content_.size());
  EXPECT_DEATH(source_->consume(1), "window\\(\\).size\\(\\)");
}

TEST_F(SourceContractDeathTest, AWindowLargerThanTheLargestStopsADebugBuild) {
  EXPECT_DEATH((void)source_->ensure(kMaxWindow + 1), "kMaxWindow");
}

using TableContractDeathTest = test::ContractTest;

TEST_F(TableContractDeathTest, AnInstrumentRenamedToAnothersNameStopsADebugBuild) {
  InstrumentTable table;
  (void)table.find_or_add("#1");
  (void)table.find_or_add("AAPL");
  EXPECT_DEATH(table.rename("#1", "AAPL"), "knows");
}

}  // namespace
}  // namespace tapedeck::feeds

#endif
