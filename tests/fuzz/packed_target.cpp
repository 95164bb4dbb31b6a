// gzip and zstd streams, and whatever else begins like one. What is whole for a codec in one step
// is whole in steps of any size, and from a file, and all of it is the same.
#include "feeds/common/byte_source.hpp"
#include "feeds/common/codec.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/oracles.hpp"

namespace tapedeck::fuzz {
namespace {

constexpr std::size_t kMostContent = std::size_t{1} << 20;

struct Unpacked {
  std::vector<std::byte> bytes;
  bool whole = false;
};

Unpacked by_codec(Bytes packed, std::size_t in, std::size_t out) {
  const auto codec = feeds::codec_for(packed.first(std::min(packed.size(), feeds::kMagicBytes)));
  Unpacked all;
  std::vector<std::byte> buffer(out);
  while (all.bytes.size() < kMostContent) {
    const feeds::CodecStep step = codec->step(packed.first(std::min(in, packed.size())), buffer);
    require(step.made <= buffer.size() && step.taken <= std::min(in, packed.size()),
            "a step stays inside what it is given");
    all.bytes.insert(all.bytes.end(), buffer.begin(),
                     buffer.begin() + static_cast<std::ptrdiff_t>(step.made));
    packed = packed.subspan(step.taken);
    if (!step.error.empty()) break;
    if (step.taken == 0 && step.made == 0) {
      all.whole = packed.empty() && codec->at_boundary();
      break;
    }
  }
  return all;
}

Unpacked by_source(const std::string& path) {
  const auto source = feeds::open_source(path);
  Unpacked all;
  while (all.bytes.size() < kMostContent) {
    const feeds::Fill fill = source->fill();
    const Bytes window = source->window();
    all.bytes.insert(all.bytes.end(), window.begin(), window.end());
    source->consume(window.size());
    if (fill == feeds::Fill::more) continue;
    all.whole = fill == feeds::Fill::end;
    break;
  }
  return all;
}

// Of a damaged stream it is the codec's matter how much comes out before it says so.
void require_same(const Unpacked& a, const Unpacked& b, const char* rule) {
  const std::size_t both = a.whole && b.whole ? std::max(a.bytes.size(), b.bytes.size())
                                              : std::min(a.bytes.size(), b.bytes.size());
  require(a.whole == b.whole && a.bytes.size() >= both && b.bytes.size() >= both, rule);
  require(std::equal(a.bytes.begin(), a.bytes.begin() + static_cast<std::ptrdiff_t>(both),
                     b.bytes.begin()),
          rule);
}

void unpack(Bytes input) {
  Choices choices{input};
  const std::size_t in = choices.window_step();
  const std::size_t out = choices.window_step();
  const Bytes packed = choices.rest();
  if (!feeds::is_compressed(packed)) return;
  const Unpacked whole = by_codec(packed, SIZE_MAX, kMostContent);
  if (whole.bytes.size() >= kMostContent) return;
  const Unpacked in_steps = by_codec(packed, in, out);
  require_same(whole, in_steps, "a codec gives the same in steps of any size");
  const MemoryFile file{packed};
  const Unpacked from_file = by_source(file.path());
  require_same(whole, from_file, "a file gives what its codec gives");
}

}  // namespace
}  // namespace tapedeck::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tapedeck::fuzz::unpack(std::as_bytes(std::span{data, size}));
  return 0;
}
