// Writes an output under a temporary name beside its own, and renames it when it is complete. So a
// partial file never stands under the output's own name, however the run ends.
//
// One thread at a time for each object. An output that is no regular file (a pipe, a device), or
// whose folder takes no other file, is written in place.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace tapedeck::output {

class OutputPlace {
 public:
  /// `hidden` is false for an output that is to be written in place in any case.
  explicit OutputPlace(std::string path, bool hidden = true);
  OutputPlace(const OutputPlace&) = delete;
  OutputPlace& operator=(const OutputPlace&) = delete;
  /// Without keep(): deletes the temporary file, if there is one, and leaves an earlier file under
  /// the name as it was.
  ~OutputPlace();

  /// The output's own name, for people.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Where to write: `.NAME.part-PID`, or the path itself.
  [[nodiscard]] const std::string& written_to() const { return written_to_; }
  /// Gives the output its own name. The file must be complete and closed. When the file cannot be
  /// renamed, throws std::runtime_error that says where the file is.
  void keep();

  /// Deletes the temporary files of all objects of the process, for an end without destructors.
  /// After the call, a thread that creates, keeps or destroys an output waits forever, so the
  /// process must end at once. Allocates nothing; any thread.
  static void abandon_all() noexcept;

 private:
  void take_over_rights() const;
  void add_to_open() noexcept;
  void remove_from_open() noexcept;

  std::string path_;
  std::string target_;      // path_ with links resolved
  std::string written_to_;  // equals path_ where the output is written in place
  // Neighbours in the list of all objects that have a temporary file.
  OutputPlace* previous_{};
  OutputPlace* next_{};
};

/// Text that is written in one piece, when it is complete: a table, a page.
class OutputFile {
 public:
  explicit OutputFile(std::string path) : place_(std::move(path)) {
    text_.exceptions(std::ios::badbit);  // else a stream hides that memory ran out
  }

  /// Throws std::bad_alloc.
  [[nodiscard]] std::ostream& text() { return text_; }
  /// Writes the text. Throws std::runtime_error that names the file when it could not be written.
  void close();

 private:
  [[noreturn]] void fail() const;

  OutputPlace place_;
  std::ostringstream text_;
};

/// Returns the exception for an output that cannot be written. `error` is an errno.
[[nodiscard]] std::runtime_error cannot_be_written(const std::string& path, int error);

/// Writes `content` to a file in one piece. Logs the error and returns false when it could not be
/// written.
[[nodiscard]] bool write_whole(const std::string& path, const std::string& content);

}  // namespace tapedeck::output
