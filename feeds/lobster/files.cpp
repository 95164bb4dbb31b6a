#include "feeds/lobster/files.hpp"

#include <array>
#include <filesystem>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "engine/core/error.hpp"
#include "engine/core/units.hpp"

namespace tapedeck::feeds::lobster {
namespace {

constexpr std::string_view kMessagePart = "_message_";
constexpr std::string_view kBookPart = "_orderbook_";
constexpr std::string_view kEnding = ".csv";
constexpr std::array<std::string_view, 3> kPackings{"", ".gz", ".zst"};

// Archives made on macOS have an entry __MACOSX/._NAME beside every NAME, with the file's
// attributes.
bool is_of_macos(std::string_view name) {
  return name.starts_with("__MACOSX/") || name.starts_with("._") ||
         name.find("/__MACOSX/") != std::string_view::npos ||
         name.find("/._") != std::string_view::npos;
}

[[noreturn]] void throw_piped() {
  throw PathError("(standard input)",
                  "cannot be an archive, which is read from its end; save it to a file first");
}

std::string_view without_folders(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

std::string lobster_symbol(std::string_view file_name) {
  const std::string_view name = without_folders(file_name);
  return std::string{name.substr(0, name.find('_'))};
}

bool names_symbol(std::string_view file_name) {
  const std::string_view name = without_folders(file_name);
  const auto end = name.find('_');
  if (end == std::string_view::npos || end == 0) return false;
  return std::ranges::none_of(name.substr(0, end),
                              [](char c) { return (c >= 'a' && c <= 'z') || c == ' '; });
}

std::optional<std::string> book_beside(const std::string& message_path) {
  const std::filesystem::path path{message_path};
  std::string name = path.filename().string();
  std::string packing;
  for (const std::string_view ending : kPackings) {
    if (name.ends_with(ending)) packing = ending;
  }
  name.erase(name.size() - packing.size());
  const auto at = name.rfind(kMessagePart);
  if (at == std::string::npos || !name.ends_with(kEnding)) return {};
  name.replace(at, kMessagePart.size(), kBookPart);
  // Both files of a pair are usually packed in the same way.
  for (const std::string_view ending :
       {std::string_view{packing}, kPackings[0], kPackings[1], kPackings[2]}) {
    const std::filesystem::path book = path.parent_path() / (name + std::string{ending});
    std::error_code unknown;
    if (std::filesystem::is_regular_file(book, unknown)) return book.string();
  }
  return {};
}

std::vector<PackedDay> lobster_days(const ZipArchive& archive) {
  std::unordered_map<std::string_view, const ZipEntry*> by_name;
  for (const ZipEntry& entry : archive.entries()) by_name[entry.name] = &entry;
  std::vector<PackedDay> days;
  for (const ZipEntry& entry : archive.entries()) {
    // A folder may be named so too.
    const auto file = entry.name.rfind('/') + 1;
    const auto at = entry.name.rfind(kMessagePart);
    if (at == std::string::npos || at < file || !entry.name.ends_with(kEnding) ||
        is_of_macos(entry.name))
      continue;
    std::string book_name = entry.name;
    book_name.replace(at, kMessagePart.size(), kBookPart);
    const auto book = by_name.find(book_name);
    days.push_back({&entry, book != by_name.end() ? book->second : nullptr});
  }
  return days;
}

void refuse_piped_zip(const std::string& path, ByteSource& beginning) {
  if (path == "-" && beginning.ensure(sizeof(u32)) && looks_like_zip(beginning.window()))
    throw_piped();
}

DaySources open_lobster_zip(const std::string& path, u64 max_ratio) {
  if (path == "-") throw_piped();
  const ZipArchive archive{path, max_ratio};
  const std::vector<PackedDay> days = lobster_days(archive);
  if (days.size() > 1) {
    throw PathError(path, "holds " + counted(days.size(), "day") +
                              "; unpack it and name one message file with its `orderbook`");
  }
  if (days.empty()) {
    Damage damage{.file = path,
                  .found = "an archive without a message file",
                  .expected = "an entry named SYMBOL_DATE_..._message_LEVELS.csv",
                  .hint = "check that this is a LOBSTER archive"};
    if (archive.damage()) damage = *archive.damage();
    return {lobster_symbol(path), path, damaged_source(std::move(damage)), nullptr};
  }
  const PackedDay& day = days.front();
  return {lobster_symbol(day.messages->name), day.messages->name, archive.open(*day.messages),
          day.book != nullptr ? archive.open(*day.book) : nullptr};
}

}  // namespace tapedeck::feeds::lobster
