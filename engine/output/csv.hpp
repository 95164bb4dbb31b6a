// Formats fields of CSV rows (RFC 4180). Cold paths only, because these functions allocate.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "engine/book/book_trust.hpp"

namespace tapedeck::output {

/// Returns the text as a field of a CSV row, in valid UTF-8, quoted only if RFC 4180 requires it.
[[nodiscard]] std::string csv_field(std::string_view text);

/// Returns the fields `state`, `state_reason`, `state_first` and `state_last`. Each of the last
/// three is empty if `trust` has no value for it.
[[nodiscard]] std::array<std::string, 4> trust_fields(const book::BookTrust& trust);

}  // namespace tapedeck::output
