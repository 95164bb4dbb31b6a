// `tapedeck book`: shows one instrument's book at a given moment of a recording.
#pragma once

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct BookAtOptions {
  ReplayOptions input;
  std::string at;  // the moment to show; empty: the end
  std::string symbol;
  u32 depth = 10;
  bool orders = false;
  bool json = false;
  bool quiet = false;
};

/// Prints the book after all messages up to and including the moment `at`. Returns exit code 3 when
/// the input is damaged before that moment; the book then lacks what could not be read. Throws
/// UsageError, and std::exception on failures.
[[nodiscard]] ExitCode book_at(const BookAtOptions& options);

}  // namespace tapedeck::tools
