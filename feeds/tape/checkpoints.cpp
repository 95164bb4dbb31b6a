#include "feeds/tape/checkpoints.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/core/error.hpp"
#include "feeds/tape/frame_source.hpp"

namespace tapedeck::tape {
namespace {

using feeds::ByteSource;

// Brings the next frame, checked and unpacked, into the window. Returns its header; nothing at the
// end.
std::optional<FrameHeader> next_frame(ByteSource& frames) {
  if (!frames.ensure(kFrameHeaderBytes)) return {};
  const FrameHeader header = load_checked_header(frames.window().data());
  if (!frames.ensure(kFrameHeaderBytes + header.size)) return {};
  return header;
}

std::optional<Trailer> trailer_of(ByteSource& tape) {
  const u64 size = tape.raw_bytes_total();
  if (size < kFileHeaderBytes + kTrailerBytes || !tape.seek(size - kTrailerBytes) ||
      !tape.ensure(kTrailerBytes)) {
    return {};
  }
  return load_trailer(tape.window().data());
}

// Keeps the entries of checkpoints. Callers pass only a checkpoint's first frame.
void keep(const IndexEntry& entry, std::vector<IndexEntry>& checkpoints) {
  if (entry.kind == FrameKind::checkpoint && checkpoints.size() < kMostCheckpoints)
    checkpoints.push_back(entry);
}

// Returns nothing when the index is incomplete or not in order.
std::optional<std::vector<IndexEntry>> checkpoints_by_index(std::unique_ptr<ByteSource> tape) {
  const auto trailer = trailer_of(*tape);
  if (!trailer) return {};
  const std::unique_ptr<ByteSource> frames = unpacked_frames(std::move(tape));
  if (!frames->seek(trailer->index_offset)) return {};
  std::vector<IndexEntry> checkpoints;
  IndexEntry newest;
  for (u64 seen = 0; seen < trailer->entries;) {
    const auto header = next_frame(*frames);
    if (!header || header->kind != FrameKind::index || header->tape_id != trailer->tape_id ||
        header->size < kIndexEntryBytes) {
      return {};
    }
    const std::byte* const entries = frames->window().data() + kFrameHeaderBytes;
    for (std::size_t i = 0; i < header->size / kIndexEntryBytes; ++i, ++seen) {
      const IndexEntry entry = load_index_entry(entries + i * kIndexEntryBytes);
      const bool in_order = entry.offset > newest.offset && entry.last >= newest.last;
      if (!in_order) return {};
      keep(entry, checkpoints);
      newest = entry;
    }
    frames->consume(kFrameHeaderBytes + header->size);
  }
  return checkpoints;
}

// Returns the header of a frame at `offset`, if it was written there.
std::optional<FrameHeader> header_at(ByteSource& tape, u64 offset) {
  if (!tape.seek(offset) || !tape.ensure(kFrameHeaderBytes)) return {};
  const auto header = load_frame_header(tape.window().data());
  return header && header->offset == offset ? header : std::nullopt;
}

// Returns the header of the next frame behind an offset that has none.
std::optional<FrameHeader> next_header(ByteSource& tape, u64 offset) {
  if (!tape.seek(offset + 1)) return {};
  while (tape.ensure(kFrameHeaderBytes)) {
    const Bytes window = tape.window();
    const std::size_t found = find_frame(window);
    if (found != 0) {
      // A frame may begin with the window's last bytes.
      const bool none = found == window.size();
      tape.consume(none ? window.size() - (kFrameMagic.size() - 1) : found);
      continue;
    }
    const auto header = load_frame_header(window.data());
    if (header && header->offset == tape.offset()) return header;
    tape.consume(1);
  }
  return {};
}

std::vector<IndexEntry> checkpoints_by_frames(std::unique_ptr<ByteSource> tape) {
  std::vector<IndexEntry> checkpoints;
  u64 at = kFileHeaderBytes;
  while (true) {
    auto header = header_at(*tape, at);
    if (!header) header = next_header(*tape, at);
    if (!header) return checkpoints;
    if (header->messages == 0) keep(entry_of(*header), checkpoints);
    at = header->offset + kFrameHeaderBytes + header->stored;
  }
}

bool matches_its_check(ByteSource& tape, const FrameHeader& header) {
  const std::size_t whole = kFrameHeaderBytes + header.stored;
  return tape.ensure(whole) &&
         hash_of(tape.window().subspan(kFrameHeaderBytes, header.stored)) == header.content_hash;
}

}  // namespace

Reopen reopening(std::string path) {
  return [path = std::move(path)]() -> std::unique_ptr<ByteSource> {
    try {
      return feeds::open_source(path);
    } catch (const ConfigError&) {
      return nullptr;
    }
  };
}

std::vector<IndexEntry> checkpoints_of(const Reopen& reopen) {
  for (const bool by_index : {true, false}) {
    std::unique_ptr<ByteSource> tape = reopen();
    if (tape == nullptr) return {};
    if (!by_index) return checkpoints_by_frames(std::move(tape));
    if (auto checkpoints = checkpoints_by_index(std::move(tape))) return *std::move(checkpoints);
  }
  return {};
}

CheckpointState state_of(const IndexEntry& checkpoint, const Reopen& reopen) {
  const std::unique_ptr<ByteSource> tape = reopen();
  if (tape == nullptr || !tape->ensure(kFileHeaderBytes)) return CheckpointState::broken;
  const auto of_tape = load_file_header(tape->window().data());
  u64 at = checkpoint.offset;
  for (u32 frame = 0;; ++frame) {
    const auto header = header_at(*tape, at);
    const bool is_next = header && header->kind == FrameKind::checkpoint &&
                         header->messages == frame && header->first == checkpoint.first &&
                         header->last == checkpoint.first - 1 &&
                         header->number == checkpoint.number;
    const bool is_foreign = of_tape && header && header->tape_id != of_tape->tape_id;
    if (!is_next || is_foreign || (frame == 0 && entry_of(*header) != checkpoint))
      return CheckpointState::broken;
    if (!matches_its_check(*tape, *header)) return CheckpointState::broken;
    if ((header->flags & kLastOfCheckpoint) != 0) {
      return (header->flags & kRenamed) != 0 ? CheckpointState::renamed : CheckpointState::whole;
    }
    at += kFrameHeaderBytes + header->stored;
  }
}

bool is_sound_before(const IndexEntry& checkpoint, const Reopen& reopen) {
  const std::unique_ptr<ByteSource> tape = reopen();
  if (tape == nullptr || !tape->ensure(kFileHeaderBytes)) return false;
  const auto of_tape = load_file_header(tape->window().data());
  if (!of_tape) return false;
  tape->consume(kFileHeaderBytes);
  u64 number = 0;
  Sequence next = 1;
  while (tape->offset() < checkpoint.offset) {
    if (!tape->ensure(kFrameHeaderBytes)) return false;
    const auto header = load_frame_header(tape->window().data());
    if (!header || header->tape_id != of_tape->tape_id || !matches_its_check(*tape, *header)) {
      return false;
    }
    if (is_numbered(header->kind)) {
      if (header->number != number++ || header->first < next) return false;
      next = header->last + 1;
    }
    tape->consume(kFrameHeaderBytes + header->stored);
  }
  return tape->offset() == checkpoint.offset && next <= checkpoint.first &&
         number == checkpoint.number;
}

}  // namespace tapedeck::tape
