#include "feeds/tape/images.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/core/error.hpp"
#include "feeds/tape/frame_source.hpp"

namespace tapedeck::tape {
namespace {

using feeds::ByteSource;

// The next frame, checked and unpacked, in the window; its header, or nothing at the end.
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

// Only images, and of those only first frames.
void keep(const IndexEntry& entry, std::vector<IndexEntry>& images) {
  if (entry.kind == FrameKind::image && images.size() < kMostImages) images.push_back(entry);
}

// Nothing where the index is not whole, or not in order.
std::optional<std::vector<IndexEntry>> images_by_index(std::unique_ptr<ByteSource> tape) {
  const auto trailer = trailer_of(*tape);
  if (!trailer) return {};
  const std::unique_ptr<ByteSource> frames = unpacked_frames(std::move(tape));
  if (!frames->seek(trailer->index_offset)) return {};
  std::vector<IndexEntry> images;
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
      keep(entry, images);
      newest = entry;
    }
    frames->consume(kFrameHeaderBytes + header->size);
  }
  return images;
}

// The header of a frame that was written where it stands.
std::optional<FrameHeader> header_at(ByteSource& tape, u64 offset) {
  if (!tape.seek(offset) || !tape.ensure(kFrameHeaderBytes)) return {};
  const auto header = load_frame_header(tape.window().data());
  return header && header->offset == offset ? header : std::nullopt;
}

// The next frame behind a place where none is.
std::optional<FrameHeader> next_header(ByteSource& tape, u64 offset) {
  if (!tape.seek(offset + 1)) return {};
  while (tape.ensure(kFrameHeaderBytes)) {
    const Bytes window = tape.window();
    const std::size_t found = find_frame(window);
    if (found != 0) {
      // The beginning of one may be the window's last bytes.
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

std::vector<IndexEntry> images_by_frames(std::unique_ptr<ByteSource> tape) {
  std::vector<IndexEntry> images;
  u64 at = kFileHeaderBytes;
  while (true) {
    auto header = header_at(*tape, at);
    if (!header) header = next_header(*tape, at);
    if (!header) return images;
    if (header->messages == 0) keep(entry_of(*header), images);
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
    } catch (const UsageError&) {
      return nullptr;
    }
  };
}

std::vector<IndexEntry> images_of(const Reopen& reopen) {
  for (const bool by_index : {true, false}) {
    std::unique_ptr<ByteSource> tape = reopen();
    if (tape == nullptr) return {};
    if (!by_index) return images_by_frames(std::move(tape));
    if (auto images = images_by_index(std::move(tape))) return *std::move(images);
  }
  return {};
}

ImageState state_of(const IndexEntry& image, const Reopen& reopen) {
  const std::unique_ptr<ByteSource> tape = reopen();
  if (tape == nullptr || !tape->ensure(kFileHeaderBytes)) return ImageState::broken;
  const auto of_tape = load_file_header(tape->window().data());
  u64 at = image.offset;
  for (u32 frame = 0;; ++frame) {
    const auto header = header_at(*tape, at);
    const bool is_next = header && header->kind == FrameKind::image && header->messages == frame &&
                         header->first == image.first && header->last == image.first - 1 &&
                         header->number == image.number;
    const bool is_foreign = of_tape && header && header->tape_id != of_tape->tape_id;
    if (!is_next || is_foreign || (frame == 0 && entry_of(*header) != image))
      return ImageState::broken;
    if (!matches_its_check(*tape, *header)) return ImageState::broken;
    if ((header->flags & kLastOfImage) != 0) {
      return (header->flags & kRenamed) != 0 ? ImageState::renamed : ImageState::whole;
    }
    at += kFrameHeaderBytes + header->stored;
  }
}

bool is_sound_before(const IndexEntry& image, const Reopen& reopen) {
  const std::unique_ptr<ByteSource> tape = reopen();
  if (tape == nullptr || !tape->ensure(kFileHeaderBytes)) return false;
  const auto of_tape = load_file_header(tape->window().data());
  if (!of_tape) return false;
  tape->consume(kFileHeaderBytes);
  u64 number = 0;
  Sequence next = 1;
  while (tape->offset() < image.offset) {
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
  return tape->offset() == image.offset && next <= image.first && number == image.number;
}

}  // namespace tapedeck::tape
