// What tapes hold behind their checks: frames of any kind and content, all hashes right, so that
// what reads them is reached, which a hash keeps inputs as they come away from. An event that is
// accepted is encoded and decoded to the same event.
#include <zstd.h>

#include "feeds/tape/event_codec.hpp"
#include "feeds/tape/format.hpp"
#include "tests/fuzz/tape_reading.hpp"

namespace tapedeck::fuzz {
namespace {

using tape::Content;
using tape::FrameHeader;
using tape::FrameKind;

class TapeOfFrames {
 public:
  explicit TapeOfFrames(Content content) : content_(content) {
    tape::FileHeader header;
    header.content = content;
    header.tape_id = kId;
    header.format = "fuzzed";
    bytes_.resize(tape::kFileHeaderBytes);
    tape::store(bytes_.data(), header);
  }
  /// A frame as the choices have it; what they give up to its length is its content.
  void add(Choices& choices) {
    FrameHeader header;
    header.kind = choices.one_of({FrameKind::data, FrameKind::data, FrameKind::end,
                                  FrameKind::index, FrameKind::checkpoint, FrameKind{100}});
    header.content = choices.byte() % 8 == 7 ? other_content() : content_;
    header.flags = choices.byte() % 4;
    header.tape_id = choices.byte() % 16 == 15 ? kId + 1 : kId;
    const u8 skipped = choices.byte();
    const bool numbered = tape::is_numbered(header.kind);
    header.number = number_ + skipped % 16 / 15;
    header.messages = choices.byte() % 4;
    header.first = next_ + skipped / 16 % 8 / 7 * 5;
    header.last = header.first + choices.byte() % 32 - 1;
    if (header.kind == FrameKind::checkpoint) header.last = header.first - 1;
    header.first_time = header.last_time = Nanos{choices.byte() * kNanosPerSecond};
    const std::size_t length = choices.byte();
    Bytes content = choices.take(length);
    header.size = header.stored = static_cast<u32>(content.size());
    if (skipped % 4 == 1) content = packed(content, header);
    header.offset = bytes_.size();
    header.content_hash = tape::hash_of(content);
    const std::size_t at = bytes_.size();
    bytes_.resize(at + tape::kFrameHeaderBytes);
    tape::store(bytes_.data() + at, header);
    bytes_.insert(bytes_.end(), content.begin(), content.end());
    if (!numbered) return;
    number_ = header.number + 1;
    next_ = header.last + 1;
  }
  [[nodiscard]] Bytes bytes() const { return bytes_; }

 private:
  static constexpr u64 kId = 77;

  // What it unpacks to is what it was, or, now and then, said to be more.
  Bytes packed(Bytes content, FrameHeader& header) {
    packed_.resize(ZSTD_compressBound(content.size()));
    packed_.resize(
        ZSTD_compress(packed_.data(), packed_.size(), content.data(), content.size(), 1));
    header.packing = tape::Packing::zstd;
    header.stored = static_cast<u32>(packed_.size());
    if (content.size() % 16 == 15) header.size += 1;
    return packed_;
  }

  [[nodiscard]] Content other_content() const {
    return content_ == Content::events ? Content::itch50 : Content::events;
  }

  Content content_;
  std::vector<std::byte> bytes_, packed_;
  u32 number_ = 0;
  Sequence next_ = 1;
};

void require_encoder_agrees(Bytes records) {
  tape::EventDecoder decoder;
  tape::EventEncoder encoder;
  tape::EventDecoder again;
  for (std::size_t used = 0; used < records.size();) {
    Event event;
    const std::size_t size = decoder.decode(records.subspan(used), event);
    if (size == 0) return;
    require(size <= records.size() - used, "an event lies inside its frame");
    used += size;
    std::array<std::byte, tape::kMaxEncodedEvent> bytes{};
    const std::byte* const end = encoder.encode(event, bytes.data());
    Event back;
    const std::size_t length = again.decode({bytes.data(), end}, back);
    require(length == static_cast<std::size_t>(end - bytes.data()) && same_event(event, back),
            "an event that is accepted is encoded and decoded to itself");
  }
}

void read_frames(Bytes input) {
  Choices choices{input};
  const std::size_t step = choices.window_step();
  const ChannelPlace place{.sequence = choices.byte()};
  TapeOfFrames made{choices.one_of({Content::events, Content::itch50})};
  require_encoder_agrees(choices.rest());
  while (!choices.rest().empty()) made.add(choices);
  (void)require_sound_tape(made.bytes(), step);
  (void)tape::checkpoints_of([&made] { return feeds::memory_source("a.tape", made.bytes()); });
  require_books_agree(read_tape(made.bytes(), step, place).account.events);
}

}  // namespace
}  // namespace tapedeck::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tapedeck::fuzz::read_frames(std::as_bytes(std::span{data, size}));
  return 0;
}
