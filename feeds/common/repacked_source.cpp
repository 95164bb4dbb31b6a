#include "feeds/common/repacked_source.hpp"

#include <algorithm>
#include <utility>

#include "feeds/common/codec.hpp"
#include "feeds/common/unpacked_source.hpp"

namespace tapedeck::feeds {
namespace {

class RepackedSource final : public UnpackedSource {
 public:
  RepackedSource(std::unique_ptr<ByteSource> packed, std::unique_ptr<Codec> codec, u64 max_ratio)
      : UnpackedSource(packed->name(), max_ratio),
        packed_(std::move(packed)),
        codec_(std::move(codec)) {}

  Fill fill() override {
    if (damage_) return Fill::damaged;
    if (ended_) return Fill::end;
    const std::span<std::byte> room = make_room();
    while (true) {
      const CodecStep step = codec_->step(packed_->window(), room);
      packed_->consume(step.taken);
      const bool is_believable = grow(step.made, step.taken);
      if (!step.error.empty()) return break_off(codec_->name() + (" data: " + step.error));
      if (!is_believable) return break_off_swollen();
      if (step.made > 0) return Fill::more;
      if (step.taken > 0) continue;
      const Fill input = packed_->fill();
      if (input == Fill::damaged) {
        damage_ = packed_->damage();
        return Fill::damaged;
      }
      if (input == Fill::end) return finish();
    }
  }
  [[nodiscard]] u64 raw_bytes_read() const override { return packed_->raw_bytes_read(); }
  [[nodiscard]] u64 raw_bytes_total() const override { return packed_->raw_bytes_total(); }

 private:
  Fill finish() {
    if (!codec_->at_boundary() || !packed_->window().empty()) {
      return break_off(std::string{"the end of the file inside "} + codec_->name() + " data");
    }
    ended_ = true;
    shrink();
    return Fill::end;
  }
  Fill break_off(std::string found) {
    damage_ = Damage{.file = name_,
                     .offset = offset_ + window().size(),
                     .found = std::move(found) + " (about byte " +
                              std::to_string(packed_->offset()) + " of the file as stored)",
                     .expected = "readable content",
                     .hint = "fetch or copy the file again; what came before it was used"};
    return Fill::damaged;
  }

  std::unique_ptr<ByteSource> packed_;
  std::unique_ptr<Codec> codec_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> unpack(std::unique_ptr<ByteSource> packed, u64 max_ratio) {
  (void)packed->ensure(kMagicBytes);
  const Bytes beginning = packed->window();
  const Bytes magic = beginning.first(std::min(kMagicBytes, beginning.size()));
  if (!is_compressed(magic)) return packed;
  auto codec = codec_for(magic);
  return std::make_unique<RepackedSource>(std::move(packed), std::move(codec), max_ratio);
}

}  // namespace tapedeck::feeds
