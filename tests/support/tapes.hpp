// Tapes in memory: made of a day or of any feed, and read again.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "feeds/itch50/decoder.hpp"
#include "feeds/recorder/recording_feed.hpp"
#include "feeds/recorder/tape_checkpoints.hpp"
#include "feeds/tape/feed.hpp"
#include "feeds/tape/frame_source.hpp"
#include "feeds/tape/writer.hpp"
#include "tests/support/itch_flow.hpp"

namespace tapedeck::test {

using TapeBytes = std::vector<std::byte>;

/// Chunks straight into memory, on the thread that fills them.
class TapeInMemory final : public tape::ChunkSink, private ByteSink {
 public:
  /// `interval`: of checkpoints, as in ChunkMaker::begin(), which has to be told it too.
  explicit TapeInMemory(const tape::FileHeader& header, tape::Compress compress,
                        Nanos interval = Nanos{0})
      : writer_(*this, header, compress) {
    if (interval.value > 0) checkpoints_ = std::make_unique<recorder::TapeCheckpoints>(header, 0);
  }

  tape::Chunk& take() override { return chunk_; }
  tape::Chunk* try_take() override { return has_room ? &chunk_ : nullptr; }
  void emit(tape::Chunk& chunk) override {
    if (checkpoints_ && chunk.checkpoint_before) {
      checkpoints.push_back(bytes.size());
      checkpoints_->write(writer_, tape::Backlog::none);
    }
    starts.push_back(bytes.size());
    const tape::FrameHeader header = writer_.write(chunk);
    if (checkpoints_) checkpoints_->read(header, chunk.content);
    chunk.clear();
  }
  /// The index behind the closing: the tape is whole.
  void close() { writer_.write_index(); }

  bool has_room = true;  // what a recorder that may drop asks
  TapeBytes bytes;
  std::vector<std::size_t> starts;       // of the channel's frames, where they begin
  std::vector<std::size_t> checkpoints;  // where checkpoints begin

 private:
  void append(Bytes more) override { bytes.insert(bytes.end(), more.begin(), more.end()); }

  tape::Chunk chunk_;
  tape::TapeWriter writer_;
  std::unique_ptr<recorder::TapeCheckpoints> checkpoints_;
};

struct TapeShape {
  tape::Compress compress = tape::Compress::none;
  std::size_t chunk_bytes = 1024;  // small, for many frames
  u64 id = 77;
  Nanos checkpoints{0};  // of the books, so often in exchange time; 0: none
};

struct MadeTape {
  TapeBytes bytes;
  std::vector<std::size_t> starts;       // of the channel's frames
  std::vector<std::size_t> checkpoints;  // where they begin
};

struct DayBytes {
  Bytes content;
  Nanos midnight;
};

/// Of ITCH messages, one day after another.
inline MadeTape tape_of_days(const std::vector<DayBytes>& days, const TapeShape& shape = {},
                             std::unordered_set<std::string> symbols = {}) {
  tape::FileHeader header;
  header.content = tape::Content::itch50;
  header.tape_id = shape.id;
  header.format = "itch50";
  header.midnight = days.front().midnight;
  TapeInMemory memory{header, shape.compress, shape.checkpoints};
  tape::ChunkMaker maker{memory, shape.chunk_bytes};
  maker.begin(header.content, header.midnight, shape.checkpoints);
  std::vector<itch50::DayFile> files;
  for (const DayBytes& day : days) {
    files.push_back({feeds::memory_source("day.itch", day.content), day.midnight});
  }
  recorder::RecordingFeed feed{
      std::make_unique<itch50::FileFeed>(std::move(files), itch50::Framing::length,
                                         std::move(symbols), &maker),
      maker};
  (void)drain(feed);
  maker.finish(feed.closing());
  memory.close();
  return {std::move(memory.bytes), std::move(memory.starts), std::move(memory.checkpoints)};
}

/// Of a day's ITCH messages.
inline MadeTape tape_of_day(Bytes day, const TapeShape& shape = {}, Nanos midnight = Nanos{0},
                            std::unordered_set<std::string> symbols = {}) {
  return tape_of_days({{day, midnight}}, shape, std::move(symbols));
}

/// Of any feed's events.
inline MadeTape tape_of_events(std::unique_ptr<Feed> source, const TapeShape& shape = {}) {
  tape::FileHeader header;
  header.content = tape::Content::events;
  header.tape_id = shape.id;
  header.format = "scripted";
  TapeInMemory memory{header, shape.compress, shape.checkpoints};
  tape::ChunkMaker maker{memory, shape.chunk_bytes};
  maker.begin(header.content, Nanos{0}, shape.checkpoints);
  recorder::RecordingFeed feed{std::move(source), maker};
  (void)drain(feed);
  maker.finish(feed.closing());
  memory.close();
  return {std::move(memory.bytes), std::move(memory.starts), std::move(memory.checkpoints)};
}

inline std::unique_ptr<tape::TapeFeed> open_tape(std::unique_ptr<feeds::ByteSource> source,
                                                 tape::Content content,
                                                 tape::TapeOptions options = {}) {
  const auto open_end = options.follow ? tape::OpenEnd::is_for_now : tape::OpenEnd::is_the_end;
  std::unique_ptr<feeds::MessageDecoder> decoder;
  if (content == tape::Content::itch50)
    decoder = std::make_unique<itch50::Decoder>(options.symbols);
  return std::make_unique<tape::TapeFeed>(tape::unpacked_frames(std::move(source), open_end),
                                          std::move(decoder), std::move(options));
}

struct ReadTape {
  std::vector<Event> events;  // what the tape gave, losses among it
  u64 losses = 0;
  FeedCounters counters;
  std::optional<Damage> damage;
  std::vector<std::string> warnings;
  bool complete = false;
  u64 last_sequence = 0;
};

inline ReadTape read_tape(Bytes bytes, tape::Content content, tape::TapeOptions options = {},
                          std::size_t step = SIZE_MAX) {
  const auto feed =
      open_tape(feeds::memory_source("a.tape", bytes, step), content, std::move(options));
  ReadTape read;
  read.events = drain(*feed);
  for (const Event& event : read.events) read.losses += event.kind == Kind::loss ? 1 : 0;
  read.counters = feed->counters();
  read.damage = feed->damage();
  read.warnings = feed->warnings();
  read.complete = feed->complete();
  read.last_sequence = feed->last_sequence();
  return read;
}

}  // namespace tapedeck::test
