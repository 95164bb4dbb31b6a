// Finds the file that an output's path leads to. Any thread.
#pragma once

#include <compare>
#include <optional>
#include <string>

#include <sys/stat.h>

#include "engine/core/error.hpp"
#include "engine/core/types.hpp"

namespace tapedeck::output {

/// What an output's path leads to.
struct OutputTarget {
  enum class Kind : u8 {
    file,       // a regular file, or nothing yet
    pipe,       // a named pipe, which is opened when its writer begins
    device,     // a device, or another process's descriptor
    descriptor  // a descriptor of this process, such as /dev/stdout
  };
  Kind kind = Kind::file;
  std::string path;       // with all links followed, but not those to descriptors
  bool exists = false;    // something has this name
  struct stat status {};  // valid if it exists
  int descriptor = -1;    // for Kind::descriptor

  /// Returns the folder, and the name within it.
  [[nodiscard]] std::string folder() const;
  [[nodiscard]] std::string name() const;
};

/// Follows the links of `path` as the system does. Throws PathError for a link that lies in a
/// folder where everybody may write and that belongs to another user (as Linux refuses it with
/// fs.protected_symlinks), for a folder, and for a path that does not exist but for its last part.
[[nodiscard]] OutputTarget output_target(const std::string& path);

/// Returns the exception for a path that cannot be opened for writing. `error` is an errno.
[[nodiscard]] PathError cannot_be_opened(const std::string& path, int error);

/// What makes two paths the same file: the file's own number, or its folder's and a name where
/// there is no file yet.
struct FileIdentity {
  dev_t device;
  ino_t number;
  std::string name;  // empty if the file exists

  auto operator<=>(const FileIdentity&) const = default;  // NOLINT(modernize-use-nullptr)
};
/// Returns the identity of the target. Empty for a device, which many may write to.
[[nodiscard]] std::optional<FileIdentity> identity_of(const OutputTarget& target);
/// Returns the identity of a file with this status. Empty for a device and for a socket.
[[nodiscard]] std::optional<FileIdentity> identity_of(const struct stat& status);

}  // namespace tapedeck::output
