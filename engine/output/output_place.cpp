#include "engine/output/output_place.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/output/write_all.hpp"

namespace tapedeck::output {
namespace {

// The list of all objects that have a file which may be taken back. A file is created, renamed and
// deleted only under the lock, so that abandon_all() misses none. Nothing under the lock allocates
// or throws.
constinit std::mutex lock_of_open;
constinit OutputPlace* first_open = nullptr;

// A file system without locks cannot say that a file has another writer.
enum class Lock : u8 { taken, busy, none };
Lock lock_of(int file, int kind) {
  if (::flock(file, kind | LOCK_NB) == 0) return Lock::taken;
  return errno == EWOULDBLOCK ? Lock::busy : Lock::none;
}

bool is_same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// Whether `name` leads to this open file, and through no link.
bool has_name(int file, const char* name) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file, &opened) == 0 && ::lstat(name, &named) == 0 && is_same(opened, named);
}

// A folder that cannot be synced, as of some network file systems, is no failure.
bool is_without_sync(int error) {
  return error == EINVAL || error == ENOTSUP || error == EROFS;
}

// Renames, and fails with EEXIST where there is a file already.
bool rename_to_new(const char* from, const char* to) {
  if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  // An older file system. A link fails as well where there is a file.
  if (::link(from, to) != 0) return false;
  ::unlink(from);
  return true;
}

}  // namespace

std::string part_stem(const std::string& name) {
  return "." + name + ".part-";
}

OutputPlace::OutputPlace(std::string path, Existing existing)
    : path_(std::move(path)),
      target_(output_target(path_)),
      replaces_(existing == Existing::replaced) {
  using Kind = OutputTarget::Kind;
  if (target_.kind == Kind::file) {
    check_earlier_file(existing);
    claim();
    return;
  }
  if (target_.kind == Kind::pipe) {
    if (::access(target_.path.c_str(), W_OK) != 0) throw cannot_be_opened(path_, errno);
    return;
  }
  file_ = target_.kind == Kind::descriptor
              ? ::fcntl(target_.descriptor, F_DUPFD_CLOEXEC, 0)
              : ::open(target_.path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file_ < 0) throw cannot_be_opened(path_, errno);
}

OutputPlace::~OutputPlace() {
  take_back();
  if (file_ >= 0) ::close(file_);
}

int OutputPlace::open_pipe(int flags) {
  if (file_ < 0) file_ = ::open(target_.path.c_str(), O_WRONLY | O_CLOEXEC | flags);
  return file_;
}

void OutputPlace::refuse_second_writer() const {
  throw PathError(path_,
                  "is being written by another process; wait for its end, or name another file");
}

void OutputPlace::check_earlier_file(Existing existing) const {
  if (!target_.exists) return;
  if (existing == Existing::kept) {
    throw PathError(path_,
                    "is there already, and a recording replaces no file unasked; name another "
                    "file, or give `force` to replace this one");
  }
  // A file that may not be written is not replaced either.
  if (::faccessat(AT_FDCWD, target_.path.c_str(), W_OK, AT_EACCESS) != 0)
    throw cannot_be_opened(path_, errno);
}

