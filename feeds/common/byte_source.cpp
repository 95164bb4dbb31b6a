#include "feeds/common/byte_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/core/error.hpp"
#include "engine/core/units.hpp"
#include "feeds/common/codec.hpp"
#include "feeds/common/unpacked_source.hpp"

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

// Calls read() again after a signal. Returns 0 at the end, -1 with errno on failure.
ssize_t read_some(int fd, std::byte* into, std::size_t count) {
  ssize_t got = 0;
  do {
    got = ::read(fd, into, count);
  } while (got < 0 && errno == EINTR);
  return got;
}

// The same at an offset; does not move the file's position.
ssize_t pread_some(int fd, std::byte* into, std::size_t count, u64 at) {
  ssize_t got = 0;
  do {
    got = ::pread(fd, into, count, static_cast<off_t>(at));
  } while (got < 0 && errno == EINTR);
  return got;
}

}  // namespace

Fill ByteSource::move_to(std::span<std::byte> into, std::size_t& moved) {
  moved = 0;
  if (begin_ == end_) {
    const Fill filled = fill();
    if (filled != Fill::more) return filled;
  }
  moved = std::min(window().size(), into.size());
  std::memcpy(into.data(), begin_, moved);
  consume(moved);
  return Fill::more;
}

namespace {

// Reads an uncompressed regular file piece by piece into one small buffer, which stays in the
// cache. This costs less than mapping the file, where every page is mapped and released again. A
// file that is truncated meanwhile is damage, and does not end the process.
class FileSource final : public ByteSource {
 public:
  /// `grows`: the file is still being written, so that its end may move.
  FileSource(std::string name, FileDescriptor fd, u64 size, bool grows = false)
      : ByteSource(std::move(name)), fd_(std::move(fd)), size_(size), grows_(grows) {
    if (grows_) beginning_ = read_beginning();
  }

  Fill fill() override {
    if (damage_) return Fill::damaged;
    const std::size_t kept = make_room();
    const std::size_t room = std::min(std::exchange(piece_, kPiece), buffer_.size() - kept);
    const ssize_t got = read_next({buffer_.data() + kept, room});
    if (got <= 0) return nothing_more(got);
    end_ += got;
    return Fill::more;
  }
  Fill move_to(std::span<std::byte> into, std::size_t& moved) override {
    if (damage_ || begin_ != end_) return ByteSource::move_to(into, moved);
    moved = 0;
    const ssize_t got = read_next(into);
    if (got <= 0) return nothing_more(got);
    moved = static_cast<std::size_t>(got);
    offset_ += moved;
    return Fill::more;
  }
  bool seek(u64 offset) override {
    if (damage_ || offset > size_) return false;
    offset_ = read_ = offset;
    begin_ = end_ = buffer_.data();
    piece_ = kSoughtPiece;
    return true;
  }
  [[nodiscard]] u64 raw_bytes_read() const override { return offset_; }
  [[nodiscard]] u64 raw_bytes_total() const override { return size_; }

 private:
  // Recognising a file needs few bytes, and there may be many files. After a seek, often only a
  // header is read.
  static constexpr std::size_t kSoughtPiece = std::size_t{4} << 10;
  static constexpr std::size_t kFirstPiece = std::size_t{16} << 10;
  static constexpr std::size_t kPiece = std::size_t{256} << 10;

  // Reads the next bytes of the file. Up to the size at opening, so that a writer that goes on
  // cannot keep the reader for ever.
  ssize_t read_next(std::span<std::byte> into) {
    const u64 there = grows_ ? into.size() : size_ - read_;
    const auto wanted = static_cast<std::size_t>(std::min<u64>(into.size(), there));
    const ssize_t got = pread_some(fd_.get(), into.data(), wanted, read_);
    if (got > 0) read_ += static_cast<u64>(got);
    return got;
  }
  // Says what it means that a read gave nothing.
  Fill nothing_more(ssize_t got) {
    if (got == 0 && grows_ && is_same_file()) return Fill::end;
    if (damage_) return Fill::damaged;
    if (got == 0 && read_ >= size_) {
      // Only one of many files that are read in turn needs a large buffer.
      std::vector<std::byte>(begin_, end_).swap(buffer_);
      begin_ = buffer_.data();
      end_ = begin_ + buffer_.size();
      return Fill::end;
    }
    damage_ = Damage{.file = name_,
                     .offset = read_,
                     .found = got == 0 ? "the end of a file that was longer when it was opened"
                                       : "a read error, " + std::generic_category().message(errno),
                     .expected = counted(size_ - read_, "more byte"),
                     .hint = "is it still being written or copied? What came before was used"};
    return Fill::damaged;
  }

