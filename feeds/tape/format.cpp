#include "feeds/tape/format.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>

#include <xxhash.h>

namespace tapedeck::tape {
namespace {

// Contains a byte above 0x7F, both kinds of line ends, and the end-of-file character of old
// systems, all of which a transfer in text mode would change. As in PNG.
constexpr std::array<std::byte, 8> kFileMagic{std::byte{0xF4}, std::byte{'T'}, std::byte{'A'},
                                              std::byte{'P'},  std::byte{'E'}, std::byte{'\r'},
                                              std::byte{'\n'}, std::byte{0x1A}};
constexpr std::array<std::byte, 4> kTrailerMagic{std::byte{'T'}, std::byte{'P'}, std::byte{'E'},
                                                 std::byte{kVersion}};

// Writes fields one after another, little-endian.
class FieldWriter {
 public:
  explicit FieldWriter(std::byte* at) : at_(at) {}
  template <std::unsigned_integral T>
  void put(T value) {
    store_le(at_, value);
    at_ += sizeof value;
  }
  void put(Nanos value) { put(static_cast<u64>(value.value)); }
  void put(Bytes bytes) { at_ = std::ranges::copy(bytes, at_).out; }
  [[nodiscard]] const std::byte* at() const { return at_; }

 private:
  std::byte* at_;
};

class FieldReader {
 public:
  explicit FieldReader(const std::byte* at) : at_(at) {}
  template <std::unsigned_integral T>
  void get(T& value) {
    value = load_le<T>(at_);
    at_ += sizeof value;
  }
  void get(Nanos& value) {
    u64 raw = 0;
    get(raw);
    value = {static_cast<i64>(raw)};
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void get(Enum& value) {
    u8 raw = 0;
    get(raw);
    value = static_cast<Enum>(raw);
  }
  void skip(std::size_t count) { at_ += count; }

 private:
  const std::byte* at_;
};

// The last eight bytes of a header are the hash of those before.
void seal(std::byte* at, std::size_t size) {
  store_le(at + size - sizeof(u64), hash_of({at, size - sizeof(u64)}));
}

bool is_sealed(const std::byte* at, std::size_t size) {
  return load_le<u64>(at + size - sizeof(u64)) == hash_of({at, size - sizeof(u64)});
}

bool is_known(Content content) {
  return content == Content::itch50 || content == Content::events;
}

// In a checkpoint, the hash takes the place of the first time.
template <class Frame>
void put_first_time(FieldWriter& writer, const Frame& frame) {
  if (frame.kind == FrameKind::checkpoint) return writer.put(frame.channel_hash);
  writer.put(frame.first_time);
}
template <class Frame>
void get_first_time(FieldReader& reader, Frame& frame) {
  if (frame.kind == FrameKind::checkpoint) return reader.get(frame.channel_hash);
  reader.get(frame.first_time);
}

// True when every time of the day after this midnight fits 64 bits.
bool is_midnight(Nanos time) {
  constexpr i64 kFarthest = i64{1} << 62;
  return time.value > -kFarthest && time.value < kFarthest;
}

}  // namespace

std::size_t find_frame(Bytes bytes) {
  const void* const found =
      ::memmem(bytes.data(), bytes.size(), kFrameMagic.data(), kFrameMagic.size());
  if (found == nullptr) return bytes.size();
  return static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data());
}

u64 hash_of(Bytes bytes, u64 seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::string_view name_of(Content content) {
  return content == Content::itch50 ? "itch50" : "events";
}

void store(std::byte* at, const FileHeader& header) {
  std::fill_n(at, kFileHeaderBytes, std::byte{0});
  FieldWriter writer{at};
  writer.put(Bytes{kFileMagic});
  writer.put(header.version);
  writer.put(static_cast<u16>(kFileHeaderBytes));
  writer.put(static_cast<u8>(header.content));
  const std::string_view format = header.format.substr(0, FileHeader::kMaxFormat);
  writer.put(static_cast<u8>(format.size()));
  writer.put(static_cast<u8>(header.undated));
  writer.put(u8{0});
  writer.put(header.tape_id);
  writer.put(header.midnight);
  writer.put(as_bytes_of(format));
  assert(writer.at() <= at + kFileHeaderBytes - sizeof(u64));
  seal(at, kFileHeaderBytes);
}

void store(std::byte* at, const FrameHeader& header) {
  FieldWriter writer{at};
  writer.put(Bytes{kFrameMagic});
  writer.put(static_cast<u8>(header.kind));
  writer.put(static_cast<u8>(header.content));
  writer.put(static_cast<u8>(header.packing));
  writer.put(header.flags);
  writer.put(header.tape_id);
  writer.put(header.number);
  writer.put(header.messages);
  writer.put(header.stored);
  writer.put(header.size);
  writer.put(header.first);
  writer.put(header.last);
  put_first_time(writer, header);
  writer.put(header.last_time);
  writer.put(header.midnight);
  writer.put(header.offset);
  writer.put(header.content_hash);
  assert(writer.at() == at + kFrameHeaderBytes - sizeof(u64));
  seal(at, kFrameHeaderBytes);
}

void store(std::byte* at, const IndexEntry& entry) {
  FieldWriter writer{at};
  writer.put(entry.offset);
  writer.put(entry.number);
  writer.put(static_cast<u8>(entry.kind));
  writer.put(u8{0});
  writer.put(u16{0});
  writer.put(entry.first);
  writer.put(entry.last);
  put_first_time(writer, entry);
  writer.put(entry.last_time);
  assert(writer.at() == at + kIndexEntryBytes);
}

void store(std::byte* at, const Trailer& trailer) {
  FieldWriter writer{at};
  writer.put(Bytes{kTrailerMagic});
  writer.put(u32{0});
  writer.put(trailer.tape_id);
  writer.put(trailer.index_offset);
  writer.put(trailer.entries);
  assert(writer.at() == at + kTrailerBytes - sizeof(u64));
  seal(at, kTrailerBytes);
}

bool is_tape(Bytes beginning) {
  return beginning.size() >= kFileMagic.size() + sizeof(u16) &&
         std::ranges::equal(beginning.first(kFileMagic.size()), kFileMagic);
}

std::optional<u16> foreign_version(Bytes beginning) {
  if (beginning.size() < kFileHeaderBytes || !is_sealed(beginning.data(), kFileHeaderBytes)) {
    return {};
  }
  const u16 version = load_le<u16>(beginning.data() + kFileMagic.size());
  if (version == kVersion) return {};
  return version;
}

std::optional<FileHeader> load_file_header(const std::byte* at) {
  if (!is_tape({at, kFileHeaderBytes}) || !is_sealed(at, kFileHeaderBytes)) return {};
  FieldReader reader{at + kFileMagic.size()};
  FileHeader header;
  u16 size = 0;
  u8 format_size = 0;
  reader.get(header.version);
  reader.get(size);
  reader.get(header.content);
  reader.get(format_size);
  u8 undated = 0;
  reader.get(undated);
  header.undated = undated != 0;
  reader.skip(1);
  reader.get(header.tape_id);
  reader.get(header.midnight);
  constexpr std::size_t kFormatAt = 32;
  if (header.version != kVersion || size != kFileHeaderBytes || !is_midnight(header.midnight) ||
      !is_known(header.content) || format_size > FileHeader::kMaxFormat) {
    return {};
  }
  header.format = {reinterpret_cast<const char*>(at) + kFormatAt, format_size};
  return header;
}

FileHeader load_contents(Bytes beginning) {
  FileHeader contents;
  if (beginning.size() < kFileHeaderBytes) return contents;
  if (const auto header = load_file_header(beginning.data())) return *header;
  if (beginning.size() < kFileHeaderBytes + kFrameHeaderBytes) return contents;
  const auto frame = load_frame_header(beginning.data() + kFileHeaderBytes);
  if (!frame) return contents;
  contents.content = frame->content;
  contents.tape_id = frame->tape_id;
  contents.midnight = frame->midnight;
  contents.undated = frame->midnight.value == 0;
  return contents;
}

FrameHeader load_checked_header(const std::byte* at) {
  FieldReader reader{at + kFrameMagic.size()};
  FrameHeader header;
  reader.get(header.kind);
  reader.get(header.content);
  reader.get(header.packing);
  reader.get(header.flags);
  reader.get(header.tape_id);
  reader.get(header.number);
  reader.get(header.messages);
  reader.get(header.stored);
  reader.get(header.size);
  reader.get(header.first);
  reader.get(header.last);
  get_first_time(reader, header);
  reader.get(header.last_time);
  reader.get(header.midnight);
  reader.get(header.offset);
  reader.get(header.content_hash);
  return header;
}

std::optional<FrameHeader> load_frame_header(const std::byte* at) {
  if (!std::ranges::equal(Bytes{at, kFrameMagic.size()}, kFrameMagic)) return {};
  if (!is_sealed(at, kFrameHeaderBytes)) return {};
  const FrameHeader header = load_checked_header(at);
  // The hash is valid, so this is what the writer wrote. Its values are checked nevertheless.
  const bool sizes = header.size <= kMaxContent && header.stored <= kMaxStored &&
                     (header.packing == Packing::zstd ||
                      (header.packing == Packing::none && header.stored == header.size));
  const bool range = header.first >= 1 && header.last >= header.first - 1 &&
                     header.last != std::numeric_limits<Sequence>::max();
  const bool kind = header.kind >= FrameKind::data && header.kind <= kLastFrameKind;
  if (!sizes || !range || !kind || !is_midnight(header.midnight) || !is_known(header.content))
    return {};
  return header;
}

std::optional<Trailer> load_trailer(const std::byte* at) {
  if (!std::ranges::equal(Bytes{at, kTrailerMagic.size()}, kTrailerMagic)) return {};
  if (!is_sealed(at, kTrailerBytes)) return {};
  FieldReader reader{at + kTrailerMagic.size() + sizeof(u32)};
  Trailer trailer;
  reader.get(trailer.tape_id);
  reader.get(trailer.index_offset);
  reader.get(trailer.entries);
  return trailer;
}

IndexEntry entry_of(const FrameHeader& header) {
  return {header.offset, header.number,     header.kind,      header.first,
          header.last,   header.first_time, header.last_time, header.channel_hash};
}

IndexEntry load_index_entry(const std::byte* at) {
  FieldReader reader{at};
  IndexEntry entry;
  reader.get(entry.offset);
  reader.get(entry.number);
  reader.get(entry.kind);
  reader.skip(3);
  reader.get(entry.first);
  reader.get(entry.last);
  get_first_time(reader, entry);
  reader.get(entry.last_time);
  return entry;
}

}  // namespace tapedeck::tape
