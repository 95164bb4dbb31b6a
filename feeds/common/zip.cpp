#include "feeds/common/zip.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "engine/core/decimal.hpp"
#include "engine/core/error.hpp"
#include "engine/core/units.hpp"
#include "feeds/common/codec.hpp"
#include "feeds/common/unpacked_source.hpp"

namespace tapedeck::feeds {

// Reads by offset only, so that sources over several entries share one descriptor.
class ZipArchive::File {
 public:
  explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0) {
      throw PathError{
          path, "cannot be opened: " + std::generic_category().message(errno) + "; check the path"};
    }
    struct stat info {};
    if (::fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode)) {
      ::close(fd_);
      throw PathError{
          path,
          "is no regular file; a zip archive is read from its end, so save it to a file first"};
    }
    size_ = static_cast<u64>(info.st_size);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { ::close(fd_); }

  [[nodiscard]] u64 size() const { return size_; }
  // Fills all of `into`. Returns false on a read error or at the end of the file.
  [[nodiscard]] bool read(u64 offset, std::span<std::byte> into) const {
    while (!into.empty()) {
      const ssize_t got = ::pread(fd_, into.data(), into.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      offset += static_cast<u64>(got);
      into = into.subspan(static_cast<std::size_t>(got));
    }
    return true;
  }

 private:
  int fd_;
  u64 size_ = 0;
};

namespace {

constexpr u32 kLocalHeader = 0x04034B50;
constexpr u32 kDirectoryEntry = 0x02014B50;
constexpr u32 kEndOfDirectory = 0x06054B50;
constexpr std::size_t kLocalHeaderSize = 30;
constexpr std::size_t kDirectoryEntrySize = 46;
constexpr std::size_t kEndOfDirectorySize = 22;
constexpr std::size_t kLongestComment = 65'535;
constexpr std::size_t kZeroBlock = 4096;
constexpr u64 kMostZeros = u64{16} << 20;  // far more than any copy adds
constexpr u16 kFlagEncrypted = 1;
constexpr u16 kMethodStored = 0;
constexpr u16 kMethodDeflated = 8;
// The value that says "look in the zip64 record".
constexpr u16 kIn64Bits16 = 0xFFFF;
constexpr u32 kIn64Bits32 = 0xFFFFFFFF;

constexpr const char* kFetchAgain = "fetch or copy the file again";

class DamagedSource final : public ByteSource {
 public:
  explicit DamagedSource(Damage damage) : ByteSource(damage.file) { damage_ = std::move(damage); }
  Fill fill() override { return Fill::damaged; }
  [[nodiscard]] u64 raw_bytes_read() const override { return 0; }
  [[nodiscard]] u64 raw_bytes_total() const override { return 0; }
};

class ZipEntrySource final : public UnpackedSource {
 public:
  ZipEntrySource(std::string name, std::shared_ptr<const ZipArchive::File> file, ZipEntry entry,
                 u64 content_offset, u64 max_ratio)
      : UnpackedSource(std::move(name), max_ratio),
        file_(std::move(file)),
        entry_(std::move(entry)),
        next_read_(content_offset) {}

  Fill fill() override {
    if (damage_) return Fill::damaged;
    if (over_) return Fill::end;
    // Created late, because there may be thousands of entries that are never read.
    if (codec_ == nullptr) codec_ = is_deflated() ? deflate_codec() : plain_codec();
    const std::span<std::byte> room = make_room();
    while (true) {
      if (input_begin_ == input_end_ && !read_input()) return Fill::damaged;
      // Past its end marker the codec would start on another stream, which a zip entry never has.
      if (is_deflated() && started_ && codec_->at_boundary()) return finish();
      if (!is_deflated() && input_begin_ == input_end_) return finish();
      const u64 made = step(room);
      if (damage_) return Fill::damaged;
      if (made > 0) return Fill::more;
    }
  }
  [[nodiscard]] u64 raw_bytes_read() const override { return packed_read_; }
  [[nodiscard]] u64 raw_bytes_total() const override { return entry_.packed_size; }

 private:
  static constexpr std::size_t kInput = std::size_t{64} << 10;

  [[nodiscard]] bool is_deflated() const { return entry_.method == kMethodDeflated; }

