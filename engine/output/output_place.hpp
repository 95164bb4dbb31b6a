// The place of one output. A regular file is written under a temporary name beside its own, and
// takes its own name once it is whole: whatever happens, the name shows the earlier file or the new
// one, never a part.
//
// Invariants:
//  1. The file that is being written is locked (flock) from the object's construction to its
//     destruction, under its temporary name and under its own. A second writer is refused before
//     anything is lost. A killed process leaves no lock, and its temporary file is replaced by the
//     next writer's.
//  2. An earlier file changes only in show(), settle() and keep(), by a rename, and never if
//     Existing::kept says so.
//  3. Links are followed, as output_target() does, and stay.
//
// Pipes, sockets, devices and this process's own descriptors are written directly. One thread at a
// time for each object.
#pragma once

#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/output/output_target.hpp"

namespace tapedeck::output {

/// Whether an output may replace an earlier file.
enum class Existing : u8 {
  replaced,  // for results, which can be made again
  kept       // for recordings
};

class OutputPlace {
 public:
  /// Claims the place: creates and locks the temporary file. Throws PathError if the path cannot be
  /// written, if the file has another writer, or if there is an earlier file and it is to be kept.
  explicit OutputPlace(std::string path, Existing existing = Existing::replaced);
  OutputPlace(const OutputPlace&) = delete;
  OutputPlace& operator=(const OutputPlace&) = delete;
  /// Deletes the temporary file unless settle() or keep() was called, also if show() was.
  ~OutputPlace();

  /// Returns the path as it was given, for people.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Returns the descriptor to write to; -1 for a pipe that is not open.
  [[nodiscard]] int file() const { return file_; }
  /// Opens a pipe for writing; `flags` may be O_NONBLOCK. Returns file(), or -1 with errno. Other
  /// places are open already.
  int open_pipe(int flags);
  /// Returns true if the output is written under its own name from the beginning, and cannot be
  /// taken back.
  [[nodiscard]] bool is_direct() const { return target_.kind != OutputTarget::Kind::file; }

  /// Gives the file its own name before it is whole, if no earlier file has that name. Returns
  /// false, with errno, if that fails.
  [[nodiscard]] bool show() noexcept;
  /// Gives the file its own name, if it has not got it, and lets it stay whatever follows. For
  /// tapes, which are followed while they grow. Returns false, with errno, if that fails.
  [[nodiscard]] bool settle() noexcept;
  [[nodiscard]] bool is_shown() const { return is_shown_; }
  [[nodiscard]] bool is_settled() const { return is_settled_; }
  /// Puts what was written on the disk; closes a pipe or device. Throws std::runtime_error.
  void sync();
  /// Puts the folder's entry of the file on the disk, because a new file survives a loss of power
  /// only with it. Returns false, with errno, if that fails.
  [[nodiscard]] bool sync_name() const;
  /// Gives the whole file its own name, and puts the name on the disk. Throws std::runtime_error if
  /// that fails; the text says under which name the file is.
  void keep();

  /// Deletes the temporary files of all OutputPlace objects. For a process that ends without
  /// running destructors. After the call, a thread that creates, keeps or destroys an output blocks
  /// forever, so the process must end at once. Does not allocate. Any thread.
  static void abandon_all() noexcept;

 private:
  enum class Claim : u8 { done, again, foreign };

  void claim();
  Claim create(const std::string& part);
  [[nodiscard]] Claim remove_left_over(const std::string& part) const;
  void check_earlier_file(Existing existing) const;
  [[nodiscard]] bool has_part_name() const noexcept;
  [[nodiscard]] bool rename_part(bool replaces) noexcept;
  void take_over_rights() const;
  void take_back() noexcept;
  void add_to_open() noexcept;
  void remove_from_open() noexcept;
  [[noreturn]] void refuse_second_writer() const;

  std::string path_;
  OutputTarget target_;
  bool replaces_;
  std::string written_to_;  // the temporary name, later target_.path; empty if there is no file
  int file_ = -1;
  bool is_shown_ = false, is_settled_ = false;
  // The neighbours in a linked list of all objects that have a file which may be taken back.
  OutputPlace* previous_{};
  OutputPlace* next_{};
};

using PlacePtr = std::unique_ptr<OutputPlace>;

/// Returns the name of a temporary file for a file with this name, without its number:
/// ".NAME.part-".
[[nodiscard]] std::string part_stem(const std::string& name);
/// Makes a claimed place for `path`.
[[nodiscard]] PlacePtr place_for(const std::string& path, Existing existing = Existing::replaced);
/// Syncs the file and gives it its name. Throws std::runtime_error.
void sync_and_keep(OutputPlace& place);
/// Gives each of the synced files its name, even if others fail. Returns the texts of the failures.
[[nodiscard]] std::vector<std::string> keep_all(std::vector<PlacePtr>& places);

/// Collects a text, such as a table or a page, and writes it to a file in one piece.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path) : OutputFile(place_for(path)) {}
  explicit OutputFile(PlacePtr place) : place_(std::move(place)) {
    text_.exceptions(std::ios::badbit);  // otherwise the stream would hide std::bad_alloc
  }

  /// Returns the stream that collects the text. The stream throws std::bad_alloc.
  [[nodiscard]] std::ostream& text() { return text_; }
  /// Writes the text, and returns the place, which may be synced and kept. Throws
  /// std::runtime_error, which names the file.
  [[nodiscard]] PlacePtr finish();
  /// Writes the text and keeps the file. Throws std::runtime_error, which names the file.
  void close();

 private:
  PlacePtr place_;
  std::ostringstream text_;
};

/// Returns the exception for an output that cannot be written. `error` is an errno.
[[nodiscard]] std::runtime_error cannot_be_written(const std::string& path, int error);

}  // namespace tapedeck::output