void OutputPlace::claim() {
  const std::string stem = target_.folder() + "/" + part_stem(target_.name());
  constexpr int kMostNames = 100;  // names that other users have taken
  constexpr int kMostTurns = 100;  // writers that end just now
  for (int number = 1; number <= kMostNames; ++number) {
    const std::string part = stem + std::to_string(number);
    Claim claim = Claim::again;
    for (int turn = 0; claim == Claim::again && turn < kMostTurns; ++turn) claim = create(part);
    if (claim == Claim::foreign) continue;
    if (claim == Claim::again) break;
    // A tape that is being written has its own name.
    const int earlier =
        ::open(target_.path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    const bool busy = earlier >= 0 && lock_of(earlier, LOCK_SH) == Lock::busy;
    if (earlier >= 0) ::close(earlier);
    if (!busy) return;
    take_back();
    ::close(std::exchange(file_, -1));
    refuse_second_writer();
  }
  throw cannot_be_opened(path_, EEXIST);
}

OutputPlace::Claim OutputPlace::create(const std::string& part) {
  std::string name = part;  // copied ahead: nothing may throw between open() and add_to_open()
  // Creates a new file only, and does not follow a link that another user has put there. A file
  // that others may not read stays unreadable to them while it is written.
  constexpr int kNew = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  constexpr mode_t kOwnOnly = 0600;
  {
    const std::lock_guard lock{lock_of_open};
    file_ = ::open(name.c_str(), kNew, target_.exists ? kOwnOnly : mode_t{kModeByUmask});
    if (file_ >= 0) {
      written_to_.swap(name);
      add_to_open();
    }
  }
  if (file_ < 0) {
    if (errno != EEXIST) throw cannot_be_opened(path_, errno);
    return remove_left_over(part);
  }
  const Lock lock = lock_of(file_, LOCK_EX);
  if (lock == Lock::none || (lock == Lock::taken && has_name(file_, written_to_.c_str()))) {
    if (target_.exists) take_over_rights();
    return Claim::done;
  }
  // Between open() and flock(), another writer took the file for a left-over one.
  {
    const std::lock_guard guard{lock_of_open};
    remove_from_open();
    written_to_.clear();
  }
  ::close(std::exchange(file_, -1));
  if (lock == Lock::busy) refuse_second_writer();
  return Claim::again;
}

// Deletes the temporary file of a process that was killed.
OutputPlace::Claim OutputPlace::remove_left_over(const std::string& part) const {
  // For writing, because network file systems lock only such files.
  const int file = ::open(part.c_str(), O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return errno == ENOENT ? Claim::again : Claim::foreign;
  struct stat status {};
  const bool known = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
  const Lock lock = known ? lock_of(file, LOCK_EX) : Lock::none;
  const bool ours = known && status.st_uid == ::geteuid() && status.st_nlink <= 1;
  const bool removed =
      ours && lock != Lock::busy && has_name(file, part.c_str()) && ::unlink(part.c_str()) == 0;
  const bool is_there = has_name(file, part.c_str());
  ::close(file);
  if (lock == Lock::busy) refuse_second_writer();
  return removed || !is_there ? Claim::again : Claim::foreign;
}

bool OutputPlace::has_part_name() const noexcept {
  return has_name(file_, written_to_.c_str());
}

bool OutputPlace::rename_part(bool replaces) noexcept {
  std::string& name = target_.path;
  const std::lock_guard lock{lock_of_open};
  if (!has_part_name()) {
    errno = ENOENT;
    return false;
  }
  const bool renamed = replaces ? ::rename(written_to_.c_str(), name.c_str()) == 0
                                : rename_to_new(written_to_.c_str(), name.c_str());
  // No copy is made, because that could throw: the two names change places.
  if (renamed) written_to_.swap(name);
  is_shown_ = is_shown_ || renamed;
  return renamed;
}

bool OutputPlace::show() noexcept {
  if (is_direct() || is_shown_ || target_.exists) return true;
  return rename_part(false);
}

bool OutputPlace::settle() noexcept {
  if (is_direct() || is_settled_) return true;
  if (!is_shown_ && !rename_part(replaces_)) return false;
  const std::lock_guard lock{lock_of_open};
  remove_from_open();
  is_settled_ = true;
  return true;
}

void OutputPlace::sync() {
  if (is_direct()) {
    const bool closed = file_ < 0 || ::close(std::exchange(file_, -1)) == 0;
    if (!closed) throw cannot_be_written(path_, errno);
    return;
  }
  while (::fsync(file_) != 0) {
    if (is_without_sync(errno)) return;
    if (errno != EINTR) throw cannot_be_written(path_, errno);
  }
}

bool OutputPlace::sync_name() const {
  const int folder = ::open(target_.folder().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return errno == EACCES;  // a folder that may not be listed
  const bool synced = ::fsync(folder) == 0 || is_without_sync(errno);
  const int error = errno;
  ::close(folder);
  errno = error;
  return synced;
}

void OutputPlace::keep() {
  if (is_direct()) return;
  if (!settle()) {
    const int error = errno;
    // What is whole is not thrown away.
    const std::string part = written_to_;
    {
      const std::lock_guard lock{lock_of_open};
      remove_from_open();
      is_settled_ = true;
    }
    throw std::runtime_error(path_ + ": cannot be replaced: " + error_text(error) +
                             "; what was to be written is whole, in " + part +
                             ": move it away, because the next run for this output deletes it");
  }
  if (!sync_name()) {
    throw std::runtime_error(path_ + ": is written, but its folder cannot be synced: " +
                             error_text(errno) + "; a loss of power may still undo it");
  }
}

// Deletes the file, unless it may stay.
void OutputPlace::take_back() noexcept {
  if (written_to_.empty() || is_settled_) return;
  const std::lock_guard lock{lock_of_open};
  if (has_part_name()) ::unlink(written_to_.c_str());
  remove_from_open();
  written_to_.clear();
}

void OutputPlace::add_to_open() noexcept {
  next_ = first_open;
  if (next_ != nullptr) next_->previous_ = this;
  first_open = this;
}

void OutputPlace::remove_from_open() noexcept {
  (previous_ != nullptr ? previous_->next_ : first_open) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
  previous_ = next_ = nullptr;
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
  constexpr mode_t kRights = 0777;
  constexpr mode_t kOfGroup = 0070;
  mode_t rights = target_.status.st_mode & kRights;
  const bool same_group = ::fchown(file_, target_.status.st_uid, target_.status.st_gid) == 0 ||
                          ::fchown(file_, static_cast<uid_t>(-1), target_.status.st_gid) == 0;
  if (!same_group) rights &= ~kOfGroup;  // it would be another group's
  (void)::fchmod(file_, rights);
}

PlacePtr place_for(const std::string& path, Existing existing) {
  return std::make_unique<OutputPlace>(path, existing);
}

void sync_and_keep(OutputPlace& place) {
  place.sync();
  place.keep();
}

std::vector<std::string> keep_all(std::vector<PlacePtr>& places) {
  std::vector<std::string> failures;
  for (const PlacePtr& place : places) {
    try {
      place->keep();
    } catch (const std::runtime_error& error) {
      failures.emplace_back(error.what());
    }
  }
  return failures;
}

PlacePtr OutputFile::finish() {
  const int file = place_->open_pipe(0);
  if (file < 0 || !write_all(file, as_bytes_of(text_.view()))) {
    throw cannot_be_written(place_->path(), errno);
  }
  return std::move(place_);
}

void OutputFile::close() {
  sync_and_keep(*finish());
}

std::runtime_error cannot_be_written(const std::string& path, int error) {
  return std::runtime_error(path + ": cannot be written: " + error_text(error) +
                            "; make room, or name another place");
}

}  // namespace tapedeck::output
