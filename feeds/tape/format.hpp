// The tape's byte layout: its header, frame headers, index and trailer. tape.md, beside this file,
// describes it. Pure functions; any thread; no allocation.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "engine/core/bytes.hpp"
#include "engine/core/types.hpp"

namespace tapedeck::tape {

inline constexpr u16 kVersion = 1;

/// The most bytes of a frame's uncompressed content. A reader must hold the content in memory. The
/// content and the frame's header fit into a byte source's window together.
inline constexpr std::size_t kMaxContent = std::size_t{512} << 10;
/// The most bytes of a compressed frame: content that cannot be compressed, and the bytes that zstd
/// adds.
inline constexpr std::size_t kMaxStored = kMaxContent + (std::size_t{4} << 10);

inline constexpr std::size_t kFileHeaderBytes = 64;
inline constexpr std::size_t kFrameHeaderBytes = 96;
inline constexpr std::size_t kIndexEntryBytes = 48;
inline constexpr std::size_t kTrailerBytes = 40;

/// The kind of records in a data frame.
enum class Content : u8 {
  itch50 = 1,  // messages as they were on the wire, and out-of-band records between them
  events = 2   // the engine's own events
};
[[nodiscard]] std::string_view name_of(Content content);

/// The kind of an out-of-band record. In an itch50 frame, a message length of 0 precedes such a
/// record.
enum class OutOfBand : u8 {
  skip = 1,  // a varint: so many of the next message numbers are not on the tape
  event = 2  // an event that comes from no message, encoded after a reset()
};

enum class FrameKind : u8 {
  data = 1,
  end = 2,         // the channel's result; only the index follows
  index = 3,       // the positions of the frames
  checkpoint = 4,  // part of a checkpoint, where a reader may begin
  bad = 255        // never in a file: a reader's report of an unusable part
};

/// A reader skips frames of unknown kinds up to this one, because such frames hold none of the
/// channel's messages.
inline constexpr FrameKind kLastFrameKind{127};
[[nodiscard]] constexpr bool is_numbered(FrameKind kind) {
  return kind == FrameKind::data || kind == FrameKind::end;
}

/// The kind of records in a checkpoint frame.
enum class CheckpointPart : u8 {
  decoder_state = 1,  // the channel decoder's; a 16-bit big-endian length before each record
  books = 2           // events, as in a data frame
};
/// The size of the CheckpointPart, which precedes the records of a checkpoint frame.
inline constexpr std::size_t kCheckpointHeadBytes = 1;
/// Bit of a checkpoint frame's flags: the frame is the last of its checkpoint.
inline constexpr u8 kLastOfCheckpoint = 1;
/// Bit of a checkpoint frame's flags: an instrument was renamed before this checkpoint. A reader
/// that wants only some symbols cannot begin here.
inline constexpr u8 kRenamed = 2;

enum class Packing : u8 { none = 0, zstd = 1 };

/// The first kFileHeaderBytes of a tape.
struct FileHeader {
  u16 version = kVersion;
  Content content = Content::events;
  bool undated = false;       // times count from a midnight of an unknown day
  u64 tape_id = 0;            // of this recording; every frame repeats it
  Nanos midnight{0};          // of the source's first file, if it has one
  std::string_view format{};  // of the source, at most kMaxFormat bytes
  static constexpr std::size_t kMaxFormat = 24;
};

/// The header before every frame's content.
struct FrameHeader {
  FrameKind kind = FrameKind::data;
  Content content = Content::events;
  Packing packing = Packing::none;
  u8 flags = 0;  // of a checkpoint frame; else 0
  u64 tape_id = 0;
  // Data and closing frames are numbered from 0. A frame of another kind has the number of the next
  // data or closing frame.
  u32 number = 0;
  u32 messages = 0;  // the number of messages; in a checkpoint, the index of this frame, from 0
  u32 stored = 0;    // bytes that follow this header
  u32 size = 0;      // bytes of the uncompressed content
  // The range of the channel's message numbers that this frame covers. Without a loss, the range
  // begins where the previous frame's range ended. An empty range has last = first - 1.
  Sequence first = 1;
  Sequence last = 0;
  Nanos first_time{0};   // of the frame's first event; unused by checkpoints
  u64 channel_hash = 0;  // of a checkpoint, see IndexEntry
  Nanos last_time{0};    // channel time after the frame's last event: the newest so far
  Nanos midnight{0};     // what the messages' own times count from
  u64 offset = 0;        // position of this header in the file when it was written
  u64 content_hash = 0;  // XXH3-64 of the stored bytes
};

struct IndexEntry {
  u64 offset = 0;
  u32 number = 0;
  FrameKind kind = FrameKind::data;
  Sequence first = 0, last = 0;
  Nanos first_time{0}, last_time{0};
  // A hash of all events of the channel before a checkpoint. Only checkpoints have it; on the tape,
  // it takes the place of first_time. If two channels have equal hashes, they had the same events
  // up to their checkpoints.
  u64 channel_hash = 0;
  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};
/// Returns a frame's entry in the index.
[[nodiscard]] IndexEntry entry_of(const FrameHeader& header);

/// The last kTrailerBytes of a closed tape.
struct Trailer {
  u64 tape_id = 0;
  u64 index_offset = 0;  // of the first index frame
  u64 entries = 0;
};

void store(std::byte* at, const FileHeader& header);
void store(std::byte* at, const FrameHeader& header);
void store(std::byte* at, const IndexEntry& entry);
void store(std::byte* at, const Trailer& trailer);

/// Returns true if a tape of any version begins with these bytes.
[[nodiscard]] bool is_tape(Bytes beginning);
/// Returns the tape's version if it is not kVersion; empty otherwise. All versions have the version
/// and the header's hash at the same positions. The hash is checked first, so that a damaged header
/// is not taken for another version. Requires is_tape(beginning).
[[nodiscard]] std::optional<u16> foreign_version(Bytes beginning);
/// load_file_header(), load_frame_header() and load_trailer() return empty when the bytes are
/// invalid. `at` must have as many bytes as the structure has on a tape.
/// The `format` of a returned FileHeader points into `at`.
[[nodiscard]] std::optional<FileHeader> load_file_header(const std::byte* at);
/// Returns the file header from a tape's first bytes. If the file header is damaged, returns the
/// fields that the first frame's header repeats; if that header is damaged too, returns the
/// defaults. Requires is_tape(beginning). `beginning` may end anywhere.
[[nodiscard]] FileHeader load_contents(Bytes beginning);
[[nodiscard]] std::optional<FrameHeader> load_frame_header(const std::byte* at);
/// Loads the header of a frame that has already been checked, see frame_source.hpp.
[[nodiscard]] FrameHeader load_checked_header(const std::byte* at);
[[nodiscard]] std::optional<Trailer> load_trailer(const std::byte* at);
[[nodiscard]] IndexEntry load_index_entry(const std::byte* at);

/// The first bytes of every frame. A reader searches for them after damage.
inline constexpr std::array<std::byte, 4> kFrameMagic{std::byte{'T'}, std::byte{'P'},
                                                      std::byte{'F'}, std::byte{kVersion}};

/// Returns the position of the first kFrameMagic in `bytes`; bytes.size() if there is none.
[[nodiscard]] std::size_t find_frame(Bytes bytes);

[[nodiscard]] u64 hash_of(Bytes bytes, u64 seed = 0);

}  // namespace tapedeck::tape
