// Where an output is written until it is whole: under a name beside its own, which it takes in the
// end, so that nobody finds part of a file in the place of all of it, whatever happens to the run.
//
// One thread at a time. What is no file of a disk (a pipe, a device), and what lies in a folder
// that takes no other file, is written where it is.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace tapedeck::output {

class OutputPlace {
 public:
  /// `hidden`: false for what is to be written where it is in any case.
  explicit OutputPlace(std::string path, bool hidden = true);
  OutputPlace(const OutputPlace&) = delete;
  OutputPlace& operator=(const OutputPlace&) = delete;
  /// Without keep(): what was written is gone, and what lay there before is as it was.
  ~OutputPlace();

  /// The output's own name, for people.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Where to write: `.NAME.part-PID`, or the path itself.
  [[nodiscard]] const std::string& written_to() const { return written_to_; }
  /// It is whole, and closed. Throws std::runtime_error that says where it is when it cannot take
  /// its own name.
  void keep();

 private:
  void take_over_rights() const;

  std::string path_;
  std::string target_;      // of links too
  std::string written_to_;  // equals path_ where it is written where it is
};

/// Text that is written in one go, when all of it is there: a table, a page.
class OutputFile {
 public:
  explicit OutputFile(std::string path) : place_(std::move(path)) {
    text_.exceptions(std::ios::badbit);  // a stream keeps it to itself when its memory runs out
  }

  /// Throws std::bad_alloc.
  [[nodiscard]] std::ostream& text() { return text_; }
  /// Writes it. Throws std::runtime_error that names the file when it could not be written.
  void close();

 private:
  [[noreturn]] void fail() const;

  OutputPlace place_;
  std::ostringstream text_;
};

/// What is thrown of an output that cannot be written.
[[nodiscard]] std::runtime_error cannot_be_written(const std::string& path, int error);

/// The same at once. False, and told, when it could not be written.
[[nodiscard]] bool write_whole(const std::string& path, const std::string& content);

}  // namespace tapedeck::output
