#include "feeds/dbn/archive.hpp"

#include <vector>

#include "engine/core/error.hpp"
#include "feeds/common/repacked_source.hpp"
#include "feeds/common/zip.hpp"

namespace tapedeck::feeds::dbn {
namespace {

// The bytes by which a zip archive is recognised.
constexpr std::size_t kZipMagic = 4;

// Hidden files are none: those named "._*" are what macOS packs beside a file of the other name.
bool is_dbn_name(std::string_view name) {
  const std::string_view file = name.substr(name.rfind('/') + 1);
  return !file.starts_with('.') && (file.ends_with(".dbn") || file.ends_with(".dbn.zst"));
}

}  // namespace

std::unique_ptr<ByteSource> open_archive(const std::string& path, ByteSource& beginning,
                                         u64 max_ratio) {
  // Standard input cannot be read from its end, where an archive has its directory.
  if (path == "-" || !beginning.ensure(kZipMagic) || !looks_like_zip(beginning.window())) return {};
  const ZipArchive archive{path, max_ratio};
  std::vector<const ZipEntry*> found;
  for (const ZipEntry& entry : archive.entries()) {
    if (is_dbn_name(entry.name)) found.push_back(&entry);
  }
  if (found.empty()) return {};
  if (found.size() > 1) {
    throw PathError(path, "holds " + std::to_string(found.size()) +
                              " DBN files; unpack it and name those to read");
  }
  return unpack(archive.open(*found.front()), max_ratio);
}

}  // namespace tapedeck::feeds::dbn
