#include "feeds/tape/frame_source.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include <zstd.h>

#include "engine/core/units.hpp"
#include "feeds/common/swell_limit.hpp"

namespace tapedeck::tape {
namespace {

using feeds::ByteSource;
using feeds::Fill;

struct DecompressorDeleter {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

constexpr u64 kLongestSearch = u64{16} << 20;               // bytes searched before fill() returns
constexpr std::size_t kFirstBuffer = std::size_t{4} << 10;  // small: there may be many tapes

class FrameSource final : public ByteSource {
 public:
  FrameSource(std::unique_ptr<ByteSource> tape, OpenEnd open_end, u64 max_ratio)
      : ByteSource(tape->name()),
        tape_(std::move(tape)),
        open_end_(open_end),
        swelling_(max_ratio),
        buffer_(kFirstBuffer) {
    begin_ = end_ = buffer_.data();
  }

  Fill fill() override {
    if (damage_) return Fill::damaged;
    while (true) {
      if (const auto got = next()) return *got;
    }
  }
  Fill fill_now() override { return damage_ || frame_is_there() ? fill() : Fill::later; }
  bool wait_for_writer(Nanos patience) override { return tape_->wait_for_writer(patience); }
  // Seeks to a frame of the tape.
  bool seek(u64 offset) override {
    // The file header has the tape's id. If it is bad, that must be reported even after a seek.
    const bool was_at_start = at_start_;
    if (was_at_start) (void)skip_file_header();
    if (!tape_->seek(offset)) return false;
    at_start_ = false;
    lost_at_.reset();
    next_number_ = 0;
    if (!was_at_start) begin_ = end_ = buffer_.data();
    return true;
  }
  [[nodiscard]] u64 raw_bytes_read() const override { return tape_->raw_bytes_read(); }
  [[nodiscard]] u64 raw_bytes_total() const override { return tape_->raw_bytes_total(); }

 private:
  // Takes one step through the tape. Returns nothing when another step is needed.
  std::optional<Fill> next() {
    if (at_start_) return skip_file_header();
    const std::size_t have = look_for(kFrameHeaderBytes);
    const std::byte* const at = tape_->window().data();
    if (have >= kFrameHeaderBytes) {
      if (const auto header = load_frame_header(at)) return take_frame(*header);
    }
    if (have == kTrailerBytes && load_trailer(at)) {
      tape_->consume(kTrailerBytes);
      return {};
    }
    if (have == 0) return at_end();
    if (may_grow() && have < kFrameHeaderBytes && may_be_beginning(at, have)) return Fill::end;
    return skip_unusable();
  }

  // False if the tape's next frame, which is taken whole, is still being written to a pipe.
  [[nodiscard]] bool frame_is_there() {
    const std::size_t before = at_start_ ? kFileHeaderBytes : 0;
    if (!tape_->is_ready(before + kFrameHeaderBytes)) return false;
    if (tape_->window().size() < before + kFrameHeaderBytes) return true;  // the tape ends
    const auto header = load_frame_header(tape_->window().data() + before);
    return !header || tape_->is_ready(before + kFrameHeaderBytes + header->stored);
  }

  // A damaged file header loses nothing, because every frame repeats its content.
  std::optional<Fill> skip_file_header() {
    if (look_for(kFileHeaderBytes) < kFileHeaderBytes) {
      if (may_grow()) return Fill::end;
      at_start_ = false;
      return skip_unusable();
    }
    at_start_ = false;
    const auto header = load_file_header(tape_->window().data());
    if (!header) {
      lost_at_ = tape_->offset();
      tape_->consume(kFileHeaderBytes);
      return tell_of("a file header that does not match its own check");
    }
    tape_id_ = header->tape_id;
    tape_->consume(kFileHeaderBytes);
    return {};
  }

  std::optional<Fill> take_frame(const FrameHeader& header) {
    if (lost_at_) return tell_of("bytes that are no frame");
    if (!tape_id_) tape_id_ = header.tape_id;
    const std::size_t whole = kFrameHeaderBytes + header.stored;
    if (look_for(whole) < whole) {
      if (may_grow()) return Fill::end;
      lost_at_ = tape_->offset();
      tape_->consume(tape_->window().size());
      return tell_of("a frame of " + counted(whole, "byte") + " that is cut short");
    }
    const Bytes stored{tape_->window().data() + kFrameHeaderBytes, header.stored};
    if (!swelling_.believes(header.size, whole)) {
      damage_ = swelling_.damage(name_, header.offset);
      return Fill::damaged;
    }
    const char* fault = fault_of(header, stored);
    if (fault == nullptr && !unpack(header, stored)) fault = "a frame that cannot be unpacked";
    if (fault != nullptr) {
      lost_at_ = tape_->offset();
      tape_->consume(whole);
      // Frames of a tape appended to this one, or of a mixed-up file, are not read.
      return tell_of(fault, header.tape_id != *tape_id_ ? header.messages : 0);
    }
    if (is_numbered(header.kind)) next_number_ = u64{header.number} + 1;
    closed_ = header.kind == FrameKind::end || closed_;
    FrameHeader plain = header;
    plain.packing = Packing::none;
    plain.stored = header.size;
    put_frame(plain);
    tape_->consume(whole);
    return Fill::more;
  }

