#include "feeds/lobster/files.hpp"

#include <utility>

namespace tapedeck::feeds::lobster {
namespace {

constexpr std::string_view kMessagePart = "_message_";
constexpr std::string_view kBookPart = "_orderbook_";

}  // namespace

std::string lobster_symbol(std::string_view file_name) {
  if (const auto slash = file_name.rfind('/'); slash != std::string_view::npos) {
    file_name.remove_prefix(slash + 1);
  }
  return std::string{file_name.substr(0, file_name.find('_'))};
}

std::vector<PackedDay> lobster_days(const ZipArchive& archive) {
  std::vector<PackedDay> days;
  for (const ZipEntry& entry : archive.entries()) {
    const auto at = entry.name.find(kMessagePart);
    if (at == std::string::npos || !entry.name.ends_with(".csv")) continue;
    std::string book_name = entry.name;
    book_name.replace(at, kMessagePart.size(), kBookPart);
    PackedDay day{&entry, nullptr};
    for (const ZipEntry& other : archive.entries()) {
      if (other.name == book_name) day.book = &other;
    }
    days.push_back(day);
  }
  return days;
}

std::vector<DaySources> open_lobster_zip(const std::string& path) {
  const ZipArchive archive{path};
  std::vector<DaySources> days;
  for (const PackedDay& day : lobster_days(archive)) {
    days.push_back({lobster_symbol(day.messages->name), day.messages->name,
                    archive.open(*day.messages),
                    day.book != nullptr ? archive.open(*day.book) : nullptr});
  }
  if (days.empty()) {
    Damage damage{.file = path,
                  .found = "an archive without a message file",
                  .expected = "an entry named SYMBOL_DATE_..._message_LEVELS.csv",
                  .hint = "check that this is a LOBSTER archive"};
    if (archive.damage()) damage = *archive.damage();
    days.push_back({lobster_symbol(path), path, damaged_source(std::move(damage)), nullptr});
  }
  return days;
}

}  // namespace tapedeck::feeds::lobster
