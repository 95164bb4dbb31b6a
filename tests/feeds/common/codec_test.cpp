// Codecs a step at a time: however the input is cut, a stream is whole or it is not.
#include "feeds/common/codec.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tapedeck::feeds {
namespace {

// A frame by RFC 8878, 3.1.1: one segment, `said` bytes by its header; a raw block of "ab", and an
// empty one that is the last.
std::vector<std::byte> frame_that_says(u8 said) {
  std::vector<std::byte> frame;
  for (const int byte :
       {0x28, 0xB5, 0x2F, 0xFD, 0x20, int{said}, 0x10, 0, 0, int{'a'}, int{'b'}, 1, 0, 0}) {
    frame.push_back(static_cast<std::byte>(byte));
  }
  return frame;
}

// What came out, and then "whole", "cut" or the error.
std::string unpacked(Bytes packed, std::size_t in, std::size_t out) {
  const auto codec = codec_for(packed.first(kMagicBytes));
  std::vector<std::byte> buffer(out);
  std::string text;
  for (;;) {
    const CodecStep step = codec->step(packed.first(std::min(in, packed.size())), buffer);
    for (std::size_t i = 0; i < step.made; ++i) text += static_cast<char>(buffer[i]);
    packed = packed.subspan(step.taken);
    if (!step.error.empty()) return text + ": damaged";
    if (step.taken > 0 || step.made > 0) continue;
    return text + (packed.empty() && codec->at_boundary() ? ": whole" : ": cut");
  }
}

TEST(Codec, AZstdFrameHoldsWhatItSaysHoweverItComes) {
  for (const std::size_t in : {1U, 2U, 5U, 13U, 100U}) {
    for (const std::size_t out : {1U, 2U, 100U}) {
      EXPECT_EQ(unpacked(frame_that_says(2), in, out), "ab: whole") << in << " " << out;
    }
  }
}

// zstd 1.5.4 takes it for whole where it comes in pieces: its empty last block hides what is
// missing.
TEST(Codec, AZstdFrameThatHoldsLessThanItSaysIsDamagedHoweverItComes) {
  for (const u8 said : {u8{3}, u8{255}}) {
    for (const std::size_t in : {1U, 2U, 5U, 13U, 100U}) {
      for (const std::size_t out : {1U, 2U, 300U}) {
        const std::string text = unpacked(frame_that_says(said), in, out);
        EXPECT_TRUE(text.ends_with(": damaged")) << text << " " << in << " " << out;
      }
    }
  }
}

TEST(Codec, TheSizeOfOneZstdFrameIsNotTheNextOnes) {
  std::vector<std::byte> two = frame_that_says(2);
  const std::vector<std::byte> second = frame_that_says(2);
  two.insert(two.end(), second.begin(), second.end());
  EXPECT_EQ(unpacked(two, 1, 1), "abab: whole");
  // A skippable frame (RFC 8878, 3.1.2) holds nothing, whatever its size.
  std::vector<std::byte> skipped;
  for (const int byte : {0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 7, 7, 7}) {
    skipped.push_back(static_cast<std::byte>(byte));
  }
  skipped.insert(skipped.end(), second.begin(), second.end());
  EXPECT_EQ(unpacked(skipped, 1, 1), "ab: whole");
  EXPECT_EQ(unpacked(skipped, 100, 100), "ab: whole");
}

}  // namespace
}  // namespace tapedeck::feeds
