#include "tools/tape_images.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/book/image_events.hpp"
#include "feeds/itch50/decoder.hpp"

namespace tapedeck::tools {
namespace {

constexpr LineNumber kTapeLine = 0;
constexpr std::size_t kLengthBytes = sizeof(u16);

}  // namespace

// The frames that were written so far, of which the last has not been read.
class TapeImages::Frames final : public feeds::ByteSource {
 public:
  Frames() : ByteSource("the tape that is being written") {}

  void put(const tape::FrameHeader& header, Bytes content) {
    frame_.resize(tape::kFrameHeaderBytes + content.size());
    tape::store(frame_.data(), header);
    std::ranges::copy(content, frame_.data() + tape::kFrameHeaderBytes);
    begin_ = frame_.data();
    end_ = begin_ + frame_.size();
  }
  feeds::Fill fill() override { return feeds::Fill::end; }
  [[nodiscard]] u64 raw_bytes_read() const override { return offset(); }
  [[nodiscard]] u64 raw_bytes_total() const override { return 0; }

 private:
  std::vector<std::byte> frame_;
};

// Records on their way into the frames of one image.
class TapeImages::Parts {
 public:
  Parts(tape::TapeWriter& writer, Nanos line_time, u64 hash)
      : writer_(writer), line_time_(line_time), hash_(hash) {}

  void add_knowledge(Bytes record) {
    std::array<std::byte, kLengthBytes> length{};
    store_be(length.data(), static_cast<u16>(record.size()));
    make_room(tape::ImagePart::knowledge, length.size() + record.size());
    append(length);
    append(record);
  }
  void add_event(const Event& event) {
    make_room(tape::ImagePart::books, tape::kMaxEncodedEvent);
    std::array<std::byte, tape::kMaxEncodedEvent> bytes;
    append({bytes.data(), encoder_.encode(event, bytes.data())});
  }
  void finish() { write(true); }

 private:
  void append(Bytes bytes) { content_.insert(content_.end(), bytes.begin(), bytes.end()); }
  void make_room(tape::ImagePart part, std::size_t size) {
    if (!content_.empty() && part == part_ && content_.size() + size <= tape::kChunkBytes) return;
    if (!content_.empty()) write(false);
    part_ = part;
    content_.assign({static_cast<std::byte>(part), std::byte{0}});
    encoder_.reset();
  }
  void write(bool is_last) {
    content_[1] = static_cast<std::byte>(is_last ? 1 : 0);
    writer_.write_image(frame_++, content_, line_time_, hash_);
  }

  tape::TapeWriter& writer_;
  Nanos line_time_;
  u64 hash_;
  tape::ImagePart part_{};
  tape::EventEncoder encoder_;
  std::vector<std::byte> content_;
  u32 frame_ = 0;
};

namespace {

std::unique_ptr<feeds::MessageDecoder> decoder_of(tape::Content content) {
  if (content == tape::Content::events) return nullptr;
  return std::make_unique<itch50::Decoder>();
}

}  // namespace

TapeImages::TapeImages(const tape::FileHeader& header)
    : TapeImages(std::make_unique<Frames>(), decoder_of(header.content)) {}

TapeImages::TapeImages(std::unique_ptr<Frames> frames,
                       std::unique_ptr<feeds::MessageDecoder> decoder)
    : frames_(frames.get()),
      knowing_(decoder.get()),
      feed_(std::move(frames), std::move(decoder), {.symbols = {}, .follow = true}),
      books_({.flow_digest = true}) {
  books_.open_line(kTapeLine, true);
  moment_.line_time = kBeginningOfTime;
}

TapeImages::~TapeImages() = default;

void TapeImages::read(const tape::FrameHeader& header, Bytes content) {
  frames_->put(header, content);
  FeedStatus status = FeedStatus::ready;
  while (status == FeedStatus::ready) {
    EventBuffer events{polled_.data(), kMinPollBuffer};
    status = feed_.poll(events, kNotTimed);
    for (const Event& event : events) note(event);
    books_.apply(kTapeLine, {events.begin(), events.size()});
  }
  moment_.sequence = header.last;
}

void TapeImages::note(const Event& event) {
  std::array<std::byte, tape::kMaxEncodedEvent> bytes;
  const std::byte* const end = encoder_.encode(event, bytes.data());
  hash_ = tape::hash_of({bytes.data(), end}, hash_);
  // A loss has no time of its own.
  if (event.kind == Kind::loss) return;
  moment_.line_time = std::max(moment_.line_time, event.exchange_time);
}

void TapeImages::write(tape::TapeWriter& writer) {
  Parts parts{writer, moment_.line_time, hash_};
  if (knowing_ != nullptr) {
    knowing_->tell_knowledge([&parts](Bytes record) { parts.add_knowledge(record); });
  }
  book::give_image(books_, kTapeLine, moment_,
                   [&parts](const Event& event) { parts.add_event(event); });
  parts.finish();
}

}  // namespace tapedeck::tools