  // The number of a growing file's first bytes, present at opening, that are kept.
  static constexpr std::size_t kSignature = 64;

  [[nodiscard]] std::vector<std::byte> read_beginning() const {
    std::vector<std::byte> bytes(std::min<u64>(size_, kSignature));
    const ssize_t got = pread_some(fd_.get(), bytes.data(), bytes.size(), 0);
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return bytes;
  }
  // Checks at the current end that the file is still the same, because a reader must not wait for
  // bytes that can never come.
  bool is_same_file() {
    struct stat now {};
    struct stat named {};
    if (::fstat(fd_.get(), &now) != 0) return true;
    const bool is_there = ::stat(name_.c_str(), &named) == 0;
    const char* found = nullptr;
    if (static_cast<u64>(now.st_size) < read_) {
      found = "a file that was cut shorter while it was read";
    } else if (read_beginning() != beginning_) {
      found = "a file that was begun anew while it was read";
    } else if (!is_there || named.st_ino != now.st_ino || named.st_dev != now.st_dev) {
      found = is_there ? "another file in the place of the one that was read"
                       : "nothing any more where the file was that was read";
    }
    if (found == nullptr) return true;
    damage_ = Damage{.file = name_,
                     .offset = read_,
                     .found = found,
                     .expected = "more of the same file",
                     .hint = "follow it again to read what is there now"};
    return false;
  }

  // Moves the rest of the last piece to the front and returns its size. The buffer grows only when
  // the reader needs more than a piece at once.
  std::size_t make_room() {
    const auto kept = static_cast<std::size_t>(end_ - begin_);
    if (begin_ != buffer_.data()) std::memmove(buffer_.data(), begin_, kept);
    if (buffer_.size() < piece_) buffer_.resize(piece_);
    if (buffer_.size() - kept < piece_ / 2) buffer_.resize(2 * buffer_.size());
    begin_ = buffer_.data();
    end_ = begin_ + kept;
    return kept;
  }

  FileDescriptor fd_;
  u64 size_;  // at opening
  bool grows_;
  u64 read_ = 0;
  std::size_t piece_ = kFirstPiece;   // size of the next piece
  std::vector<std::byte> beginning_;  // first bytes of a growing file
  std::vector<std::byte> buffer_;
};

// Reads a pipe or a compressed file into one bounded buffer, decompressed.
class StreamSource final : public UnpackedSource {
 public:
  StreamSource(std::string name, FileDescriptor fd, Bytes beginning, u64 total, u64 max_ratio)
      : UnpackedSource(std::move(name), max_ratio),
        fd_(std::move(fd)),
        codec_(codec_for(beginning)),
        input_(beginning.begin(), beginning.end()),
        input_end_(beginning.size()),
        raw_read_(beginning.size()),
        total_(total) {}

  Fill fill() override { return fill_from_input(false); }
  Fill fill_now() override { return fill_from_input(true); }
  bool wait_for_writer(Nanos patience) override {
    if (at_end_) return true;
    pollfd waiting{fd_.get(), POLLIN, 0};
    const auto milliseconds = static_cast<int>(patience.value / 1'000'000);
    return ::poll(&waiting, 1, milliseconds) != 0;  // a failure shows in the next read
  }
  [[nodiscard]] u64 raw_bytes_read() const override { return raw_read_; }
  [[nodiscard]] u64 raw_bytes_total() const override { return total_; }

 private:
  // Enough to recognise a file's format.
  static constexpr std::size_t kFirstInput = std::size_t{16} << 10;
  static constexpr std::size_t kInput = std::size_t{256} << 10;

