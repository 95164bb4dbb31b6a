// Recognises what a file holds by its first bytes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "feeds/common/byte_source.hpp"
#include "feeds/itch50/file_feed.hpp"

namespace tapedeck::feeds {

inline constexpr std::size_t kBeginning = 4096;  // enough to recognise a file's format

/// A path of a specification, opened.
struct Input {
  std::string path;
  std::unique_ptr<ByteSource> source;
  std::string format;  // empty: unknown
};

/// The framing of ITCH files; nothing: recognised by content.
using AskedFraming = std::optional<itch50::Framing>;

/// Returns the framing that FilesSpec::framing names.
[[nodiscard]] AskedFraming framing_of(std::string_view name);
/// Returns the framing of an ITCH file, recognised by content unless one is asked for.
[[nodiscard]] itch50::Framing framing_of_file(ByteSource& source, AskedFraming asked);
/// Returns the format, recognised by content; empty if it is none of known_formats().
[[nodiscard]] std::string format_of_content(ByteSource& source, AskedFraming framing);
/// Returns the format by content. If the content has no known format, by the file's name.
[[nodiscard]] std::string format_of(const Input& input, AskedFraming framing);
[[nodiscard]] bool begins_as_tape(ByteSource& source);
/// Returns true for content that another program has to unpack or convert first. Does not wait for
/// a pipe's writer.
[[nodiscard]] bool is_foreign(ByteSource& source);
/// Returns true if the input holds ITCH 5.0 messages, also if it is a tape of them.
[[nodiscard]] bool carries_itch(const Input& input);
/// Returns the input's format; of a tape, the recorded format.
[[nodiscard]] std::string source_of(const Input& input);
/// Returns the damage of an input whose content has no known format.
[[nodiscard]] Damage unknown_content(const Input& input);

}  // namespace tapedeck::feeds
