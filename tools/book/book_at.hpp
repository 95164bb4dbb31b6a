// `tapedeck book`: shows one instrument's book at a given moment of a recording.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct BookAtOptions {
  ReplayOptions input;  // `symbols`: the instrument to show
  std::string at;       // the moment to show; empty: the end of the recording
  u32 depth = 10;
  bool orders = false;
  bool json = false;
  bool quiet = false;
};

/// Prints the book as it is after all messages up to and including the moment `at`. Returns exit
/// code 3 if the input is damaged before that moment; the book then lacks the messages that could
/// not be read. Throws UsageError, and other std::exceptions on failures.
[[nodiscard]] ExitCode book_at(const BookAtOptions& options);

}  // namespace tapedeck::tools
