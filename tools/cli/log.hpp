// The command's log: diagnostics on standard error, and in a file with --log-file. Main thread;
// other threads may log once it is set up.
#pragma once

#include <string>

namespace tapedeck::tools {

struct LogOptions {
  std::string level = "info";  // the least severe level that is logged
  std::string file;            // empty: none
};

/// Begins to log to standard error. Where that is no terminal, each line begins with the time, UTC.
void start_log();
/// Sets the level, and begins to append to a file. Throws UsageError for an unknown level, and for
/// a file that cannot be written or holds something else than a log of ours.
void set_log(const LogOptions& options);

}  // namespace tapedeck::tools
