#include "engine/output/output_place.hpp"

#include <cerrno>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/output/write_all.hpp"

namespace tapedeck::output {
namespace {

namespace fs = std::filesystem;

// Returns the file that a path leads to, with links resolved, or the path itself where nothing
// exists yet. Empty for anything that is no file or cannot be replaced.
fs::path replaceable(const std::string& path) {
  std::error_code unknown;
  const fs::file_status status = fs::status(path, unknown);
  if (fs::is_regular_file(status)) return fs::canonical(path, unknown);
  const bool is_link = fs::is_symlink(fs::symlink_status(path, unknown));
  return status.type() == fs::file_type::not_found && !is_link ? fs::path{path} : fs::path{};
}

// The list of all objects that have a temporary file. A file is created, renamed and deleted only
// under the lock, so that abandon_all() misses none. Nothing under the lock allocates or throws.
constinit std::mutex lock_of_open;
constinit OutputPlace* first_open = nullptr;

}  // namespace

OutputPlace::OutputPlace(std::string path, bool hidden)
    : path_(std::move(path)),
      target_(hidden ? replaceable(path_).string() : ""),
      written_to_(path_) {
  if (target_.empty()) return;
  const fs::path target{target_};
  const std::string stem = (target.parent_path() / ("." + target.filename().string() + ".part-" +
                                                    std::to_string(::getpid())))
                               .string();
  // Creates a new file only, and does not follow a link that another user has put there.
  constexpr int kNew = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  constexpr int kMostTries = 100;  // files left by killed processes with the same number
  for (int i = 0; i < kMostTries; ++i) {
    std::string part = stem + (i == 0 ? "" : "-" + std::to_string(i));
    const std::lock_guard lock{lock_of_open};
    const int file = ::open(part.c_str(), kNew, kModeByUmask);
    if (file < 0 && errno == EEXIST) continue;
    if (file < 0) return;  // the folder takes no other file
    ::close(file);
    // Nothing may throw between open() and this move, else the file would stay.
    written_to_ = std::move(part);
    add_to_open();
    return;
  }
}

OutputPlace::~OutputPlace() {
  if (written_to_ == path_) return;
  const std::lock_guard lock{lock_of_open};
  ::unlink(written_to_.c_str());
  remove_from_open();
}

void OutputPlace::keep() {
  if (written_to_ == path_) return;
  take_over_rights();
  // Copied ahead: were memory to run out within the exchange, the part's name would be lost.
  std::string part = path_;
  int error = 0;
  {
    const std::lock_guard lock{lock_of_open};
    written_to_.swap(part);
    remove_from_open();
    if (::rename(part.c_str(), target_.c_str()) == 0) return;
    error = errno;
  }
  throw std::runtime_error(path_ +
                           ": cannot be replaced: " + std::generic_category().message(error) +
                           "; what was to be written is whole, in " + part);
}

void OutputPlace::add_to_open() noexcept {
  next_ = first_open;
  if (next_ != nullptr) next_->previous_ = this;
  first_open = this;
}

void OutputPlace::remove_from_open() noexcept {
  (previous_ != nullptr ? previous_->next_ : first_open) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
}

void OutputPlace::abandon_all() noexcept {
  lock_of_open.lock();  // and never unlocked
  for (const OutputPlace* each = first_open; each != nullptr; each = each->next_) {
    ::unlink(each->written_to_.c_str());
  }
}

// Copies owner and rights of the earlier file, so that a file that others may not read stays
// unreadable to them. Copies only what the system allows.
void OutputPlace::take_over_rights() const {
  struct stat before {};
  if (::stat(target_.c_str(), &before) != 0) return;
  constexpr mode_t kRights = 07777;
  (void)!::chown(written_to_.c_str(), before.st_uid, before.st_gid);
  (void)::chmod(written_to_.c_str(), before.st_mode & kRights);
}

void OutputFile::close() {
  constexpr int kAnew = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
  const int file = ::open(place_.written_to().c_str(), kAnew, kModeByUmask);
  if (file < 0) fail();
  const bool is_whole = write_all(file, as_bytes_of(text_.view()));
  const int error = errno;
  const bool is_closed = ::close(file) == 0;
  if (!is_whole) errno = error;
  if (!is_whole || !is_closed) fail();
  place_.keep();
}

bool write_whole(const std::string& path, const std::string& content) {
  try {
    OutputFile file{path};
    file.text() << content;
    file.close();
    return true;
  } catch (const std::runtime_error& error) {
    spdlog::error("{}", error.what());
    return false;
  }
}

void OutputFile::fail() const {
  throw cannot_be_written(place_.path(), errno);
}

std::runtime_error cannot_be_written(const std::string& path, int error) {
  return std::runtime_error(path +
                            ": cannot be written: " + std::generic_category().message(error) +
                            "; make room, or name another place");
}

}  // namespace tapedeck::output
