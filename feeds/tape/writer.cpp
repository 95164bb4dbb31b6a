#include "feeds/tape/writer.hpp"

#include <algorithm>
#include <array>
#include <new>

#include <zstd.h>

namespace tapedeck::tape {
namespace {

constexpr int kFastLevel = -1;
constexpr int kSmallLevel = 3;

// For `fast`: a hash table that fits the L1 cache, and matches of at least kMinMatch bytes. On ITCH
// data that is a third faster than zstd's own level -1, at 0.49 of the size instead of 0.44. The
// steps are zstd's target length: larger steps where nothing matches are faster, and compress less
// (0.68).
constexpr int kHashLog = 10;
constexpr int kMinMatch = 6;
constexpr int kSteps = 1;
constexpr int kHastySteps = 4;

}  // namespace

void TapeWriter::CompressorDeleter::operator()(ZSTD_CCtx_s* context) const {
  ZSTD_freeCCtx(context);
}

TapeWriter::TapeWriter(ByteSink& sink, const FileHeader& header, Compress compress)
    : sink_(sink),
      content_(header.content),
      tape_id_(header.tape_id),
      compress_(compress),
      frame_(kFrameHeaderBytes + kMaxStored) {
  if (compress_ != Compress::none) {
    compressor_.reset(ZSTD_createCCtx());
    if (compressor_ == nullptr) throw std::bad_alloc{};
    const auto set = [this](ZSTD_cParameter parameter, int value) {
      ZSTD_CCtx_setParameter(compressor_.get(), parameter, value);
    };
    set(ZSTD_c_compressionLevel, compress_ == Compress::fast ? kFastLevel : kSmallLevel);
    if (compress_ == Compress::fast) {
      set(ZSTD_c_hashLog, kHashLog);
      set(ZSTD_c_minMatch, kMinMatch);
    }
  }
  std::array<std::byte, kFileHeaderBytes> bytes{};
  store(bytes.data(), header);
  sink_.append(bytes);
  counters_.file_bytes = bytes.size();
}

TapeWriter::~TapeWriter() = default;

FrameHeader TapeWriter::write(const Chunk& chunk, Backlog backlog) {
  FrameHeader header;
  header.kind = chunk.kind;
  header.messages = chunk.messages;
  header.first = chunk.first;
  header.last = std::max(chunk.last, chunk.first - 1);
  header.first_time = chunk.first_time;
  header.last_time = chunk.last_time;
  header.midnight = chunk.midnight;
  header.number = next_number_++;
  note_in_index(header);
  write_frame(header, chunk.content, backlog);
  ++counters_.frames;
  counters_.messages += chunk.messages;
  counters_.content_bytes += chunk.content.size();
  counters_.last = header.last;
  header.packing = Packing::none;
  header.stored = header.size;
  return header;
}

void TapeWriter::write_checkpoint(FrameHeader header, Bytes content, Backlog backlog) {
  header.kind = FrameKind::checkpoint;
  header.number = next_number_;
  header.first = counters_.last + 1;
  header.last = counters_.last;
  if (header.messages == 0) note_in_index(header);
  const u64 before = counters_.file_bytes;
  write_frame(header, content, backlog);
  counters_.checkpoints += header.messages == 0 ? 1 : 0;
  counters_.checkpoint_bytes += counters_.file_bytes - before;
}

void TapeWriter::note_in_index(FrameHeader& header) {
  header.offset = counters_.file_bytes;
  index_.push_back(entry_of(header));
}

void TapeWriter::write_index() {
  const Trailer trailer{tape_id_, counters_.file_bytes, index_.size()};
  constexpr std::size_t kPerFrame = kMaxContent / kIndexEntryBytes;
  std::vector<std::byte> content;
  for (std::size_t done = 0; done < index_.size(); done += kPerFrame) {
    const std::size_t count = std::min(kPerFrame, index_.size() - done);
    content.resize(count * kIndexEntryBytes);
    for (std::size_t i = 0; i < count; ++i) {
      store(content.data() + i * kIndexEntryBytes, index_[done + i]);
    }
    FrameHeader header;
    header.kind = FrameKind::index;
    header.number = next_number_;
    header.first = counters_.last + 1;
    header.last = counters_.last;
    write_frame(header, content, Backlog::none);
  }
  std::array<std::byte, kTrailerBytes> bytes{};
  store(bytes.data(), trailer);
  sink_.append(bytes);
  counters_.file_bytes += bytes.size();
}

// Packs into at most kMaxStored bytes and returns the size; 0 when the content is not to be packed,
// or would not get smaller.
std::size_t TapeWriter::pack(Bytes content, std::byte* to, Backlog backlog) {
  if (compress_ == Compress::none) return 0;
  if (compress_ == Compress::fast) {
    if (backlog == Backlog::great) return 0;
    ZSTD_CCtx_setParameter(compressor_.get(), ZSTD_c_targetLength,
                           backlog == Backlog::none ? kSteps : kHastySteps);
  }
  const std::size_t size =
      ZSTD_compress2(compressor_.get(), to, kMaxStored, content.data(), content.size());
  return ZSTD_isError(size) == 0 && size < content.size() ? size : 0;
}

void TapeWriter::write_frame(FrameHeader& header, Bytes content, Backlog backlog) {
  header.content = content_;
  header.tape_id = tape_id_;
  header.offset = counters_.file_bytes;
  header.size = static_cast<u32>(content.size());
  std::byte* const stored = frame_.data() + kFrameHeaderBytes;
  std::size_t size = pack(content, stored, backlog);
  if (size > 0) {
    header.packing = Packing::zstd;
  } else {
    size = content.size();
    std::ranges::copy(content, stored);
  }
  header.stored = static_cast<u32>(size);
  header.content_hash = hash_of({stored, size});
  store(frame_.data(), header);
  sink_.append({frame_.data(), kFrameHeaderBytes + size});
  counters_.file_bytes += kFrameHeaderBytes + size;
}

}  // namespace tapedeck::tape
