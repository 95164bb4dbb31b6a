// Tapes that are not as they were written: nothing wrong is given, nothing right is lost.
#include <gtest/gtest.h>
#include <zstd.h>

#include "engine/core/random.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/scripted_feed.hpp"
#include "tests/support/tapes.hpp"

namespace tapedeck::tape {
namespace {

using namespace test;

// A tape of about `bytes`, none of its frames packed or all.
MadeTape tape_of_size(std::size_t bytes, Compress compress, std::size_t chunk_bytes) {
  ItchDay day;
  day.system('O').directory(1, "AAPL").trading(1, "AAPL");
  Random random{11};
  const std::size_t content = compress == Compress::none ? bytes * 93 / 100 : bytes * 2;
  for (u64 id = 1; day.bytes().size() < content; ++id) {
    day.add(1, "AAPL", id, 'B', static_cast<u32>(1 + random.below(1000)),
            static_cast<u32>(1'000'000 - random.below(500) * 100));
    if (id % 4 == 0) day.remove(1, id - 1);
  }
  day.system('C');
  return tape_of_day(day.bytes(), {compress, chunk_bytes});
}

// What a good reading gave, with the frame each event came from.
struct Reference {
  MadeTape tape;
  std::vector<Event> events;
  std::size_t messages = 0;

  explicit Reference(MadeTape made)
      : tape(std::move(made)), events(read_tape(tape.bytes, Content::itch50).events) {
    for (const Event& event : events) messages += event.kind == Kind::define ? 0 : 1;
  }

