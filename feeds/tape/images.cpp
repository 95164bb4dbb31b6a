#include "feeds/tape/images.hpp"

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

void keep(const IndexEntry& entry, std::vector<IndexEntry>& images) {
  if (entry.kind == FrameKind::image && images.size() < kMostImages) images.push_back(entry);
}

// Nothing where the index is not whole.
std::optional<std::vector<IndexEntry>> images_by_index(std::unique_ptr<ByteSource> tape) {
  const auto trailer = trailer_of(*tape);
  if (!trailer) return {};
  const std::unique_ptr<ByteSource> frames = unpacked_frames(std::move(tape));
  if (!frames->seek(trailer->index_offset)) return {};
  std::vector<IndexEntry> images;
  for (u64 seen = 0; seen < trailer->entries;) {
    const auto header = next_frame(*frames);
    if (!header || header->kind != FrameKind::index || header->tape_id != trailer->tape_id ||
        header->size < kIndexEntryBytes) {
      return {};
    }
    const std::byte* const entries = frames->window().data() + kFrameHeaderBytes;
    for (std::size_t i = 0; i < header->size / kIndexEntryBytes; ++i, ++seen) {
      keep(load_index_entry(entries + i * kIndexEntryBytes), images);
    }
    frames->consume(kFrameHeaderBytes + header->size);
  }
  return images;
}

// Up to the first place where no frame is: whoever reads from there on will say what is there.
std::vector<IndexEntry> images_by_frames(std::unique_ptr<ByteSource> tape) {
  std::vector<IndexEntry> images;
  u64 at = kFileHeaderBytes;
  while (tape->seek(at) && tape->ensure(kFrameHeaderBytes)) {
    const auto header = load_frame_header(tape->window().data());
    if (!header) break;
    if (header->kind == FrameKind::image && header->messages == 0) {
      keep({at, header->number, header->kind, header->first, header->last, header->first_time,
            header->last_time},
           images);
    }
    at += kFrameHeaderBytes + header->stored;
  }
  return images;
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

bool is_whole(const IndexEntry& image, const Reopen& reopen) {
  std::unique_ptr<ByteSource> tape = reopen();
  if (tape == nullptr) return false;
  const std::unique_ptr<ByteSource> frames = unpacked_frames(std::move(tape));
  if (!frames->seek(image.offset)) return false;
  for (u32 frame = 0;; ++frame) {
    const auto header = next_frame(*frames);
    const bool next_of_it = header && header->kind == FrameKind::image &&
                            header->messages == frame && header->first == image.first &&
                            header->number == image.number && header->size >= kImageHeadBytes;
    if (!next_of_it) return false;
    if (is_last_of_image(frames->window().subspan(kFrameHeaderBytes))) return true;
    frames->consume(kFrameHeaderBytes + header->size);
  }
}

}  // namespace tapedeck::tape
