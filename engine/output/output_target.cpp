#include "engine/output/output_target.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <string_view>

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "engine/core/decimal.hpp"
#include "engine/output/write_all.hpp"

namespace tapedeck::output {
namespace {

namespace fs = std::filesystem;

// Everybody may write to the folder, and only owners may rename what is in it.
bool is_shared(const struct stat& folder) {
  return (folder.st_mode & S_ISVTX) != 0 && (folder.st_mode & S_IWOTH) != 0;
}

void check_link(const std::string& path, const fs::path& link, const struct stat& status,
                const fs::path& folder) {
  struct stat around {};
  if (::stat(folder.c_str(), &around) != 0) throw cannot_be_opened(path, errno);
  if (!is_shared(around) || status.st_uid == ::geteuid() || status.st_uid == around.st_uid) return;
  throw PathError(path, "leads through " + link.string() +
                            ", a link of another user in a folder where everybody may write; name "
                            "the file itself");
}

fs::path read_link(const std::string& path, const fs::path& link) {
  std::array<char, PATH_MAX> text{};
  const ssize_t size = ::readlink(link.c_str(), text.data(), text.size());
  if (size < 0) throw cannot_be_opened(path, errno);
  return std::string{text.data(), static_cast<std::size_t>(size)};
}

// A link of /proc/PID/fd leads to an open file, which may have no name.
bool is_of_descriptors(const fs::path& folder) {
  struct statfs of {};
  return folder.filename() == "fd" && ::statfs(folder.c_str(), &of) == 0 &&
         of.f_type == PROC_SUPER_MAGIC;
}

bool is_own(const fs::path& folder) {
  struct stat here {};
  struct stat own {};
  return ::stat(folder.c_str(), &here) == 0 && ::stat("/proc/self/fd", &own) == 0 &&
         here.st_dev == own.st_dev && here.st_ino == own.st_ino;
}

// A path whose links are followed one by one.
class Walk {
 public:
  explicit Walk(const std::string& path) : path_(path), rest_(path) {}

  OutputTarget target() {
    while (!rest_.empty()) {
      const fs::path part = *rest_.begin();
      pop_front();
      const fs::path next = part.is_absolute() ? part : at_ / part;
      struct stat status {};
      if (::lstat(next.c_str(), &status) != 0) {
        // Whatever lies behind a part that is not there is not there either.
        if (errno != ENOENT || !rest_.empty()) throw cannot_be_opened(path_, errno);
        return {.path = next.string()};
      }
      if (S_ISLNK(status.st_mode)) {
        if (is_of_descriptors(at_)) return opened(next);
        follow(next, status);
      } else {
        at_ = next;
      }
    }
    return ended();
  }

 private:
  void pop_front() {
    fs::path rest;
    for (auto part = std::next(rest_.begin()); part != rest_.end(); ++part) {
      if (!part->empty()) rest /= *part;
    }
    rest_ = rest;
  }
  void follow(const fs::path& link, const struct stat& status) {
    constexpr int kMostLinks = 40;  // as many as Linux follows
    if (++links_ > kMostLinks) throw cannot_be_opened(path_, ELOOP);
    check_link(path_, link, status, at_);
    fs::path leads_to = read_link(path_, link);
    if (!rest_.empty()) leads_to /= rest_;
    rest_ = leads_to;
  }
  OutputTarget opened(const fs::path& link) {
    OutputTarget target{.kind = OutputTarget::Kind::device, .path = link.string(), .exists = true};
    if (::stat(link.c_str(), &target.status) != 0) throw cannot_be_opened(path_, errno);
    const auto number = parse_integer(link.filename().string());
    if (S_ISFIFO(target.status.st_mode)) {
      target.kind = OutputTarget::Kind::pipe;
    } else if (is_own(at_) && number) {
      target.kind = OutputTarget::Kind::descriptor;
      target.descriptor = static_cast<int>(*number);
    }
    return target;
  }
  OutputTarget ended() {
    OutputTarget target{.path = at_.string(), .exists = true};
    if (::stat(at_.c_str(), &target.status) != 0) throw cannot_be_opened(path_, errno);
    const mode_t mode = target.status.st_mode;
    if (S_ISDIR(mode)) throw PathError(path_, "is a folder; name a file");
    if (S_ISFIFO(mode)) target.kind = OutputTarget::Kind::pipe;
    if (!S_ISFIFO(mode) && !S_ISREG(mode)) target.kind = OutputTarget::Kind::device;
    return target;
  }

  const std::string& path_;
  fs::path rest_;
  fs::path at_ = ".";
  int links_ = 0;
};

}  // namespace

PathError cannot_be_opened(const std::string& path, int error) {
  return {path, "cannot be written: " + error_text(error) + "; check the folder and its rights"};
}

std::string OutputTarget::folder() const {
  const std::string folder = fs::path{path}.parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string OutputTarget::name() const {
  return fs::path{path}.filename().string();
}

OutputTarget output_target(const std::string& path) {
  if (path.empty()) throw cannot_be_opened(path, ENOENT);
  // Only a folder has such a name.
  if (path.ends_with('/')) throw PathError(path, "is a folder; name a file");
  return Walk{path}.target();
}

std::optional<FileIdentity> identity_of(const struct stat& status) {
  if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) return {};
  return FileIdentity{status.st_dev, status.st_ino, {}};
}

std::optional<FileIdentity> identity_of(const OutputTarget& target) {
  if (target.exists) return identity_of(target.status);
  struct stat folder {};
  if (::stat(target.folder().c_str(), &folder) != 0) return {};
  return FileIdentity{folder.st_dev, folder.st_ino, target.name()};
}

}  // namespace tapedeck::output