  bool read_input() {
    const u64 left = entry_.packed_size - packed_read_;
    if (input_.empty()) input_.resize(std::clamp<u64>(left, 1, kInput));
    const auto count = static_cast<std::size_t>(std::min<u64>(left, input_.size()));
    if (!file_->read(next_read_, {input_.data(), count})) {
      break_off("the end of the archive, or a read error, inside the entry", "readable content");
      return false;
    }
    next_read_ += count;
    packed_read_ += count;
    input_begin_ = 0;
    input_end_ = count;
    return true;
  }
  u64 step(std::span<std::byte> room) {
    const Bytes pending{input_.data() + input_begin_, input_end_ - input_begin_};
    const CodecStep step = codec_->step(pending, room);
    started_ = true;
    input_begin_ += step.taken;
    crc_ = static_cast<u32>(::crc32_z(crc_, reinterpret_cast<const Bytef*>(room.data()),
                                      static_cast<z_size_t>(step.made)));
    const bool is_believable = grow(step.made, step.taken);
    if (!step.error.empty()) {
      break_off(codec_->name() + (" data: " + step.error), "readable content");
    } else if (made() > entry_.size) {
      break_off("more content than the archive's directory states", counted(entry_.size, "byte"));
    } else if (!is_believable) {
      break_off_swollen();
    } else if (step.taken == 0 && step.made == 0) {
      break_off("the end of the entry inside deflate data", "readable content");
    }
    return step.made;
  }
  // Checks the content's length and checksum, which are known only now. Rows read before that are
  // not taken back.
  Fill finish() {
    if (input_begin_ != input_end_ || packed_read_ != entry_.packed_size) {
      return break_off("bytes after the end of the deflate data", "the end of the entry");
    }
    if (made() != entry_.size) {
      return break_off(counted(made(), "byte") + " of content", counted(entry_.size, "byte"));
    }
    if (crc_ != entry_.crc32) {
      return break_off("content with the CRC-32 " + hex16(crc_).substr(8),
                       "the CRC-32 " + hex16(entry_.crc32).substr(8));
    }
    over_ = true;
    shrink();
    std::vector<std::byte>{}.swap(input_);
    return Fill::end;
  }
  Fill break_off(std::string found, std::string expected) {
    damage_ = Damage{.file = name_,
                     .offset = offset_ + window().size(),
                     .found = std::move(found),
                     .expected = std::move(expected),
                     .hint = kFetchAgain};
    return Fill::damaged;
  }

  std::shared_ptr<const ZipArchive::File> file_;
  ZipEntry entry_;
  std::unique_ptr<Codec> codec_;
  std::vector<std::byte> input_;
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  u64 next_read_;  // offset in the archive
  u64 packed_read_ = 0;
  u32 crc_ = 0;
  bool started_ = false;
  bool over_ = false;
};

}  // namespace

ZipArchive::ZipArchive(const std::string& path, u64 max_ratio)
    : path_(path), max_ratio_(max_ratio), file_(std::make_shared<const File>(path)) {
  read_directory();
  if (damage_) entries_.clear();
}

Damage ZipArchive::damage_at(u64 offset, std::string found, std::string expected) const {
  return {.file = path_,
          .offset = offset,
          .found = std::move(found),
          .expected = std::move(expected),
          .hint = kFetchAgain};
}

// Returns the file's size without the zeros at its end, which copies to blocks of a fixed size add.
// Part of them belongs to the archive's last record.
u64 ZipArchive::size_without_zeros() const {
  std::array<std::byte, kZeroBlock> block{};
  const u64 size = file_->size();
  for (u64 end = size; end > 0 && size - end < kMostZeros;) {
    const auto count = static_cast<std::size_t>(std::min<u64>(end, block.size()));
    if (!file_->read(end - count, {block.data(), count})) break;
    for (std::size_t left = count; left > 0; --left) {
      if (block[left - 1] != std::byte{0}) return end - count + left;
    }
    end -= count;
  }
  return size;
}

// Finds the directory from the archive's last record, which a comment may follow.
void ZipArchive::read_directory() {
  const u64 used = size_without_zeros();
  const u64 size = std::min<u64>(file_->size(), used + kEndOfDirectorySize);
  const auto tail_size =
      static_cast<std::size_t>(std::min<u64>(size, 2 * kEndOfDirectorySize + kLongestComment));
  std::vector<std::byte> tail(tail_size);
  if (!file_->read(size - tail_size, tail)) {
    damage_ = damage_at(size - tail_size, "a read error", "readable content");
    return;
  }
  for (std::size_t back = kEndOfDirectorySize; back <= tail_size; ++back) {
    const std::byte* const at = tail.data() + tail_size - back;
    const u64 end = size - back;
    // The comment must end with the file or before zeros at the file's end: the signature may also
    // occur inside a comment.
    const u64 comment_end = end + kEndOfDirectorySize + load_le<u16>(at + 20);
    if (load_le<u32>(at) != kEndOfDirectory || comment_end < used || comment_end > file_->size()) {
      continue;
    }
    const u32 count = load_le<u16>(at + 10);
    const u64 directory_size = load_le<u32>(at + 12);
    const u64 offset = load_le<u32>(at + 16);
    if (count == kIn64Bits16 || directory_size == kIn64Bits32 || offset == kIn64Bits32) {
      damage_ = damage_at(end, "a zip64 archive", "a zip archive of less than 4 GiB");
      damage_->hint = "unpack it first";
    } else if (load_le<u16>(at + 4) != 0 || load_le<u16>(at + 6) != 0) {
      damage_ = damage_at(end, "one part of an archive in several", "an archive in one file");
      damage_->hint = "join the parts first";
    } else if (offset > end || directory_size > end - offset) {
      damage_ = damage_at(end, "a directory that lies outside the file", "one inside it");
    } else if (directory_size > kMaxZipDirectory) {
      damage_ = damage_at(offset, "a directory of " + counted(directory_size, "byte"),
                          "at most " + grouped(kMaxZipDirectory));
    } else {
      std::vector<std::byte> directory(static_cast<std::size_t>(directory_size));
      damage_ = file_->read(offset, directory)
                    ? parse_directory(directory, offset, count)
                    : damage_at(offset, "a read error", "readable content");
    }
    return;
  }
  damage_ = damage_at(file_->size(), "the end of the file",
                      "the directory at a zip archive's end before it");
  std::array<std::byte, kMagicBytes> beginning{};
  if (file_->read(0, beginning) && is_compressed(beginning)) {
    damage_ = damage_at(0, "an archive that is packed once more", "a zip archive");
    damage_->hint = "unpack it first";
  }
}

