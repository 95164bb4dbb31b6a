// Recognises what a file holds by its first bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "feeds/common/byte_source.hpp"
#include "feeds/itch50/file_feed.hpp"

namespace tapedeck::feeds {

inline constexpr std::size_t kBeginning = 4096;  // enough to recognise a file's format

/// A path of a request, opened.
struct Input {
  std::string path;
  std::unique_ptr<ByteSource> source;
  std::string format;  // empty: unknown
};

/// Returns the framing that FeedRequest::framing names.
[[nodiscard]] itch50::Framing framing_of(std::string_view name);
/// Returns the format, recognised by content; empty if it is none of known_formats().
[[nodiscard]] std::string format_of_content(ByteSource& source, itch50::Framing framing);
/// Returns the format by content. If the content has no known format, by the file's name.
[[nodiscard]] std::string format_of(const Input& input, itch50::Framing framing);
[[nodiscard]] bool begins_as_tape(ByteSource& source);
/// Returns true if the input holds ITCH 5.0 messages, also if it is a tape of them.
[[nodiscard]] bool carries_itch(const Input& input);
/// Returns the input's format; of a tape, the recorded format.
[[nodiscard]] std::string source_of(const Input& input);
/// Returns the damage of an input whose content has no known format.
[[nodiscard]] Damage unknown_content(const Input& input);

}  // namespace tapedeck::feeds
