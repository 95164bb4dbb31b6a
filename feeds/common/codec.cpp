#include "feeds/common/codec.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

namespace tapedeck::feeds {
namespace {

class PlainCodec final : public Codec {
 public:
  CodecStep step(Bytes input, std::span<std::byte> output) override {
    const std::size_t count = std::min(input.size(), output.size());
    std::copy_n(input.begin(), count, output.begin());
    return {count, count, {}};
  }
  [[nodiscard]] bool at_boundary() const override { return true; }
  [[nodiscard]] const char* name() const override { return "raw"; }
};

// Inflates deflate data in one of zlib's wrappings, one member after another.
class InflateCodec final : public Codec {
 public:
  /// `padded`: zero bytes may follow a member, as where a tape or a disk has blocks of one size.
  InflateCodec(int window_bits, const char* name, bool padded) : name_(name), padded_(padded) {
    if (inflateInit2(&stream_, window_bits) != Z_OK) throw std::bad_alloc{};
  }
  InflateCodec(const InflateCodec&) = delete;
  InflateCodec& operator=(const InflateCodec&) = delete;
  ~InflateCodec() override { inflateEnd(&stream_); }

  CodecStep step(Bytes input, std::span<std::byte> output) override {
    if (at_boundary_ && padded_) {
      const auto rest = std::ranges::find_if(input, [](std::byte b) { return b != std::byte{0}; });
      const auto zeros = static_cast<std::size_t>(rest - input.begin());
      if (zeros > 0) return {zeros, 0, {}};
    }
    if (at_boundary_ && !input.empty()) {
      inflateReset(&stream_);
      at_boundary_ = false;
    }
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    // zlib's interface predates const; it does not write to its input.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(input.data()));
    stream_.avail_in = static_cast<uInt>(std::min(input.size(), kMost));
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = static_cast<uInt>(std::min(output.size(), kMost));
    const uInt in = stream_.avail_in;
    const uInt out = stream_.avail_out;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    CodecStep step{in - stream_.avail_in, out - stream_.avail_out, {}};
    if (result == Z_MEM_ERROR) throw std::bad_alloc{};
    if (result == Z_STREAM_END) {
      at_boundary_ = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      step.error = stream_.msg != nullptr ? stream_.msg : "invalid compressed data";
    }
    return step;
  }
  [[nodiscard]] bool at_boundary() const override { return at_boundary_; }
  [[nodiscard]] const char* name() const override { return name_; }

 private:
  const char* name_;
  bool padded_;
  z_stream stream_{};
  bool at_boundary_ = false;
};

class ZstdCodec final : public Codec {
 public:
  ZstdCodec() : stream_(ZSTD_createDCtx()) {
    if (stream_ == nullptr) throw std::bad_alloc{};
    // 128 MiB: the largest window a frame may require, and zstd's own default.
    constexpr int kMaxWindowLog = 27;
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, kMaxWindowLog);
  }
  ZstdCodec(const ZstdCodec&) = delete;
  ZstdCodec& operator=(const ZstdCodec&) = delete;
  ~ZstdCodec() override { ZSTD_freeDCtx(stream_); }

  CodecStep step(Bytes input, std::span<std::byte> output) override {
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{output.data(), output.size(), 0};
    const std::size_t result = ZSTD_decompressStream(stream_, &out, &in);
    CodecStep step{in.pos, out.pos, {}};
    if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation) throw std::bad_alloc{};
    if (ZSTD_isError(result) != 0) {
      step.error = ZSTD_getErrorName(result);
    } else if (in.pos > 0 || out.pos > 0) {
      // With no input and no output, zstd's result is about the next frame.
      at_boundary_ = result == 0;
      frame_.add(input.first(in.pos), out.pos);
      if (at_boundary_ && !frame_.holds_what_it_says()) {
        step.error = "a frame that holds fewer bytes than its header says";
      }
      if (at_boundary_) frame_ = {};
    }
    return step;
  }
  [[nodiscard]] bool at_boundary() const override { return at_boundary_; }
  [[nodiscard]] const char* name() const override { return "zstd"; }

 private:
  // A step ends where a frame ends. zstd should check that a frame holds as many bytes as its
  // header says, but version 1.5.4 does not if the frame comes in pieces and ends in an empty
  // block.
  class Frame {
   public:
    void add(Bytes packed, std::size_t made) {
      const Bytes more = packed.first(std::min(packed.size(), beginning_.size() - known_));
      std::ranges::copy(more, beginning_.begin() + static_cast<std::ptrdiff_t>(known_));
      known_ += more.size();
      made_ += made;
    }
    [[nodiscard]] bool holds_what_it_says() const {
      const unsigned long long said = ZSTD_getFrameContentSize(beginning_.data(), known_);
      return said == ZSTD_CONTENTSIZE_UNKNOWN || said == made_;
    }

   private:
    static constexpr std::size_t kMostOfHeader = 18;  // RFC 8878, 3.1.1
    std::array<std::byte, kMostOfHeader> beginning_{};
    std::size_t known_ = 0;
    u64 made_ = 0;
  };

  ZSTD_DCtx* stream_;
  bool at_boundary_ = false;
  Frame frame_;
};

bool is_gzip(Bytes b) {
  return b.size() >= 2 && b[0] == std::byte{0x1F} && b[1] == std::byte{0x8B};
}
bool is_zstd(Bytes b) {
  if (b.size() < kMagicBytes) return false;
  const u32 magic = load_le<u32>(b.data());
  // A file may open with a skippable frame.
  return magic == 0xFD2FB528U || (magic & 0xFFFFFFF0U) == 0x184D2A50U;
}

}  // namespace

std::unique_ptr<Codec> codec_for(Bytes beginning) {
  // 16 + MAX_WBITS: gzip wrapping with the largest window, 32 KiB.
  if (is_gzip(beginning)) return std::make_unique<InflateCodec>(16 + MAX_WBITS, "gzip", true);
  if (is_zstd(beginning)) return std::make_unique<ZstdCodec>();
  return plain_codec();
}

std::unique_ptr<Codec> plain_codec() {
  return std::make_unique<PlainCodec>();
}

std::unique_ptr<Codec> deflate_codec() {
  // A negative number of bits selects raw deflate, without a wrapping.
  return std::make_unique<InflateCodec>(-MAX_WBITS, "deflate", false);
}

bool is_compressed(Bytes beginning) {
  return is_gzip(beginning) || is_zstd(beginning);
}

}  // namespace tapedeck::feeds
