// Recognises content that no feed reads as it is, but that a common program turns into readable
// content: other packings, and text in UTF-16.
#pragma once

#include <optional>
#include <string_view>

#include "engine/core/bytes.hpp"

namespace tapedeck::feeds {

struct ForeignContent {
  std::string_view what;    // "content packed by bzip2"
  std::string_view remedy;  // "unpack it with: bzip2 -dk FILE"
};

/// Returns what the content is and what to do with it; empty if it is nothing of this kind. Gzip,
/// Zstandard and zip are not foreign.
[[nodiscard]] std::optional<ForeignContent> foreign_content(Bytes beginning);

}  // namespace tapedeck::feeds
