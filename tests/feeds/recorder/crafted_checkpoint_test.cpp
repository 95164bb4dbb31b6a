// Checkpoints with hashes that fit, written by somebody who means no good: nobody gets wrong books
// from them in silence.
#include <span>
#include <string>

#include "engine/core/random.hpp"
#include "tests/feeds/recorder/small_checkpoint_tape.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::tape {
namespace {

using namespace test;

struct CheckpointFrame {
  FrameHeader header;
  TapeBytes content;
};

class CraftedCheckpoint : public CheckpointOf {
 protected:
  static constexpr std::size_t kCheckpoint = 1;

  CraftedCheckpoint() {
    for (std::size_t at = tape_.made.checkpoints[kCheckpoint]; at < tape_.end_of(kCheckpoint);) {
      const FrameHeader header = *load_frame_header(tape_.made.bytes.data() + at);
      const auto content = Bytes{tape_.made.bytes}.subspan(at + kFrameHeaderBytes, header.size);
      frames_.push_back({header, {content.begin(), content.end()}});
      at += kFrameHeaderBytes + header.stored;
    }
  }
  [[nodiscard]] bool has_decoder_state() const { return frames_.size() > 1; }

  // The tape with these frames for its checkpoint; without an index, which would not fit any more.
  [[nodiscard]] TapeBytes tape_with(const std::vector<CheckpointFrame>& frames) const {
    const TapeBytes& whole = tape_.made.bytes;
    const auto at = [&](std::size_t offset) {
      return whole.begin() + static_cast<std::ptrdiff_t>(offset);
    };
    TapeBytes bytes{whole.begin(), at(tape_.made.checkpoints[kCheckpoint])};
    for (CheckpointFrame frame : frames) {
      frame.header.size = frame.header.stored = static_cast<u32>(frame.content.size());
      frame.header.content_hash = hash_of(frame.content);
      const std::size_t begin = frame.header.offset = bytes.size();
      bytes.resize(begin + kFrameHeaderBytes);
      store(bytes.data() + begin, frame.header);
      bytes.insert(bytes.end(), frame.content.begin(), frame.content.end());
    }
    bytes.insert(bytes.end(), at(tape_.end_of(kCheckpoint)), at(tape_.index_offset()));
    return bytes;
  }
  [[nodiscard]] ReadOn read_with(const std::vector<CheckpointFrame>& frames) const {
    return tape_.read(tape_with(frames), tape_.behind(kCheckpoint));
  }
  void expect_one_before(const std::vector<CheckpointFrame>& frames) {
    const ReadOn got = read_with(frames);
    ASSERT_TRUE(got.reached);
    EXPECT_EQ(got.reached->sequence, before(kCheckpoint));
    EXPECT_TRUE(same_channel(*got.books, *tape_.front.books, 0));
  }
  // It was begun at, and whoever has the books knows that they are wrong.
  void expect_doubt(const std::vector<CheckpointFrame>& frames) {
    const ReadOn got = read_with(frames);
    ASSERT_TRUE(got.reached);
    ASSERT_EQ(got.reached->sequence, tape_.checkpoints()[kCheckpoint].last);
    ASSERT_TRUE(got.damage);
    ASSERT_FALSE(got.damage->found.empty());
    ASSERT_TRUE(got.books->lost(0)) << "instruments that come later would not be doubted";
    ASSERT_EQ(got.books->lost(0)->first, 1U);
    ASSERT_EQ(got.books->lost(0)->last, got.reached->sequence);
    for (const book::Book& book : got.books->books()) {
      ASSERT_TRUE(book.state.is_stale()) << book.state.define.name();
    }
  }
  // Its frames' numbers, and which is the last.
  static void number(std::vector<CheckpointFrame>& frames) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      frames[i].header.messages = static_cast<u32>(i);
      frames[i].header.flags = i + 1 == frames.size() ? kLastOfCheckpoint : u8{0};
    }
  }

  std::vector<CheckpointFrame> frames_;
};

INSTANTIATE_TEST_SUITE_P(Tapes, CraftedCheckpoint,
                         ::testing::Values(Content::itch50, Content::events),
                         [](const auto& content) { return std::string{name_of(content.param)}; });

TEST_P(CraftedCheckpoint, OfTheFramesThatItHadIsTheSame) {
  const ReadOn got = read_with(frames_);
  ASSERT_TRUE(got.reached);
  EXPECT_EQ(got.reached->sequence, tape_.checkpoints()[kCheckpoint].last);
  EXPECT_TRUE(same_channel(*got.books, *tape_.front.books, 0));
  EXPECT_FALSE(got.damage);
}