  // Every event given is one of those recorded, in their order and each once; returns how many are
  // missing, or nothing when one is wrong. Definitions are the decoder's: without the directory it
  // names instruments by what their messages carry.
  [[nodiscard]] std::optional<std::size_t> missing(const ReadTape& read) const {
    std::size_t at = 0;
    std::size_t given = 0;
    for (const Event& event : read.events) {
      if (event.kind == Kind::loss || event.kind == Kind::define) continue;
      while (at < events.size() && !same_event(events[at], event)) ++at;
      if (at++ == events.size()) return {};
      ++given;
    }
    return messages - given;
  }
  // Of the part of the tape that holds this byte: a header, a frame, the index.
  [[nodiscard]] std::size_t part_of(std::size_t byte) const {
    std::size_t start = 0;
    for (const std::size_t next : tape.starts) {
      if (next > byte) break;
      start = next;
    }
    return start;
  }
};

void flip(TapeBytes& bytes, u64 bit) {
  bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
}

// One bit of the tape at a time, so many bits apart in the data and in all else.
void expect_flips_found(const Reference& reference, u64 data_stride, u64 stride) {
  TapeBytes bytes = reference.tape.bytes;
  const std::size_t first_data = reference.tape.starts.front();
  const std::size_t closing = reference.tape.starts.back();
  for (u64 bit = 0; bit < bytes.size() * 8;
       bit += bit / 8 >= first_data && bit / 8 < closing ? data_stride : stride) {
    const std::size_t at = bit / 8;
    flip(bytes, bit);
    // The very first bytes say what it is at all; without them it is of no known format.
    const ReadTape read = read_tape(bytes, Content::itch50);
    const auto missing = reference.missing(read);
    ASSERT_TRUE(missing) << "a wrong event after flipping bit " << bit;
    if (at >= first_data && at < closing) {
      ASSERT_GT(*missing, 0U) << bit;
      ASSERT_LT(*missing, reference.events.size() / 4) << bit;
      ASSERT_EQ(read.losses, 1U) << bit;
      ASSERT_TRUE(read.damage) << bit;
      ASSERT_EQ(read.damage->offset, reference.part_of(at)) << bit;
    } else {
      ASSERT_EQ(*missing, 0U) << bit;
      ASSERT_TRUE(read.damage || !read.warnings.empty()) << bit;
    }
    flip(bytes, bit);
  }
}

// Every bit of the data, one in each second frame at a time: a frame is checked by itself, so that
// each of them costs its own messages and those between lose none.
void expect_every_flip_found(const Reference& reference, u64 stride) {
  TapeBytes bytes = reference.tape.bytes;
  const auto& starts = reference.tape.starts;  // of the data, and of the frame that closes it
  const std::size_t frames = starts.size() - 1;
  std::vector<std::size_t> costs;
  for (std::size_t frame = 0; frame < frames; ++frame) {
    flip(bytes, starts[frame] * 8);
    costs.push_back(reference.missing(read_tape(bytes, Content::itch50)).value());
    ASSERT_GT(costs.back(), 0U);
    flip(bytes, starts[frame] * 8);
  }
  u64 flips = 0;
  for (const std::size_t first : {0U, 1U}) {
    bool inside = true;
    for (u64 bit = 0; inside; bit += stride) {
      std::size_t flipped = 0;
      std::size_t cost = 0;
      const auto flip_all = [&] {
        flipped = cost = 0;
        for (std::size_t frame = first; frame < frames; frame += 2) {
          if (starts[frame] * 8 + bit >= starts[frame + 1] * 8) continue;
          flip(bytes, starts[frame] * 8 + bit);
          cost += costs[frame];
          ++flipped;
        }
      };
      flip_all();
      const ReadTape read = read_tape(bytes, Content::itch50);
      ASSERT_EQ(reference.missing(read), std::optional{cost}) << "bit " << bit << " from " << first;
      ASSERT_EQ(read.losses, flipped) << "bit " << bit << " from " << first;
      flip_all();
      flips += flipped;
      inside = flipped > 0;
    }
  }
  const u64 bits = (starts.back() - starts.front()) * 8;
  ASSERT_GE(flips, bits / stride) << "a bit of the data was left out";
  ASSERT_TRUE(bytes == reference.tape.bytes);
}

TEST(DamagedTape, EveryFlippedBitIsFoundAndCostsItsFrameOnly) {
  constexpr std::size_t kBytes = 65'536;
  const Reference few{tape_of_size(kBytes, Compress::none, 6'000)};
  ASSERT_NEAR(static_cast<double>(few.tape.bytes.size()), kBytes, 3'000);
  expect_flips_found(few, stride(401, 61, 61), stride(401, 61));
  const Reference many{tape_of_size(kBytes, Compress::none, 1'000)};
  ASSERT_GE(many.tape.starts.size(), 60U);
  expect_every_flip_found(many, stride(401, 7));
}

TEST(DamagedTape, EveryFlippedBitOfPackedFramesIsFound) {
  const Reference reference{tape_of_size(8'192, Compress::small, 2'000)};
  expect_flips_found(reference, stride(61, 61, 61), stride(61, 61));
  expect_every_flip_found(reference, stride(61, 7));
}

TEST(DamagedTape, CutAnywhereItGivesWhatWasBefore) {
  const Reference reference{tape_of_size(16'384, Compress::none, 3'000)};
  const TapeBytes& bytes = reference.tape.bytes;
  const std::size_t closing = reference.tape.starts.back();
  for (std::size_t size = kFileHeaderBytes; size < bytes.size(); size += stride(11, 1)) {
    const ReadTape read = read_tape(Bytes{bytes}.first(size), Content::itch50);
    const auto missing = reference.missing(read);
    ASSERT_TRUE(missing) << size;
    const auto whole_frames = static_cast<std::size_t>(
        std::ranges::upper_bound(reference.tape.starts, size) - reference.tape.starts.begin());
    const bool at_boundary =
        std::ranges::find(reference.tape.starts, size) != reference.tape.starts.end();
    if (size <= closing) {
      ASSERT_GT(*missing + (whole_frames >= reference.tape.starts.size() ? 1 : 0), 0U) << size;
      ASSERT_FALSE(read.complete) << size;
      ASSERT_EQ(read.damage.has_value(), !at_boundary && size != kFileHeaderBytes) << size;
      ASSERT_FALSE(read.warnings.empty()) << size;
    } else {
      ASSERT_EQ(*missing, 0U) << size;
    }
  }
}

TEST(DamagedTape, CutOutOfTheMiddleTheRestIsUsed) {
  const Reference reference{tape_of_size(16'384, Compress::none, 3'000)};
  const auto& starts = reference.tape.starts;
  for (const std::size_t cut : {std::size_t{1}, std::size_t{50}, std::size_t{500}}) {
    TapeBytes bytes = reference.tape.bytes;
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(starts[2] + 100);
    bytes.erase(from, from + static_cast<std::ptrdiff_t>(cut));
    const ReadTape read = read_tape(bytes, Content::itch50);
    const auto missing = reference.missing(read);
    ASSERT_TRUE(missing);
    EXPECT_GT(*missing, 0U);
    EXPECT_LT(*missing, reference.events.size() / 2);
    EXPECT_TRUE(read.damage);
  }
}

TEST(DamagedTape, AFrameThatComesTwiceIsTakenOnce) {
  const Reference reference{tape_of_size(16'384, Compress::none, 3'000)};
  const auto& starts = reference.tape.starts;
  TapeBytes bytes = reference.tape.bytes;
  const TapeBytes frame(bytes.begin() + static_cast<std::ptrdiff_t>(starts[1]),
                        bytes.begin() + static_cast<std::ptrdiff_t>(starts[2]));
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(starts[2]), frame.begin(), frame.end());
  const ReadTape read = read_tape(bytes, Content::itch50);
  EXPECT_EQ(reference.missing(read), std::optional<std::size_t>{0});
  EXPECT_EQ(read.losses, 0U);
  ASSERT_FALSE(read.warnings.empty());
  EXPECT_NE(read.warnings[0].find("was there before"), std::string::npos) << read.warnings[0];
}

TEST(DamagedTape, AFrameOfAnotherTapeIsNotTaken) {
  const Reference reference{tape_of_size(16'384, Compress::none, 3'000)};
  ItchDay other_day;
  other_day.system('O').directory(1, "EVIL").add(1, "EVIL", 1, 'B', 1, 1);
  const MadeTape other = tape_of_day(other_day.bytes(), {Compress::none, 1024, 78});
  TapeBytes bytes = reference.tape.bytes;
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(reference.tape.starts[2]),
               other.bytes.begin() + static_cast<std::ptrdiff_t>(other.starts[0]),
               other.bytes.begin() + static_cast<std::ptrdiff_t>(other.starts[1]));
  const ReadTape read = read_tape(bytes, Content::itch50);
  EXPECT_EQ(reference.missing(read), std::optional<std::size_t>{0});
  ASSERT_TRUE(read.damage) << "messages are in the file that nobody was given";
  EXPECT_NE(read.damage->found.find("another tape"), std::string::npos) << read.damage->found;
}

// Each frame may hold half a megabyte, and a packed one of nothing but zeros takes a hundred bytes.
TEST(DamagedTape, FramesThatSwellBeyondBeliefEndTheChannel) {
  const std::vector<std::byte> zeros(tape::kMaxContent);
  std::vector<std::byte> packed(ZSTD_compressBound(zeros.size()));
  packed.resize(ZSTD_compress(packed.data(), packed.size(), zeros.data(), zeros.size(), 19));
  tape::FileHeader header;
  header.content = tape::Content::events;
  header.tape_id = 7;
  std::vector<std::byte> bytes(tape::kFileHeaderBytes);
  tape::store(bytes.data(), header);
  constexpr u32 kFrames = 40;
  for (u32 number = 0; number < kFrames; ++number) {
    tape::FrameHeader frame;
    frame.content = header.content;
    frame.packing = tape::Packing::zstd;
    frame.tape_id = header.tape_id;
    frame.number = number;
    frame.stored = static_cast<u32>(packed.size());
    frame.size = static_cast<u32>(zeros.size());
    frame.offset = bytes.size();
    frame.content_hash = tape::hash_of(packed);
    const std::size_t at = bytes.size();
    bytes.resize(at + tape::kFrameHeaderBytes);
    tape::store(bytes.data() + at, frame);
    bytes.insert(bytes.end(), packed.begin(), packed.end());
  }
  const test::ReadTape read = test::read_tape(bytes, tape::Content::events);
  ASSERT_TRUE(read.damage);
  EXPECT_NE(read.damage->expected.find("at most 1,000 for each"), std::string::npos)
      << read.damage->message();
  EXPECT_FALSE(read.complete);
}

TEST(DamagedTape, RandomBytesEndInWords) {
  Random random{5};
  for (int round = 0; round < 300; ++round) {
    TapeBytes bytes(1 + random.below(4'000));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
    const ReadTape read = read_tape(bytes, Content::itch50);
    EXPECT_TRUE(read.events.empty());
    EXPECT_TRUE(read.damage);
  }
}

// Made with hashes that fit, by somebody who means no good.
TEST(DamagedTape, AFrameThatDoesNotHoldWhatItSaysIsALoss) {
  Script script;
  script.define(0, "A");
  for (u64 id = 1; id <= 5; ++id) script.bid(0, id);
  const std::vector<Event> events = script.events();
  const auto tape_saying = [&](Sequence first, Sequence last, const std::vector<Event>& content) {
    TapeInMemory memory{FileHeader{.tape_id = 9}, Compress::none};
    Chunk& chunk = memory.take();
    EventEncoder encoder;
    std::array<std::byte, kMaxEncodedEvent> bytes;
    for (const Event& event : content)
      chunk.append({bytes.data(), encoder.encode(event, bytes.data())});
    chunk.first = first;
    chunk.last = last;
    memory.emit(chunk);
    ChunkMaker maker{memory};
    maker.begin(Content::events, Nanos{0});
    Closing closing;
    closing.complete = true;
    Chunk& end = memory.take();
    end.kind = FrameKind::end;
    end.first = last + 1;
    end.last = last;
    closing.store(end.content);
    memory.emit(end);
    memory.close();
    return read_tape(memory.bytes, Content::events);
  };
  EXPECT_FALSE(tape_saying(1, 6, events).damage);
  for (const auto& [first, last] : {std::pair{1, 5}, std::pair{1, 7}, std::pair{1, 1'000'000},
                                    std::pair{3, 8}, std::pair{1, 1}}) {
    const ReadTape read = tape_saying(static_cast<u64>(first), static_cast<u64>(last), events);
    EXPECT_TRUE(read.damage) << first << " " << last;
    EXPECT_FALSE(read.complete);
  }
  EXPECT_TRUE(tape_saying(1, 6, {}).damage);
  std::vector<Event> backwards = events;
  std::swap(backwards[3].sequence, backwards[4].sequence);
  EXPECT_TRUE(tape_saying(1, 6, backwards).damage);
  // That a replay was not asked for it is the replay's to say.
  std::vector<Event> hidden = events;
  hidden[2].flags |= kPreroll;
  const ReadTape read = tape_saying(1, 6, hidden);
  EXPECT_FALSE(read.damage);
  EXPECT_EQ(read.events[2].flags & kPreroll, 0);
}

// A frame may say that it unpacks to no more than a frame holds, and be a bomb all the same.
TEST(DamagedTape, APackedFrameUnpacksToWhatItSaysOrToNothing) {
  const std::string zeros(8 << 20, '\0');
  TapeBytes packed(1 << 16);
  const std::size_t size =
      ZSTD_compress(packed.data(), packed.size(), zeros.data(), zeros.size(), 3);
  packed.resize(size);
  TapeBytes bytes(kFileHeaderBytes + kFrameHeaderBytes);
  store(bytes.data(), FileHeader{.content = Content::itch50, .tape_id = 9});
  FrameHeader header;
  header.content = Content::itch50;
  header.packing = Packing::zstd;
  header.tape_id = 9;
  header.last = 1;
  header.size = kMaxContent;
  header.stored = static_cast<u32>(size);
  header.content_hash = hash_of(packed);
  store(bytes.data() + kFileHeaderBytes, header);
  bytes.insert(bytes.end(), packed.begin(), packed.end());
  const ReadTape read = read_tape(bytes, Content::itch50);
  EXPECT_TRUE(read.events.empty());
  ASSERT_TRUE(read.damage);
  EXPECT_NE(read.damage->found.find("cannot be unpacked"), std::string::npos);
}

}  // namespace
}  // namespace tapedeck::tape
