#include "feeds/common/byte_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/core/error.hpp"
#include "feeds/common/codec.hpp"

namespace tapedeck::feeds {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  FileDescriptor& operator=(FileDescriptor&&) = delete;
  ~FileDescriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

// read() that does not give up on a signal. 0 at the end, -1 with errno on failure.
ssize_t read_some(int fd, std::byte* into, std::size_t count) {
  ssize_t got = 0;
  do {
    got = ::read(fd, into, count);
  } while (got < 0 && errno == EINTR);
  return got;
}

// A whole file in the address space, in memory only around the reader.
class MappedSource final : public ByteSource {
 public:
  MappedSource(std::string name, const std::byte* content, std::size_t size)
      : ByteSource(std::move(name)), content_(content), size_(size) {
    begin_ = content_;
    end_ = content_ + size_;
    populate();
  }
  MappedSource(const MappedSource&) = delete;
  MappedSource& operator=(const MappedSource&) = delete;
  ~MappedSource() override { ::munmap(const_cast<std::byte*>(content_), size_); }

  Fill fill() override { return Fill::end; }
  [[nodiscard]] u64 raw_bytes_read() const override { return offset_; }
  [[nodiscard]] u64 raw_bytes_total() const override { return size_; }

 protected:
  void on_consumed() override {
    if (offset_ >= released_ + kStep) {
      release();
      populate();
    }
  }

 private:
  // Large enough that the two system calls a step do not show, small beside anything else.
  static constexpr u64 kStep = u64{2} << 20;

  std::byte* at(u64 offset) const { return const_cast<std::byte*>(content_ + offset); }
  void release() {
    const u64 upto = offset_ / kStep * kStep;
    (void)::madvise(at(released_), upto - released_, MADV_DONTNEED);
    released_ = upto;
  }
  void populate() {
    // One call instead of a page fault every few records. Old kernels refuse it and fault instead.
    const u64 upto = std::min<u64>(size_, released_ + 2 * kStep);
    if (upto > populated_) {
      const u64 from = populated_ / 4096 * 4096;
      (void)::madvise(at(from), upto - from, MADV_POPULATE_READ);
      populated_ = upto;
    }
  }

  const std::byte* content_;
  std::size_t size_;
  u64 released_ = 0;
  u64 populated_ = 0;
};

// A pipe, or anything compressed: read, decompressed, kept in one bounded buffer.
class StreamSource final : public ByteSource {
 public:
  StreamSource(std::string name, FileDescriptor fd, Bytes beginning, u64 total)
      : ByteSource(std::move(name)),
        fd_(std::move(fd)),
        codec_(codec_for(beginning)),
        input_(kInput),
        output_(2 * kMaxWindow),
        total_(total) {
    std::ranges::copy(beginning, input_.begin());
    input_end_ = beginning.size();
    raw_read_ = beginning.size();
    begin_ = end_ = output_.data();
  }

  Fill fill() override {
    if (damage_) return Fill::damaged;
    make_room();
    std::byte* const free = output_.data() + (end_ - output_.data());
    const auto room = static_cast<std::size_t>(output_.data() + output_.size() - free);
    while (true) {
      const Bytes pending{input_.data() + input_begin_, input_end_ - input_begin_};
      const CodecStep step = codec_->step(pending, {free, room});
      input_begin_ += step.taken;
      end_ += step.made;
      if (!step.error.empty()) return break_off(codec_->name() + (" data: " + step.error));
      if (step.made > 0) return Fill::more;
      if (step.taken == 0 && !read_input()) {
        if (damage_) return Fill::damaged;
        if (codec_->at_boundary() && input_begin_ == input_end_) return Fill::end;
        return break_off(std::string{"the end of the file inside "} + codec_->name() + " data");
      }
    }
  }
  [[nodiscard]] u64 raw_bytes_read() const override { return raw_read_; }
  [[nodiscard]] u64 raw_bytes_total() const override { return total_; }

 private:
  static constexpr std::size_t kInput = std::size_t{256} << 10;

