// Fields of CSV rows (RFC 4180). Cold paths only: these allocate.
#pragma once

#include <string>
#include <string_view>

namespace tapedeck::output {

/// A field of a CSV row, quoted only where it has to be.
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace tapedeck::output
