#include "feeds/catalog/content.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "feeds/catalog/catalog.hpp"
#include "feeds/common/foreign_content.hpp"
#include "feeds/common/zip.hpp"
#include "feeds/dbn/metadata.hpp"
#include "feeds/lobster/row_reader.hpp"
#include "feeds/pcap/capture.hpp"
#include "feeds/tape/format.hpp"

namespace tapedeck::feeds {
namespace {

std::string format_of_beginning(ByteSource& source, AskedFraming framing);
bool is_certain(const std::string& format, Bytes window);

// A long header or many blank lines may hide the first row.
bool is_lobster_by_name(const std::string& path, Bytes window) {
  const std::string name = std::filesystem::path{path}.filename().string();
  return name.find("_message_") != std::string::npos &&
         lobster::may_be_lobster(window.first(std::min(kBeginning, window.size())));
}

itch50::Framing framing_of_beginning(Bytes beginning, AskedFraming asked) {
  if (asked) return *asked;
  return itch50::looks_like_soup(beginning) ? itch50::Framing::soup : itch50::Framing::length;
}

bool name_says_itch(const std::string& path) {
  std::string name = std::filesystem::path{path}.filename().string();
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name.find("itch") != std::string::npos;
}

}  // namespace

std::vector<std::string> known_formats() {
  return {"itch50", "pcap", "lobster", "dbn", "tape"};
}

bool begins_as_tape(ByteSource& source) {
  (void)source.ensure(kBeginning);
  return tape::is_tape(source.window());
}

bool is_foreign(ByteSource& source) {
  (void)source.is_ready(kBeginning);
  return foreign_content(source.window()).has_value();
}

std::string format_of_content(ByteSource& source, AskedFraming framing) {
  while (true) {
    // A short file is judged by what there is. The writer of a pipe may wait for what it has
    // written to be read, so that no more is waited for than is needed.
    const bool is_all = source.is_ready(kBeginning);
    std::string format = format_of_beginning(source, framing);
    if (is_all || is_certain(format, source.window())) return format;
    if (source.fill() != Fill::more) return format_of_beginning(source, framing);
  }
}

namespace {

std::string format_of_beginning(ByteSource& source, AskedFraming framing) {
  const Bytes beginning = source.window().first(std::min(kBeginning, source.window().size()));
  if (beginning.empty()) return {};
  if (pcap::is_capture(beginning)) return "pcap";
  if (tape::is_tape(beginning)) return "tape";
  if (dbn::looks_like_dbn(beginning)) return "dbn";
  if (foreign_content(beginning)) return {};
  if (looks_like_zip(beginning) || lobster::looks_like_lobster(beginning)) return "lobster";
  if (itch50::looks_like_itch(beginning, framing_of_beginning(beginning, framing))) return "itch50";
  return {};
}

// True if more bytes would not change the format, and what the format's feed is made from is there.
bool is_certain(const std::string& format, Bytes window) {
  if (format == "tape") return window.size() >= tape::kFileHeaderBytes;
  // The framing is recognised by a whole message.
  constexpr std::size_t kLength = sizeof(u16);
  if (format == "itch50") return window.size() >= kLength + load_be<u16>(window.data());
  return !format.empty();
}

}  // namespace

std::string format_of(const Input& input, AskedFraming framing) {
  std::string format = format_of_content(*input.source, framing);
  const Bytes window = input.source->window();
  if (!format.empty() || window.empty() || foreign_content(window)) return format;
  if (is_lobster_by_name(input.path, window)) return "lobster";
  return name_says_itch(input.path) ? "itch50" : "";
}

AskedFraming framing_of(std::string_view name) {
  if (name == "auto") return {};
  if (name == "soup") return itch50::Framing::soup;
  return name == "type" ? itch50::Framing::type : itch50::Framing::length;
}

itch50::Framing framing_of_file(ByteSource& source, AskedFraming asked) {
  (void)source.is_ready(kBeginning);
  return framing_of_beginning(source.window().first(std::min(kBeginning, source.window().size())),
                              asked);
}

Damage unknown_content(const Input& input) {
  if (input.source->damage()) return *input.source->damage();
  const Bytes window = input.source->window();
  const bool empty = window.empty();
  std::string list;
  for (const std::string& format : known_formats()) list += (list.empty() ? "" : ", ") + format;
  if (const auto foreign = foreign_content(window)) {
    return Damage{.file = input.source->name(),
                  .offset = 0,
                  .found = std::string{foreign->what},
                  .expected = "one of " + list,
                  .hint = std::string{foreign->remedy}};
  }
  return Damage{.file = input.source->name(),
                .offset = 0,
                .found = empty ? "an empty file" : "content of no format that is known here",
                .expected = "one of " + list,
                .hint = empty ? "check how the file was made or fetched"
                              : "check the file; `format` NAME skips this look at its beginning"};
}

bool carries_itch(const Input& input) {
  if (input.format != "tape") return input.format == "itch50" || input.format == "pcap";
  return tape::load_contents(input.source->window()).content == tape::Content::itch50;
}

std::string source_of(const Input& input) {
  if (input.format != "tape") return input.format;
  const std::string_view recorded = tape::load_contents(input.source->window()).format;
  return recorded.empty() ? input.format : std::string{recorded};
}

std::string format_by_content(const std::string& path, std::string_view framing) {
  const auto source = open_source(path);
  const std::string format = format_of_content(*source, framing_of(framing));
  return format.empty() && is_lobster_by_name(path, source->window()) ? "lobster" : format;
}

}  // namespace tapedeck::feeds
