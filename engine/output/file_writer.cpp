#include "engine/output/file_writer.hpp"

#include <cerrno>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "engine/core/error.hpp"
#include "engine/core/units.hpp"
#include "engine/output/write_all.hpp"

namespace tapedeck::output {
namespace {

// The interval at which a waiting writer checks whether a stop was requested.
constexpr std::chrono::milliseconds kLook{20};
constexpr std::size_t kDeliveredAtOnce = std::size_t{64} << 10;

}  // namespace

FileWriter::FileWriter(PlacePtr place, const thread::StopFlag& stop, Delivery delivery)
    : path_(place->path()), place_(std::move(place)), stop_(stop) {
  if (delivery == Delivery::at_the_end) {
    scratch_.emplace();
    file_ = scratch_->file();
    return;
  }
  file_ = place_->open_pipe(O_NONBLOCK);
  if (file_ >= 0 || errno == ENXIO) return;
  throw cannot_be_opened(path_, errno);
}

FileWriter::~FileWriter() = default;

void FileWriter::append(Bytes bytes) {
  appended_ += bytes.size();
  write(bytes);
}

void FileWriter::overwrite_beginning(Bytes bytes) {
  ssize_t taken = 0;
  for (off_t at = 0; !bytes.empty();
       at += taken, bytes = bytes.subspan(static_cast<std::size_t>(taken))) {
    taken = ::pwrite(file_, bytes.data(), bytes.size(), at);
    if (taken < 0 && (errno == EINTR || errno == EAGAIN)) {
      taken = 0;
    } else if (taken < 0) {
      if (!failed()) fail(errno);
      return;
    }
  }
}

bool FileWriter::sync() {
  if (failed() || file_ < 0) return false;
  // A pipe or a device cannot be synced, which is no failure of writing.
  if (::fdatasync(file_) == 0) {
    in_its_folder_ = in_its_folder_ || (place_->is_settled() && place_->sync_name());
    return in_its_folder_;
  }
  if (errno != EINVAL && errno != EROFS) fail(errno);
  return false;
}

void FileWriter::show() {
  if (!place_->show() && !failed()) fail(errno);
}

void FileWriter::settle() {
  if (!failed() && !place_->settle()) fail(errno);
}

// Writes the content of the scratch file to the place.
void FileWriter::deliver() {
  const ScratchFile scratch = std::move(*scratch_);
  scratch_.reset();
  file_ = -1;
  written_ = 0;
  std::vector<std::byte> buffer(kDeliveredAtOnce);
  for (u64 at = 0; !failed();) {
    const ssize_t read =
        ::pread(scratch.file(), buffer.data(), buffer.size(), static_cast<off_t>(at));
    if (read == 0) return;
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return fail(errno);
    at += static_cast<u64>(read);
    write(Bytes{buffer}.first(static_cast<std::size_t>(read)));
  }
}

PlacePtr FileWriter::finish() {
  if (scratch_ && !failed()) deliver();
  if (!failed()) return std::move(place_);
  const u64 missing = appended_ - written_;
  throw std::runtime_error(path() + ": " + (why_ != nullptr ? why_ : error_text(error_)) + "; " +
                           grouped(missing) + " of " + counted(appended_, "byte") +
                           (missing == 1 ? " was" : " were") + " not written");
}

void FileWriter::write(Bytes bytes) {
  while (!failed() && !bytes.empty()) {
    if (file_ < 0 && !open_pipe()) return;
    const ssize_t taken = ::write(file_, bytes.data(), bytes.size());
    if (taken >= 0) {
      written_ += static_cast<u64>(taken);
      bytes = bytes.subspan(static_cast<std::size_t>(taken));
    } else if (errno == EAGAIN) {
      if (!wait_until_writable()) return fail("its reader took nothing more after the stop");
    } else if (errno != EINTR) {
      return fail(errno);
    }
  }
}

bool FileWriter::open_pipe() {
  while ((file_ = place_->open_pipe(O_NONBLOCK)) < 0) {
    if (errno != ENXIO) {
      fail(errno);
      return false;
    }
    if (out_of_patience()) {
      fail("nobody has opened this pipe to read it");
      return false;
    }
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

bool FileWriter::wait_until_writable() {
  // Checked at every turn, because a reader that takes a little now and then is too slow as well.
  while (!out_of_patience()) {
    pollfd one{file_, POLLOUT, 0};
    // An error makes the file ready too, and the next write returns the error.
    if (::poll(&one, 1, static_cast<int>(kLook.count())) > 0) return true;
  }
  return false;
}

bool FileWriter::out_of_patience() {
  if (abandoned_.load(std::memory_order_acquire)) return true;
  if (!stop_.requested()) return false;
  const auto now = std::chrono::steady_clock::now();
  if (!stop_seen_) stop_seen_ = now;
  return now - *stop_seen_ >= kPatience;
}

}  // namespace tapedeck::output
