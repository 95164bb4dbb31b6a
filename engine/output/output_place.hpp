// Writes an output file under a temporary name in the same folder, and renames the file once it is
// complete. So no partial file ever has the output's own name, even if the run crashes.
//
// Exception: an output is written in place, under its own name, if it is not a regular file (a
// pipe, a device), or if no other file can be created in its folder. One thread at a time for each
// object.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace tapedeck::output {

class OutputPlace {
 public:
  /// With `hidden` false, the output is always written in place, without a temporary name.
  explicit OutputPlace(std::string path, bool hidden = true);
  OutputPlace(const OutputPlace&) = delete;
  OutputPlace& operator=(const OutputPlace&) = delete;
  /// If keep() was not called, deletes the temporary file, if there is one. An earlier file under
  /// the output's own name then stays unchanged.
  ~OutputPlace();

  /// Returns the output's own name, for people.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Returns the name to write to: `.NAME.part-PID` (with `-N` behind it if that file exists), or
  /// path() if the output is written in place.
  [[nodiscard]] const std::string& written_to() const { return written_to_; }
  /// Renames the temporary file to the output's own name. The file must be complete and closed.
  /// Throws std::runtime_error if the renaming fails; the text says under which name the file is.
  void keep();

  /// Deletes the temporary files of all OutputPlace objects. For a process that ends without
  /// running destructors. After the call, a thread that creates, keeps or destroys an output blocks
  /// forever, so the process must end at once. Does not allocate. Any thread.
  static void abandon_all() noexcept;

 private:
  void take_over_rights() const;
  void add_to_open() noexcept;
  void remove_from_open() noexcept;

  std::string path_;
  std::string target_;      // path_ with links resolved
  std::string written_to_;  // equals path_ where the output is written in place
  // The neighbours in a linked list of all objects that have a temporary file.
  OutputPlace* previous_{};
  OutputPlace* next_{};
};

/// Collects a text, such as a table or a page, and writes it to a file in one piece.
class OutputFile {
 public:
  explicit OutputFile(std::string path) : place_(std::move(path)) {
    text_.exceptions(std::ios::badbit);  // otherwise the stream would hide std::bad_alloc
  }

  /// Returns the stream that collects the text. The stream throws std::bad_alloc.
  [[nodiscard]] std::ostream& text() { return text_; }
  /// Writes the text to the file. Throws std::runtime_error, which names the file, if that fails.
  void close();

 private:
  [[noreturn]] void fail() const;

  OutputPlace place_;
  std::ostringstream text_;
};

/// Returns the exception for an output that cannot be written. `error` is an errno.
[[nodiscard]] std::runtime_error cannot_be_written(const std::string& path, int error);

/// Writes `content` to a file in one piece. Logs an error and returns false if the file could not
/// be written.
[[nodiscard]] bool write_whole(const std::string& path, const std::string& content);

}  // namespace tapedeck::output
