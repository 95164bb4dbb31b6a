// `tapedeck book`: one instrument's book as it was at some moment of a recording.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct BookAtOptions {
  ReplayOptions input;
  std::string at;  // empty: the end
  std::string symbol;
  u32 depth = 10;
  bool orders = false;
  bool json = false;
  bool quiet = false;
};

/// The book after every message up to that moment, and at it. Exit 3 when the input is damaged
/// before that; the book is then what was right by then. Throws UsageError, and std::exception on
/// failures.
[[nodiscard]] ExitCode book_at(const BookAtOptions& options);

}  // namespace tapedeck::tools