std::optional<Damage> ZipArchive::parse_directory(Bytes directory, u64 directory_offset,
                                                  u32 count) {
  const std::size_t size = directory.size();
  std::size_t at = 0;
  for (u32 i = 0; i < count; ++i) {
    if (size - at < kDirectoryEntrySize || load_le<u32>(directory.data() + at) != kDirectoryEntry) {
      return damage_at(directory_offset + at, "no directory entry",
                       "entry " + std::to_string(i + 1) + " of " + std::to_string(count));
    }
    const std::byte* const record = directory.data() + at;
    const std::size_t name_size = load_le<u16>(record + 28);
    const std::size_t extra_size = load_le<u16>(record + 30);
    const std::size_t comment_size = load_le<u16>(record + 32);
    const std::size_t whole = kDirectoryEntrySize + name_size + extra_size + comment_size;
    if (size - at < whole) {
      return damage_at(directory_offset + at, "a directory entry that leaves the directory",
                       "one inside it");
    }
    entries_.push_back(
        {.name{reinterpret_cast<const char*>(record + kDirectoryEntrySize), name_size},
         .header_offset = load_le<u32>(record + 42),
         .packed_size = load_le<u32>(record + 20),
         .size = load_le<u32>(record + 24),
         .crc32 = load_le<u32>(record + 16),
         .method = load_le<u16>(record + 10),
         .flags = load_le<u16>(record + 8)});
    at += whole;
  }
  return {};
}

std::unique_ptr<ByteSource> ZipArchive::open(const ZipEntry& entry) const {
  const auto refuse = [&](u64 offset, std::string found, std::string expected, std::string hint) {
    return damaged_source({.file = path_ + ":" + entry.name,
                           .offset = offset,
                           .found = std::move(found),
                           .expected = std::move(expected),
                           .hint = std::move(hint)});
  };
  if ((entry.flags & kFlagEncrypted) != 0) {
    return refuse(0, "an encrypted entry", "one in the clear", "unpack it first");
  }
  if (entry.method != kMethodStored && entry.method != kMethodDeflated) {
    return refuse(0, "compression method " + std::to_string(entry.method),
                  "0 (stored) or 8 (deflated)", "unpack it first");
  }
  if (entry.packed_size == kIn64Bits32 || entry.size == kIn64Bits32 ||
      entry.header_offset == kIn64Bits32) {
    return refuse(0, "a zip64 entry", "one of less than 4 GiB", "unpack it first");
  }
  std::array<std::byte, kLocalHeaderSize> header{};
  if (!file_->read(entry.header_offset, header) || load_le<u32>(header.data()) != kLocalHeader) {
    return refuse(0, "no entry where the archive's directory says", "a local header", kFetchAgain);
  }
  const u64 content = entry.header_offset + kLocalHeaderSize + load_le<u16>(header.data() + 26) +
                      load_le<u16>(header.data() + 28);
  if (content > file_->size() || entry.packed_size > file_->size() - content) {
    return refuse(0, "an entry that leaves the archive", "one inside it", kFetchAgain);
  }
  return std::make_unique<ZipEntrySource>(path_ + ":" + entry.name, file_, entry, content,
                                          max_ratio_);
}

bool looks_like_zip(Bytes beginning) {
  if (beginning.size() < sizeof(u32)) return false;
  const u32 magic = load_le<u32>(beginning.data());
  return magic == kLocalHeader || magic == kEndOfDirectory;  // the latter: an empty archive
}

std::unique_ptr<ByteSource> damaged_source(Damage damage) {
  return std::make_unique<DamagedSource>(std::move(damage));
}

}  // namespace tapedeck::feeds
