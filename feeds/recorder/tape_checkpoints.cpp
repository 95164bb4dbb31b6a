#include "feeds/recorder/tape_checkpoints.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/book/checkpoint_events.hpp"
#include "feeds/itch50/decoder.hpp"

namespace tapedeck::recorder {
namespace {

constexpr ChannelId kTapeChannel = 0;
constexpr std::size_t kLengthBytes = sizeof(u16);

}  // namespace

// The feed's source: the frame that was written last.
class TapeCheckpoints::Frames final : public feeds::ByteSource {
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

// Writes records into the frames of one checkpoint.
class TapeCheckpoints::Parts {
 public:
  /// `head`: the header fields that all frames of the checkpoint share.
  Parts(tape::TapeWriter& writer, tape::Backlog backlog, const tape::FrameHeader& head)
      : writer_(writer), backlog_(backlog), head_(head) {}

  void add_decoder_state(Bytes record) {
    std::array<std::byte, kLengthBytes> length{};
    store_be(length.data(), static_cast<u16>(record.size()));
    make_room(tape::CheckpointPart::decoder_state, length.size() + record.size());
    append(length);
    append(record);
  }
  void add_event(const Event& event) {
    make_room(tape::CheckpointPart::books, tape::kMaxEncodedEvent);
    std::array<std::byte, tape::kMaxEncodedEvent> bytes;
    append({bytes.data(), encoder_.encode(event, bytes.data())});
  }
  void finish() {
    head_.flags |= tape::kLastOfCheckpoint;
    write();
  }

 private:
  void append(Bytes bytes) { content_.insert(content_.end(), bytes.begin(), bytes.end()); }
  void make_room(tape::CheckpointPart part, std::size_t size) {
    if (!content_.empty() && part == part_ && content_.size() + size <= tape::kChunkBytes) return;
    if (!content_.empty()) write();
    part_ = part;
    content_.assign({static_cast<std::byte>(part)});
    encoder_.reset();
  }
  void write() {
    writer_.write_checkpoint(head_, content_, backlog_);
    ++head_.messages;
  }

  tape::TapeWriter& writer_;
  tape::Backlog backlog_;
  tape::FrameHeader head_;
  tape::CheckpointPart part_{};
  tape::EventEncoder encoder_;
  std::vector<std::byte> content_;
};

namespace {

std::unique_ptr<feeds::MessageDecoder> decoder_of(tape::Content content) {
  if (content == tape::Content::events) return nullptr;
  return std::make_unique<itch50::Decoder>();
}

}  // namespace

TapeCheckpoints::TapeCheckpoints(const tape::FileHeader& header, u64 hash_key)
    : TapeCheckpoints(std::make_unique<Frames>(), decoder_of(header.content), hash_key,
                      header.undated) {}

// Dated and undated channels start from different hashes, because their times count from different
// moments.
TapeCheckpoints::TapeCheckpoints(std::unique_ptr<Frames> frames,
                                 std::unique_ptr<feeds::MessageDecoder> decoder, u64 hash_key,
                                 bool undated)
    : frames_(frames.get()),
      exporting_(decoder.get()),
      feed_(std::move(frames), std::move(decoder), {.symbols = {}, .follow = true}),
      books_({.flow_digest = true, .hash_key = hash_key}),
      channel_hash_(undated ? 1 : 0) {
  books_.open_channel(kTapeChannel, true);
}

TapeCheckpoints::~TapeCheckpoints() = default;

void TapeCheckpoints::read(const tape::FrameHeader& header, Bytes content) {
  frames_->put(header, content);
  FeedStatus status = FeedStatus::ready;
  while (status == FeedStatus::ready) {
    EventBuffer events{polled_.data(), kMinPollBuffer};
    status = feed_.poll(events, kNotTimed);
    for (const Event& event : events) note(event);
    books_.apply(kTapeChannel, {events.begin(), events.size()});
  }
}

void TapeCheckpoints::note(const Event& event) {
  std::array<std::byte, tape::kMaxEncodedEvent> bytes;
  const std::byte* const end = encoder_.encode(event, bytes.data());
  channel_hash_ = tape::hash_of({bytes.data(), end}, channel_hash_);
  newest_.note(event);
  if (event.kind != Kind::define) return;
  const std::size_t number = event.instrument.value;
  if (names_.size() <= number) names_.resize(number + 1);
  std::string& name = names_[number];
  renamed_ |= !name.empty() && name != event.define.name();
  name = event.define.name();
}

void TapeCheckpoints::write(tape::TapeWriter& writer, tape::Backlog backlog) {
  tape::FrameHeader head;
  // An instrument that kept its "#<number>" name, because another has its symbol, counts as a
  // mismatch.
  const bool renamed = renamed_ || feed_.counters().symbol_mismatch > 0;
  head.flags = renamed ? tape::kRenamed : 0;
  head.last_time = newest_.time();
  head.channel_hash = channel_hash_;
  Parts parts{writer, backlog, head};
  if (exporting_ != nullptr) {
    exporting_->export_state([&parts](Bytes record) { parts.add_decoder_state(record); });
  }
  book::emit_checkpoint(books_, kTapeChannel, newest_,
                        [&parts](const Event& event) { parts.add_event(event); });
  parts.finish();
}

}  // namespace tapedeck::recorder
