#include "feeds/catalog/archive_content.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <vector>

#include "engine/core/printable.hpp"
#include "engine/core/units.hpp"
#include "feeds/catalog/content.hpp"
#include "feeds/common/repacked_source.hpp"
#include "feeds/common/zip.hpp"
#include "feeds/lobster/files.hpp"

namespace tapedeck::feeds {
namespace {

constexpr std::size_t kNamedFiles = 3;
// Parts of names of files that are read when they are no entry of an archive.
constexpr std::array<std::string_view, 6> kReadableNames{"itch", "-v50",  ".pcap",
                                                         ".dbn", ".tape", "_message_"};

// Without folders, and without what macOS adds.
std::vector<const ZipEntry*> files_of(const ZipArchive& archive) {
  std::vector<const ZipEntry*> files;
  for (const ZipEntry& entry : archive.entries()) {
    const std::string_view name = entry.name;
    const std::string_view file = name.substr(name.rfind('/') + 1);
    if (!file.empty() && !file.starts_with('.')) files.push_back(&entry);
  }
  return files;
}

bool is_readable_alone(const ZipArchive& archive, const ZipEntry& entry) {
  std::string name = entry.name.substr(entry.name.rfind('/') + 1);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto occurs = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  if (std::ranges::any_of(kReadableNames, occurs)) return true;
  return !format_of_content(*unpack(archive.open(entry), kMaxRatio), {}).empty();
}

}  // namespace

std::optional<Damage> unknown_archive(const std::string& path) {
  const ZipArchive archive{path};
  if (archive.damage()) return archive.damage();
  if (!lobster::lobster_days(archive).empty()) return {};
  const std::vector<const ZipEntry*> files = files_of(archive);
  std::string names;
  for (std::size_t i = 0; i < std::min(files.size(), kNamedFiles); ++i) {
    names += (i == 0 ? "" : ", ") + printable(files[i]->name);
  }
  if (files.size() > kNamedFiles) names += " and " + grouped(files.size() - kNamedFiles) + " more";
  Damage damage{.file = path, .offset = 0, .found = {}, .expected = {}, .hint = {}};
  damage.found = files.empty() ? "a zip archive without files" : "a zip archive of " + names;
  if (files.size() == 1 && is_readable_alone(archive, *files.front())) {
    damage.expected = "the file itself";
    damage.hint = "unpack it with: unzip FILE";
  } else {
    damage.expected =
        "in an archive a LOBSTER day (..._message_LEVELS.csv) or a DBN file (.dbn, .dbn.zst)";
    damage.hint = files.empty() ? "check how the archive was made" : "unpack it, and name a file";
  }
  return damage;
}

Damage archive_of_no(const std::string& format, const std::string& path) {
  if (auto damage = unknown_archive(path)) return *damage;
  return {.file = path,
          .offset = 0,
          .found = "an archive of a LOBSTER day",
          .expected = format,
          .hint = "leave `format` out, or name the file to read"};
}

}  // namespace tapedeck::feeds
