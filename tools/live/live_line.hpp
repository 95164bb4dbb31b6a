// One line on a terminal that keeps up with what is running: how far, how fast, how long still.
#pragma once

#include <string>

#include "engine/pipeline/reporter.hpp"

namespace tapedeck::tools {

/// How far the reading of files has come.
struct FileProgress {
  u64 bytes_read = 0, bytes_total = 0;  // as they lie on disk; total 0: unknown, a pipe
  u64 messages = 0;
  double messages_per_s = 0;
  Nanos since_start{0};
};

/// Of many files at once.
struct FilesProgress {
  std::size_t files = 0, done = 0, failed = 0;
  FileProgress read;
};

/// A bar, bytes, rates, and the time left by the bytes so far. Of an unknown total neither bar nor
/// time left. No control characters.
[[nodiscard]] std::string progress_text(const FileProgress& progress);
/// The same of many files, without the messages.
[[nodiscard]] std::string files_progress_text(const FilesProgress& progress);
/// What the line says of a running engine, at most `columns` wide, without control characters.
[[nodiscard]] std::string live_text(const pipeline::Report& report, std::size_t columns);

/// Draws over the line before. One thread at a time.
void draw_live_line(const pipeline::Report& report);
void draw_progress(const FileProgress& progress);
/// What is no engine and no file; cut to the terminal's width.
void draw_text(std::string text);
/// Leaves the terminal's line empty for what comes next.
void clear_live_line();

}  // namespace tapedeck::tools
