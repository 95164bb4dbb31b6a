#include "tools/background_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"
#include "engine/thread/pinning.hpp"

namespace tapedeck::tools {
namespace {

// How often a writer that waits looks whether a stop was requested.
constexpr std::chrono::milliseconds kLook{20};

bool is_pipe(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

int open_for_writing(const std::string& path) {
  constexpr mode_t kByUmask = 0666;
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, kByUmask);
}

std::string text_of(int error) {
  return std::generic_category().message(error);
}

}  // namespace

BackgroundFile::BackgroundFile(std::string path, const thread::StopFlag& stop)
    : path_(std::move(path)), stop_(stop), file_(open_for_writing(path_)) {
  const int error = errno;
  if (file_ < 0 && !(error == ENXIO && is_pipe(path_))) {
    throw UsageError(path_ + ": cannot be written: " + text_of(error) +
                     "; check the folder and its rights");
  }
  for (std::size_t i = 0; i < kChunks; ++i) {
    chunks_.push_back(std::make_unique<Chunk>());
    free_.push(chunks_.back().get());
  }
  thread_ = std::thread{[this] { write_all(); }};
}

BackgroundFile::~BackgroundFile() {
  abandoned_.store(true, std::memory_order_release);
  end_thread();
}

void BackgroundFile::append(Bytes bytes) {
  appended_ += bytes.size();
  while (!bytes.empty()) {
    if (open_ == nullptr) take_free_chunk();
    const std::size_t part = std::min(bytes.size(), kChunkBytes - open_->size);
    std::memcpy(open_->bytes.data() + open_->size, bytes.data(), part);
    open_->size += part;
    bytes = bytes.subspan(part);
    if (open_->size == kChunkBytes) hand_over();
  }
}

void BackgroundFile::flush() {
  if (open_ != nullptr) hand_over();
}

// A writer that has failed goes on giving chunks back, so this wait always ends.
void BackgroundFile::take_free_chunk() {
  while ((open_ = free_.try_pop()) == nullptr) {
    appender_bell_.prepare();
    open_ = free_.try_pop();
    if (open_ != nullptr) return appender_bell_.cancel();
    appender_bell_.sleep();
  }
}

void BackgroundFile::hand_over() {
  full_.push(open_);
  open_ = nullptr;
  writer_bell_.ring();
}

void BackgroundFile::end_thread() {
  if (!thread_.joinable()) return;
  flush();
  closing_.store(true, std::memory_order_release);
  writer_bell_.ring();
  thread_.join();
  if (file_ >= 0 && ::close(file_) != 0 && failure_.empty()) failure_ = text_of(errno);
  file_ = -1;
}

void BackgroundFile::close() {
  end_thread();
  if (failure_.empty()) return;
  throw std::runtime_error(path_ + ": " + failure_ + "; " + grouped(appended_ - written_) + " of " +
                           grouped(appended_) + " bytes were not written");
}

// ---------------------------------------------------------------------------------------------
// The writer's thread.

void BackgroundFile::write_all() {
  thread::name_this_thread("file writer");
  while (Chunk* const chunk = next_chunk()) {
    write({chunk->bytes.data(), chunk->size});
    chunk->size = 0;
    free_.push(chunk);
    appender_bell_.ring();
  }
}

// Waits for it; null once nothing will follow.
BackgroundFile::Chunk* BackgroundFile::next_chunk() {
  while (true) {
    // Asked first: what was handed over before the end is then in the queue.
    const bool closing = closing_.load(std::memory_order_acquire);
    if (Chunk* const chunk = full_.try_pop()) return chunk;
    if (closing) return nullptr;
    writer_bell_.prepare();
    if (Chunk* const chunk = full_.try_pop()) {
      writer_bell_.cancel();
      return chunk;
    }
    if (closing_.load(std::memory_order_acquire)) {
      writer_bell_.cancel();
    } else {
      writer_bell_.sleep();
    }
  }
}

void BackgroundFile::write(Bytes bytes) {
  while (failure_.empty() && !bytes.empty()) {
    if (file_ < 0 && !open_pipe()) return;
    const ssize_t taken = ::write(file_, bytes.data(), bytes.size());
    if (taken >= 0) {
      written_ += static_cast<u64>(taken);
      bytes = bytes.subspan(static_cast<std::size_t>(taken));
    } else if (errno == EAGAIN) {
      if (!wait_until_writable()) return fail("its reader took nothing more after the stop");
    } else if (errno != EINTR) {
      return fail(text_of(errno));
    }
  }
}

bool BackgroundFile::open_pipe() {
  while ((file_ = open_for_writing(path_)) < 0) {
    if (errno != ENXIO) {
      fail(text_of(errno));
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

bool BackgroundFile::wait_until_writable() {
  // Asked at every turn: a reader that takes a little now and then is too slow as well.
  while (!out_of_patience()) {
    pollfd one{file_, POLLOUT, 0};
    // An error of the file makes it ready too: the next write says which.
    if (::poll(&one, 1, static_cast<int>(kLook.count())) > 0) return true;
  }
  return false;
}

bool BackgroundFile::out_of_patience() {
  if (abandoned_.load(std::memory_order_acquire)) return true;
  if (!stop_.requested()) return false;
  const auto now = std::chrono::steady_clock::now();
  if (!stop_seen_) stop_seen_ = now;
  return now - *stop_seen_ >= kPatience;
}

void BackgroundFile::fail(std::string why) {
  failure_ = std::move(why);
}

}  // namespace tapedeck::tools
