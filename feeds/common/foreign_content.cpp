#include "feeds/common/foreign_content.hpp"

#include <array>

namespace tapedeck::feeds {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t at;  // offset in the content
  std::string_view bytes;
  ForeignContent content;
};

// From each format's own description: bzip2 (followed by the block size, a digit), the .xz file
// format 1.1.0, 7zFormat.txt, the LZ4 frame format 1.6, RAR's technote, compress(1), lzip's manual,
// POSIX ustar.
constexpr std::array kSignatures{
    Signature{0, "BZh"sv, {"content packed by bzip2", "unpack it with: bzip2 -dk FILE"}},
    Signature{0,
              "\xFD"
              "7zXZ\0"sv,
              {"content packed by xz", "unpack it with: xz -dk FILE"}},
    Signature{0, "7z\xBC\xAF\x27\x1C"sv, {"a 7z archive", "unpack it with: 7z x FILE"}},
    Signature{0, "\x04\x22\x4D\x18"sv, {"content packed by LZ4", "unpack it with: lz4 -dk FILE"}},
    Signature{0, "Rar!\x1A\x07"sv, {"a RAR archive", "unpack it with: unrar x FILE"}},
    Signature{0, "\x1F\x9D"sv, {"content packed by compress", "unpack it with: gzip -dk FILE"}},
    Signature{0, "LZIP"sv, {"content packed by lzip", "unpack it with: lzip -dk FILE"}},
    Signature{257, "ustar"sv, {"a tar archive", "unpack it with: tar -xf FILE"}},
    Signature{0,
              "\xFF\xFE"sv,
              {"text in UTF-16", "convert it with: iconv -f UTF-16 -t UTF-8 FILE > NEW"}},
    Signature{0,
              "\xFE\xFF"sv,
              {"text in UTF-16", "convert it with: iconv -f UTF-16 -t UTF-8 FILE > NEW"}},
};

}  // namespace

std::optional<ForeignContent> foreign_content(Bytes beginning) {
  const std::string_view text{reinterpret_cast<const char*>(beginning.data()), beginning.size()};
  for (const Signature& signature : kSignatures) {
    if (text.size() < signature.at) continue;
    if (text.substr(signature.at).starts_with(signature.bytes)) return signature.content;
  }
  return {};
}

}  // namespace tapedeck::feeds
