// What writers promise a chunk of a tape and the encoding of events.
#ifndef NDEBUG

#include "tests/support/contract_test.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "feeds/tape/chunk.hpp"
#include "feeds/tape/event_codec.hpp"

namespace tapedeck::tape {
namespace {

using TapeContractDeathTest = test::ContractTest;

TEST_F(TapeContractDeathTest, ARecordBeyondAChunksRoomStopsADebugBuild) {
  Chunk chunk;
  chunk.append(std::vector<std::byte>(kMaxContent));
  const std::array<std::byte, 1> more{};
  EXPECT_DEATH(chunk.append(more), "kMaxContent");
}

TEST_F(TapeContractDeathTest, AnEncodedCutStopsADebugBuild) {
  EventEncoder encoder;
  std::array<std::byte, kMaxEncodedEvent> bytes{};
  Event cut{};
  cut.kind = Kind::cut;
  EXPECT_DEATH(encoder.encode(cut, bytes.data()), "pipeline makes these itself");
}

}  // namespace
}  // namespace tapedeck::tape

#endif
