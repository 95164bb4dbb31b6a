// Zip archives. However an entry is read, it has the same content or the same damage; one that is
// read to its end is as long as the archive's directory says.
#include "feeds/common/zip.hpp"
#include "feeds/lobster/files.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/oracles.hpp"

namespace tapedeck::fuzz {
namespace {

constexpr std::size_t kMostContent = std::size_t{1} << 20;

struct Content {
  std::vector<std::byte> bytes;
  bool whole = false;
  std::string damage;
};

// `most`: taken from the window at a time.
Content content_of(feeds::ByteSource& source, std::size_t most) {
  Content content;
  while (content.bytes.size() < kMostContent) {
    const Bytes window = source.window();
    if (window.empty()) {
      const feeds::Fill fill = source.fill();
      if (fill == feeds::Fill::more) continue;
      content.whole = fill == feeds::Fill::end;
      if (!content.whole) content.damage = source.damage()->message();
      require(content.whole != source.damage().has_value(), "a source is whole, or says why not");
      break;
    }
    const std::size_t count = std::min(window.size(), most);
    content.bytes.insert(content.bytes.end(), window.begin(),
                         window.begin() + static_cast<std::ptrdiff_t>(count));
    source.consume(count);
  }
  return content;
}

void read_zip(Bytes input) {
  Choices choices{input};
  const std::size_t most = choices.window_step();
  if (!feeds::looks_like_zip(choices.rest())) return;
  const MemoryFile file{choices.rest()};
  const feeds::ZipArchive archive{file.path()};
  require(!archive.damage() || archive.entries().empty(), "a damaged archive has no entries");
  (void)feeds::lobster::lobster_days(archive);
  constexpr std::size_t kMostEntries = 3;
  for (std::size_t i = 0; i < std::min(kMostEntries, archive.entries().size()); ++i) {
    const feeds::ZipEntry& entry = archive.entries()[i];
    const Content whole = content_of(*archive.open(entry), SIZE_MAX);
    const Content in_pieces = content_of(*archive.open(entry), most);
    if (whole.bytes.size() >= kMostContent) continue;
    require(whole.bytes == in_pieces.bytes && whole.damage == in_pieces.damage,
            "an entry is the same however it is read");
    require(!whole.whole || whole.bytes.size() == entry.size,
            "an entry that is whole is as long as it says");
  }
}

}  // namespace
}  // namespace tapedeck::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tapedeck::fuzz::read_zip(std::as_bytes(std::span{data, size}));
  return 0;
}
