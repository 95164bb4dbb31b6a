// What a transport promises the decoder, and a writer the frames of its messages.
#ifndef NDEBUG

#include "tests/support/contract_test.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "feeds/itch50/decoder.hpp"
#include "feeds/itch50/writer.hpp"

namespace tapedeck::itch50 {
namespace {

using ItchContractDeathTest = test::ContractTest;

TEST_F(ItchContractDeathTest, AMessageDecodedWithoutRoomForItsEventsStopsADebugBuild) {
  Decoder decoder;
  std::array<Event, 1> events;
  EventBuffer out{events.data(), 1};
  EXPECT_DEATH(decoder.decode({}, 1, Nanos{0}, out), "kMaxEventsPerMessage");
}

TEST_F(ItchContractDeathTest, AMessageTooLongForItsFrameStopsADebugBuild) {
  FrameBuffer frames;
  const std::vector<std::byte> message(0x10000);
  EXPECT_DEATH(frames.append_raw(message), "0xFFFF");
}

}  // namespace
}  // namespace tapedeck::itch50

#endif
