// One terminal line with the progress of a run: how far, how fast, time left.
#pragma once

#include <string>

#include "engine/pipeline/reporter.hpp"

namespace tapedeck::tools {

/// The progress of reading files.
struct FileProgress {
  u64 bytes_read = 0, bytes_total = 0;  // on disk; total 0: unknown, a pipe
  u64 messages = 0;
  double messages_per_s = 0;
  Nanos since_start{0};
};

/// The progress of many files at once.
struct FilesProgress {
  std::size_t files = 0, done = 0, failed = 0;
  FileProgress read;
};

/// Returns the time that is left after `share` (above 0) was done in `elapsed`: "4 s left".
[[nodiscard]] std::string time_left_text(Nanos elapsed, double share);
/// Returns a bar, the time left (estimated from the bytes read so far), the bytes, and the rates.
/// If the total is unknown, the text has no bar and no time left. It has no control characters.
[[nodiscard]] std::string progress_text(const FileProgress& progress);
/// Returns a text like progress_text() for many files, without the number and the rate of messages.
[[nodiscard]] std::string files_progress_text(const FilesProgress& progress);
/// Returns the line for a running engine, at most `columns` wide, without control characters.
[[nodiscard]] std::string live_text(const pipeline::Report& report, std::size_t columns);

/// Draws the line over the previous line. One thread at a time.
void draw_live_line(const pipeline::Report& report);
void draw_progress(const FileProgress& progress);
/// Draws any other text, cut to the terminal's width.
void draw_text(const std::string& text);
/// Clears the terminal's line.
void clear_live_line();

}  // namespace tapedeck::tools
