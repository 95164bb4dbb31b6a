#include "tools/files/output_place.hpp"

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

namespace tapedeck::tools {
namespace {

namespace fs = std::filesystem;

// What a path leads to in the end, or itself where there is nothing yet; empty: it is no file, or
// cannot be replaced.
fs::path replaceable(const std::string& path) {
  std::error_code unknown;
  const fs::file_status status = fs::status(path, unknown);
  if (fs::is_regular_file(status)) return fs::canonical(path, unknown);
  const bool is_link = fs::is_symlink(fs::symlink_status(path, unknown));
  return status.type() == fs::file_type::not_found && !is_link ? fs::path{path} : fs::path{};
}

}  // namespace

OutputPlace::OutputPlace(std::string path, bool hidden)
    : path_(std::move(path)),
      target_(hidden ? replaceable(path_).string() : ""),
      written_to_(path_) {
  if (target_.empty()) return;
  const fs::path target{target_};
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path{"."};
  if (::access(folder.c_str(), W_OK) != 0) return;
  const std::string name = "." + target.filename().string() + ".part-" + std::to_string(::getpid());
  written_to_ = (folder / name).string();
}

OutputPlace::~OutputPlace() {
  if (written_to_ != path_) ::unlink(written_to_.c_str());
}

void OutputPlace::keep() {
  if (written_to_ == path_) return;
  if (::rename(written_to_.c_str(), target_.c_str()) != 0) {
    throw std::runtime_error(path_ +
                             ": cannot be replaced: " + std::generic_category().message(errno) +
                             "; check the folder and its rights");
  }
  written_to_ = path_;
}

void OutputFile::close() {
  constexpr mode_t kByUmask = 0666;
  constexpr int kAnew = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
  const int file = ::open(place_.written_to().c_str(), kAnew, kByUmask);
  if (file < 0) fail();
  try {
    write(file, as_bytes_of(text_.view()));
  } catch (...) {
    ::close(file);
    throw;
  }
  if (::close(file) != 0) fail();
  place_.keep();
}

void OutputFile::write(int file, Bytes bytes) const {
  while (!bytes.empty()) {
    const ssize_t taken = ::write(file, bytes.data(), bytes.size());
    if (taken >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(taken));
    } else if (errno == EAGAIN) {
      pollfd ready{file, POLLOUT, 0};
      (void)::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      fail();
    }
  }
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
  throw std::runtime_error(place_.path() +
                           ": cannot be written: " + std::generic_category().message(errno) +
                           "; make room, or name another place");
}

}  // namespace tapedeck::tools