TEST_P(CraftedCheckpoint, OfFramesThatDoNotFollowEachOtherIsPassedOver) {
  std::vector<CheckpointFrame> frames = frames_;
  frames.back().header.flags = 0;  // the last is not there
  expect_one_before(frames);
  frames = frames_;
  ++frames.front().header.messages;
  expect_one_before(frames);
  expect_one_before({});
  if (!has_decoder_state()) return;
  frames = frames_;
  ++frames.back().header.first;
  ++frames.back().header.last;
  expect_one_before(frames);
  frames = frames_;
  ++frames.back().header.number;
  expect_one_before(frames);
  expect_one_before({frames_[1], frames_[0]});
  expect_one_before({frames_[0]});
  // Whatever stands before a whole one.
  const ReadOn got = read_with({frames_[0], frames_[0], frames_[1]});
  ASSERT_TRUE(got.reached);
  EXPECT_EQ(got.reached->sequence, tape_.checkpoints()[kCheckpoint].last);
  EXPECT_TRUE(same_channel(*got.books, *tape_.front.books, 0));
}

TEST_P(CraftedCheckpoint, OfAnotherTapeIsPassedOver) {
  frames_.back().header.tape_id = 78;
  expect_one_before(frames_);
}

// Of another moment of the channel than its place on the tape.
TEST_P(CraftedCheckpoint, OfAnotherPlaceIsDoubted) {
  for (const bool of_channel : {true, false}) {
    std::vector<CheckpointFrame> frames = frames_;
    for (FrameHeader* header : {&frames.front().header, &frames.back().header}) {
      header->number = frames_[0].header.number + (of_channel ? 0 : 1);
      header->first = frames_[0].header.first + (of_channel ? 1 : 0);
      header->last = header->first - 1;
    }
    const Sequence next_checkpoint = tape_.checkpoints()[kCheckpoint + 1].last;
    const ReadOn got = tape_.read(tape_with(frames), {next_checkpoint});
    ASSERT_TRUE(got.reached);
    ASSERT_EQ(got.reached->sequence, frames.back().header.last);
    ASSERT_TRUE(got.books->lost(0));
    for (const book::Book& book : got.books->books()) ASSERT_TRUE(book.state.is_stale());
  }
}

TEST_P(CraftedCheckpoint, OfRandomBytesIsDoubted) {
  constexpr u64 kSeed = 5;
  Random random{kSeed};
  const u64 rounds = scaled(2'000);
  for (u64 round = 0; round < rounds; ++round) {
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", round " + std::to_string(round));
    CheckpointFrame frame = frames_.front();
    frame.content.resize(1 + random.below(200));
    for (std::byte& byte : frame.content) byte = static_cast<std::byte>(random.next());
    frame.content[0] = static_cast<std::byte>(random.below(4));
    frame.header.flags = kLastOfCheckpoint;
    ASSERT_NO_FATAL_FAILURE(expect_doubt({frame}));
  }
}

TEST_P(CraftedCheckpoint, OfNoRecordsIsDoubted) {
  CheckpointFrame frame = frames_.front();
  frame.header.flags = kLastOfCheckpoint;
  frame.content.clear();
  expect_doubt({frame});
  for (const u8 part : {u8{0}, u8{1}, u8{2}, u8{3}, u8{255}}) {
    frame.content = {std::byte{part}};
    expect_doubt({frame});
  }
}

// Wherever the last of its frames is cut, between two records or within one.
TEST_P(CraftedCheckpoint, OfBooksThatAreCutIsDoubted) {
  for (std::size_t size = kCheckpointHeadBytes; size < frames_.back().content.size(); ++size) {
    SCOPED_TRACE(std::to_string(size) + " bytes");
    std::vector<CheckpointFrame> frames = frames_;
    frames.back().content.resize(size);
    ASSERT_NO_FATAL_FAILURE(expect_doubt(frames));
  }
}

// A frame that is no use is not made up for by good ones behind it.
TEST_P(CraftedCheckpoint, WithOneSenselessFrameAheadIsDoubted) {
  CheckpointFrame senseless = frames_.front();
  senseless.content = {std::byte{2}, std::byte{255}, std::byte{255}};
  std::vector<CheckpointFrame> frames{senseless};
  frames.insert(frames.end(), frames_.begin(), frames_.end());
  number(frames);
  expect_doubt(frames);
}

TEST_P(CraftedCheckpoint, WithAnUnknownPartIsDoubted) {
  std::vector<CheckpointFrame> frames = frames_;
  frames.front().content[0] = std::byte{9};
  expect_doubt(frames);
}

TEST_P(CraftedCheckpoint, OfOtherContentThanTheTapesIsDoubted) {
  std::vector<CheckpointFrame> frames = frames_;
  const bool events = GetParam() == Content::events;
  frames.front().header.content = events ? Content::itch50 : Content::events;
  expect_doubt(frames);
}

