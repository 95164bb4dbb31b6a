#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "feeds/itch50/codec.hpp"

namespace tapedeck::itch50 {
namespace {

class SizeCounter {
 public:
  void operator()(char) { size += 1; }
  void operator()(u32) { size += 4; }
  void operator()(u64) { size += 8; }
  template <std::size_t N>
  void operator()(const Text<N>&) {
    size += N;
  }
  std::size_t size = kHeaderSize;
};

// Fills every field with random bytes of its own kind.
class AnyBytes {
 public:
  explicit AnyBytes(Random& random) : random_(random) {}
  void operator()(char& field) { field = static_cast<char>('A' + random_.below(26)); }
  void operator()(u32& field) { field = static_cast<u32>(random_.next()); }
  void operator()(u64& field) { field = random_.next(); }
  template <std::size_t N>
  void operator()(Text<N>& field) {
    for (char& c : field.raw) c = static_cast<char>(random_.next());
  }

 private:
  Random& random_;
};

TEST(Messages, EveryFieldListAddsUpToTheSpecificationsSize) {
  int types = 0;
  for_each_message([&types]<class Message>() {
    SizeCounter counter;
    Message message{};
    for_each_field(counter, message);
    EXPECT_EQ(counter.size, wire_size(Message::kType)) << Message::kType;
    ++types;
  });
  EXPECT_EQ(types, kMessageTypes);
  int in_table = 0;
  for (const u8 size : kWireSize) in_table += size != 0 ? 1 : 0;
  EXPECT_EQ(in_table, kMessageTypes);
}

struct Encoded {
  char type = 0;
  Header header;
  std::vector<std::byte> bytes;
};

template <class Message>
Encoded any_message(Random& random) {
  Message sent{};
  sent.header = {static_cast<u16>(random.next()), static_cast<u16>(random.next()),
                 random.next() >> 16};
  AnyBytes any_bytes{random};
  for_each_field(any_bytes, sent);
  std::vector<std::byte> bytes(wire_size(Message::kType));
  EXPECT_EQ(store(bytes.data(), sent), bytes.size());
  return {Message::kType, sent.header, std::move(bytes)};
}

// No template: inside any_message() the call of parse() would be compiled for every pair of types.
void expect_decoded(const Encoded& sent) {
  Encoded got;
  const Parsed parsed = parse(sent.bytes, [&]<class Message>(const Message& message) {
    got = {Message::kType, message.header, std::vector<std::byte>(sent.bytes.size())};
    store(got.bytes.data(), message);
  });
  EXPECT_EQ(parsed, Parsed::ok);
  EXPECT_EQ(got.type, sent.type);
  EXPECT_EQ(got.header, sent.header);
  EXPECT_EQ(got.bytes, sent.bytes) << sent.type;
}

TEST(Messages, WhatIsEncodedIsDecodedByteForByte) {
  Random random{11};
  for (int round = 0; round < 100; ++round) {
    for_each_message([&random]<class Message>() { expect_decoded(any_message<Message>(random)); });
  }
}

TEST(Messages, OneByteTooFewIsTooShortOneTooManyIsNot) {
  for_each_message([]<class Message>() {
    const std::size_t size = wire_size(Message::kType);
    std::vector<std::byte> bytes(size + 2, std::byte{' '});
    bytes[0] = static_cast<std::byte>(Message::kType);
    for (std::size_t given = 0; given <= size + 2; ++given) {
      bool seen = false;
      const Parsed parsed = parse(Bytes{bytes}.first(given), [&seen](const auto&) { seen = true; });
      EXPECT_EQ(parsed, given < size ? Parsed::too_short : Parsed::ok) << Message::kType << given;
      EXPECT_EQ(seen, given >= size);
    }
  });
}

TEST(Messages, EveryOtherLetterIsUnknown) {
  std::vector<std::byte> bytes(64, std::byte{0});
  int unknown = 0;
  for (int letter = 0; letter < 256; ++letter) {
    bytes[0] = static_cast<std::byte>(letter);
    const Parsed parsed = parse(bytes, [](const auto&) {});
    unknown += parsed == Parsed::unknown_type ? 1 : 0;
  }
  EXPECT_EQ(unknown, 256 - kMessageTypes);
}

// Worked by hand from the offsets in the specification, so that the field lists are not judged by
// themselves: an add of 100 shares of AAPL at 585.33, order 0x0102030405060708.
TEST(Messages, AnAddOrderHasItsFieldsWhereTheSpecificationSays) {
  const std::array<u8, 36> wire{'A', 0,   7,   0,   9,   0,   0,   0,   0,    0x01, 0x00, 1,
                                2,   3,   4,   5,   6,   7,   8,   'B', 0,    0,    0,    100,
                                'A', 'A', 'P', 'L', ' ', ' ', ' ', ' ', 0x00, 0x59, 0x50, 0x94};
  const auto m = load<AddOrder>(std::as_bytes(std::span{wire}).data());
  EXPECT_EQ(m.header.locate, 7);
  EXPECT_EQ(m.header.tracking, 9);
  EXPECT_EQ(m.header.timestamp, 256U);
  EXPECT_EQ(m.reference, 0x0102030405060708U);
  EXPECT_EQ(m.side, 'B');
  EXPECT_EQ(m.shares, 100U);
  EXPECT_EQ(m.stock.trimmed(), "AAPL");
  EXPECT_EQ(m.price, 5'853'332U);
}

}  // namespace
}  // namespace tapedeck::itch50