  // Moves the window to the buffer's front once the back half is all that is left.
  void make_room() {
    const auto kept = static_cast<std::size_t>(end_ - begin_);
    const auto used = static_cast<std::size_t>(end_ - output_.data());
    if (used > kMaxWindow || kept == 0) {
      std::memmove(output_.data(), begin_, kept);
      begin_ = output_.data();
      end_ = begin_ + kept;
    }
  }
  // False at the end of the input and on errors, which become damage.
  bool read_input() {
    if (at_end_) return false;
    const std::size_t kept = input_end_ - input_begin_;
    std::memmove(input_.data(), input_.data() + input_begin_, kept);
    input_begin_ = 0;
    input_end_ = kept;
    const ssize_t got = read_some(fd_.get(), input_.data() + kept, input_.size() - kept);
    if (got < 0) {
      break_off("a read error, " + std::generic_category().message(errno));
      return false;
    }
    at_end_ = got == 0;
    input_end_ += static_cast<std::size_t>(got);
    raw_read_ += static_cast<u64>(got);
    return got > 0;
  }
  Fill break_off(std::string found) {
    damage_ = Damage{.file = name_,
                     .offset = offset_ + window().size(),
                     .found = std::move(found) + " (about byte " +
                              std::to_string(raw_read_ - (input_end_ - input_begin_)) +
                              " of the file as stored)",
                     .expected = "readable content",
                     .hint = "fetch or copy the file again; what came before it was used"};
    return Fill::damaged;
  }

  FileDescriptor fd_;
  std::unique_ptr<Codec> codec_;
  std::vector<std::byte> input_;
  std::vector<std::byte> output_;
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  u64 raw_read_ = 0;
  u64 total_;
  bool at_end_ = false;
};

class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string name, Bytes content, std::size_t step)
      : ByteSource(std::move(name)), content_(content), step_(step) {
    begin_ = end_ = content.data();
    if (step_ >= content_.size()) end_ = content_.data() + content_.size();
  }
  Fill fill() override {
    const auto left = static_cast<std::size_t>(content_.data() + content_.size() - end_);
    if (left == 0) return Fill::end;
    end_ += std::min(step_, left);
    return Fill::more;
  }
  [[nodiscard]] u64 raw_bytes_read() const override { return offset_; }
  [[nodiscard]] u64 raw_bytes_total() const override { return content_.size(); }

 private:
  Bytes content_;
  std::size_t step_;
};

}  // namespace

std::unique_ptr<ByteSource> open_source(const std::string& path) {
  const bool is_stdin = path == "-";
  FileDescriptor fd{is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (fd.get() < 0) {
    throw UsageError{path + ": cannot be opened: " + std::generic_category().message(errno) +
                     "; check the path"};
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) {
    throw UsageError{path + ": cannot be read: " + std::generic_category().message(errno)};
  }
  if (S_ISDIR(info.st_mode)) {
    throw UsageError{path + ": is a folder, not a file; name the files inside it"};
  }
  const std::string name = is_stdin ? "(standard input)" : path;
  const bool regular = S_ISREG(info.st_mode) && !is_stdin;
  const u64 size = regular ? static_cast<u64>(info.st_size) : 0;

  std::array<std::byte, kMagicBytes> magic{};
  std::size_t have = 0;
  while (have < magic.size()) {
    const ssize_t got = read_some(fd.get(), magic.data() + have, magic.size() - have);
    if (got < 0)
      throw UsageError{path + ": cannot be read: " + std::generic_category().message(errno)};
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  const Bytes beginning{magic.data(), have};
  if (regular && size > 0 && !is_compressed(beginning)) {
    void* content = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
    if (content != MAP_FAILED) {
      return std::make_unique<MappedSource>(name, static_cast<const std::byte*>(content), size);
    }
  }
  return std::make_unique<StreamSource>(name, std::move(fd), beginning, size);
}

std::unique_ptr<ByteSource> memory_source(std::string name, Bytes content,
                                          std::size_t window_limit) {
  return std::make_unique<MemorySource>(std::move(name), content, window_limit);
}

}  // namespace tapedeck::feeds