TEST_P(CraftedCheckpoint, OfEventsOfAnotherMomentIsDoubted) {
  std::vector<CheckpointFrame> frames = frames_;
  TapeBytes& content = frames.back().content;
  Event event{};
  event.kind = Kind::restore;
  event.instrument = kEveryInstrument;
  event.sequence = frames.back().header.last + 1;
  std::array<std::byte, kMaxEncodedEvent> bytes;
  EventEncoder encoder;
  content.resize(kCheckpointHeadBytes);
  content.insert(content.end(), bytes.data(), encoder.encode(event, bytes.data()));
  expect_doubt(frames);
}

// Of events nothing has to be known; of messages all has to be, ahead of the books.
TEST_P(CraftedCheckpoint, WhoseDecoderStateIsNotWhereItBelongsIsDoubted) {
  std::vector<std::vector<CheckpointFrame>> wrong;
  if (has_decoder_state()) {
    wrong = {{frames_[1]}, {frames_[1], frames_[0]}, {frames_[0]}};
  } else {
    CheckpointFrame decoder_state = frames_[0];
    decoder_state.content = {std::byte{1}, std::byte{0}, std::byte{1}, std::byte{'T'}};
    wrong = {{decoder_state, frames_[0]}, {frames_[0], decoder_state}};
  }
  for (std::vector<CheckpointFrame>& frames : wrong) {
    number(frames);
    expect_doubt(frames);
  }
}

// Changed in any way that is still something: nobody can know that, but everybody can go on.
TEST_P(CraftedCheckpoint, OfAnyContentNeverCrashesItsReader) {
  constexpr u64 kSeed = 31;
  Random random{kSeed};
  const u64 rounds = scaled(5'000);
  for (u64 round = 0; round < rounds; ++round) {
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", round " + std::to_string(round));
    std::vector<CheckpointFrame> frames = frames_;
    TapeBytes& content = frames[random.below(frames.size())].content;
    for (u64 flips = 1 + random.below(3); flips > 0; --flips) {
      content[kCheckpointHeadBytes + random.below(content.size() - kCheckpointHeadBytes)] =
          static_cast<std::byte>(random.next());
    }
    const ReadOn got = read_with(frames);
    ASSERT_TRUE(got.reached);
    for (const book::Book& book : got.books->books()) {
      ASSERT_LE(book.state.trading, TradingState::quotation_only);
    }
    ASSERT_LE(got.books->session(0), Session::messages_ended);
  }
}

// Only checkpoints may say what books were.
TEST_P(CraftedCheckpoint, IsNoFrameOfTheChannel) {
  Event event{};
  event.kind = Kind::restore;
  event.instrument = kEveryInstrument;
  event.sequence = 1;
  std::array<std::byte, 3 + kMaxEncodedEvent> bytes{};
  std::byte* at = bytes.data();
  if (GetParam() == Content::itch50) {
    store_be(at, u16{0});
    at[2] = static_cast<std::byte>(OutOfBand::event);
    at += 3;
  }
  EventEncoder encoder;
  const std::byte* const end = encoder.encode(event, at);
  TapeInMemory memory{FileHeader{.content = GetParam(), .tape_id = 9}, Compress::none};
  Chunk& chunk = memory.take();
  chunk.append({bytes.data(), end});
  chunk.last = GetParam() == Content::events ? 1 : 0;
  memory.emit(chunk);
  memory.close();
  const ReadTape read = read_tape(memory.bytes, GetParam());
  EXPECT_TRUE(read.events.empty());
  EXPECT_TRUE(read.damage);
}

// Through the writer itself, and found by the index.
TEST(CraftedCheckpoints, OfTheIndexAreDoubtedToo) {
  struct Sink final : ByteSink {
    void append(Bytes more) override { bytes.insert(bytes.end(), more.begin(), more.end()); }
    TapeBytes bytes;
  } sink;
  TapeWriter writer{sink, FileHeader{.tape_id = 9}, Compress::small};
  Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2);
  EventEncoder encoder;
  std::array<std::byte, kMaxEncodedEvent> bytes;
  for (const Event& event : script.events()) {
    Chunk chunk;
    chunk.first = chunk.last = event.sequence;
    encoder.reset();
    chunk.append({bytes.data(), encoder.encode(event, bytes.data())});
    writer.write(chunk);
    if (event.sequence != 2) continue;
    const TapeBytes senseless(300, std::byte{1});
    FrameHeader header;
    header.flags = kLastOfCheckpoint;
    header.last_time = event.exchange_time;
    writer.write_checkpoint(header, senseless);
  }
  writer.write_index();
  ASSERT_EQ(checkpoints_on(sink.bytes).size(), 1U);
  const ReadOn got = read_on(sink.bytes, Content::events, ChannelPlace{3});
  EXPECT_TRUE(got.reached);
  EXPECT_TRUE(got.damage);
  EXPECT_TRUE(got.books->lost(0));
}

}  // namespace
}  // namespace tapedeck::tape