  const char* fault_of(const FrameHeader& header, Bytes stored) const {
    if (header.tape_id != *tape_id_) return "a frame of another tape";
    if (is_numbered(header.kind) && header.number < next_number_)
      return "a frame that was there before";
    if (hash_of(stored) != header.content_hash) return "a frame that does not match its check";
    return nullptr;
  }

  bool unpack(const FrameHeader& header, Bytes stored) {
    make_room(header.size);
    std::byte* const to = free_space() + kFrameHeaderBytes;
    if (header.packing == Packing::none) {
      std::ranges::copy(stored, to);
      return true;
    }
    if (decompressor_ == nullptr) decompressor_.reset(ZSTD_createDCtx());
    if (decompressor_ == nullptr) throw std::bad_alloc{};
    // Writes at most `size` bytes, whatever the frame's content claims.
    const std::size_t made =
        ZSTD_decompressDCtx(decompressor_.get(), to, header.size, stored.data(), stored.size());
    return made == header.size;
  }

  // Appends a header to the window; the content is already in place.
  void put_frame(const FrameHeader& header) {
    store(free_space(), header);
    end_ += kFrameHeaderBytes + header.size;
  }

  // Reports a skipped part once, at its end.
  Fill tell_of(const std::string& what, u32 messages = 0) {
    FrameHeader header;
    header.messages = messages;
    header.kind = FrameKind::bad;
    header.offset = *lost_at_;
    const std::string text = what + ", " + counted(tape_->offset() - *lost_at_, "byte") +
                             " up to byte " + std::to_string(tape_->offset());
    header.size = header.stored = static_cast<u32>(text.size());
    make_room(text.size());
    std::ranges::copy(as_bytes_of(text), free_space() + kFrameHeaderBytes);
    put_frame(header);
    lost_at_.reset();
    return Fill::more;
  }

  std::optional<Fill> at_end() {
    if (lost_at_) return tell_of("bytes that are no frame");
    // The compression around the whole tape may be damaged too.
    const bool is_over = open_end_ == OpenEnd::is_for_now && closed_;
    if (tape_->damage() && !is_over && !std::exchange(told_of_source_, true)) {
      lost_at_ = tape_->offset();
      return tell_of(tape_->damage()->found);
    }
    if (open_end_ == OpenEnd::is_the_end || closed_ || may_grow()) return Fill::end;
    damage_ = tape_->damage();
    return Fill::damaged;
  }

  // True when the tape may still grow behind its current end.
  [[nodiscard]] bool may_grow() const {
    return open_end_ == OpenEnd::is_for_now && !tape_->damage();
  }

  // Skips to the next position where a frame may begin.
  std::optional<Fill> skip_unusable() {
    if (!lost_at_) lost_at_ = tape_->offset();
    if (tape_->offset() - *lost_at_ >= kLongestSearch) return tell_of("bytes that are no frame");
    const Bytes rest = tape_->window().subspan(1);
    const std::size_t found = find_frame(rest);
    std::size_t skip = 1 + found;
    // A frame may begin with the window's last bytes.
    if (found == rest.size() && rest.size() >= kFrameMagic.size() && more_follows_) {
      skip -= kFrameMagic.size() - 1;
    }
    tape_->consume(skip);
    return {};
  }

  // True when these bytes may be the start of a frame that is still being written.
  bool may_be_beginning(const std::byte* at, std::size_t have) const {
    const std::size_t count = std::min(have, kFrameMagic.size());
    return !closed_ && std::ranges::equal(Bytes{at, count}, Bytes{kFrameMagic}.first(count));
  }

  // Brings up to `wanted` bytes of the tape into its window. Returns how many there are, at most
  // `wanted`.
  std::size_t look_for(std::size_t wanted) {
    more_follows_ = true;
    while (tape_->window().size() < wanted) {
      if (tape_->fill() == Fill::more) continue;
      more_follows_ = false;
      break;
    }
    return std::min(wanted, tape_->window().size());
  }

  // Makes room for a frame with `content` bytes. Moves the unread rest to the buffer's front.
  void make_room(std::size_t content) {
    const auto kept = static_cast<std::size_t>(end_ - begin_);
    const auto from = static_cast<std::size_t>(begin_ - buffer_.data());
    std::memmove(buffer_.data(), buffer_.data() + from, kept);
    const std::size_t needed = kept + kFrameHeaderBytes + content;
    if (needed > buffer_.size()) buffer_.resize(std::max(needed, 2 * buffer_.size()));
    begin_ = buffer_.data();
    end_ = begin_ + kept;
  }
  std::byte* free_space() { return buffer_.data() + (end_ - buffer_.data()); }

  std::unique_ptr<ByteSource> tape_;
  OpenEnd open_end_;
  feeds::SwellLimit swelling_;
  std::unique_ptr<ZSTD_DCtx, DecompressorDeleter> decompressor_;
  std::vector<std::byte> buffer_;
  std::optional<u64> tape_id_;
  u64 next_number_ = 0;
  std::optional<u64> lost_at_;  // start of the unusable part
  bool at_start_ = true;
  bool closed_ = false;
  bool more_follows_ = true;
  bool told_of_source_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> unpacked_frames(std::unique_ptr<ByteSource> tape, OpenEnd open_end,
                                            u64 max_ratio) {
  return std::make_unique<FrameSource>(std::move(tape), open_end, max_ratio);
}

}  // namespace tapedeck::tape