  // `only_now`: does not wait for a writer.
  Fill fill_from_input(bool only_now) {
    if (damage_) return Fill::damaged;
    if (ended_) return Fill::end;
    const std::span<std::byte> room = make_room();
    while (true) {
      const Bytes pending{input_.data() + input_begin_, input_end_ - input_begin_};
      const CodecStep step = codec_->step(pending, room);
      input_begin_ += step.taken;
      const bool is_believable = grow(step.made, step.taken);
      if (!step.error.empty()) return break_off(codec_->name() + (" data: " + step.error));
      if (!is_believable) return break_off_swollen();
      if (step.made > 0) return Fill::more;
      if (step.taken > 0) continue;
      if (only_now && !wait_for_writer(Nanos{0})) return Fill::later;
      if (!read_input()) {
        if (damage_) return Fill::damaged;
        if (codec_->at_boundary() && input_begin_ == input_end_) return finish();
        return break_off(std::string{"the end of the file inside "} + codec_->name() + " data");
      }
    }
  }
  // Returns false at the end of the input and on errors, which become damage.
  bool read_input() {
    if (at_end_) return false;
    const std::size_t kept = input_end_ - input_begin_;
    if (kept > 0) std::memmove(input_.data(), input_.data() + input_begin_, kept);
    input_begin_ = 0;
    input_end_ = kept;
    input_.resize(std::exchange(next_input_, kInput));
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
  // Only one of many files that are read in turn needs buffers.
  Fill finish() {
    ended_ = true;
    shrink();
    std::vector<std::byte>{}.swap(input_);
    codec_.reset();
    return Fill::end;
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
  std::size_t next_input_ = kFirstInput;  // size of input_ from the next read
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  u64 raw_read_ = 0;
  u64 total_;
  bool at_end_ = false;  // of the input
  bool ended_ = false;
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
  bool seek(u64 offset) override {
    if (offset > content_.size()) return false;
    begin_ = end_ = content_.data() + offset;
    offset_ = offset;
    return true;
  }
  [[nodiscard]] u64 raw_bytes_read() const override { return offset_; }
  [[nodiscard]] u64 raw_bytes_total() const override { return content_.size(); }

 private:
  Bytes content_;
  std::size_t step_;
};

}  // namespace

std::unique_ptr<ByteSource> open_source(const std::string& path, Growth growth, u64 max_ratio) {
  const bool is_stdin = path == "-";
  FileDescriptor fd{is_stdin ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (fd.get() < 0) {
    throw PathError{
        path, "cannot be opened: " + std::generic_category().message(errno) + "; check the path"};
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) {
    throw PathError{path, "cannot be read: " + std::generic_category().message(errno)};
  }
  if (S_ISDIR(info.st_mode)) {
    throw PathError{path, "is a folder, not a file; name the files inside it"};
  }
  const std::string name = is_stdin ? "(standard input)" : path;
  const bool regular = S_ISREG(info.st_mode) && !is_stdin;
  const u64 size = regular ? static_cast<u64>(info.st_size) : 0;

  std::array<std::byte, kMagicBytes> magic{};
  std::size_t have = 0;
  while (have < magic.size()) {
    const ssize_t got = read_some(fd.get(), magic.data() + have, magic.size() - have);
    if (got < 0) throw PathError{path, "cannot be read: " + std::generic_category().message(errno)};
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  const Bytes beginning{magic.data(), have};
  const bool plain = regular && size > 0 && !is_compressed(beginning);
  const bool grows = growth == Growth::expected;
  if (grows && !plain) {
    throw PathError{path, "cannot be followed: it is no plain file that something is in yet"};
  }
  if (plain) return std::make_unique<FileSource>(name, std::move(fd), size, grows);
  return std::make_unique<StreamSource>(name, std::move(fd), beginning, size, max_ratio);
}

std::unique_ptr<ByteSource> memory_source(std::string name, Bytes content,
                                          std::size_t window_limit) {
  return std::make_unique<MemorySource>(std::move(name), content, window_limit);
}

}  // namespace tapedeck::feeds
