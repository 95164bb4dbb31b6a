// Chunks to a tape: packs, frames, numbers them, and keeps the index that closes it.
//
// One thread, the writer's. The sink gets whole frames, in the order of the file. Memory: a frame,
// and kIndexEntryBytes for every frame written.
#pragma once

#include <memory>
#include <vector>

#include "engine/core/byte_sink.hpp"
#include "feeds/tape/chunk.hpp"

struct ZSTD_CCtx_s;

namespace tapedeck::tape {

enum class Compress : u8 {
  none,
  fast,  // no more than there is time for, see Backlog
  small  // zstd's level 3, whatever it takes
};

/// How far behind its channel a writer is, which `fast` goes by.
enum class Backlog : u8 { none, some, great };

class TapeWriter {
 public:
  /// `id`: of this recording, any number that other tapes do not have. `sink` must outlive this.
  /// Writes the file's header.
  TapeWriter(ByteSink& sink, const FileHeader& header, Compress compress);
  TapeWriter(const TapeWriter&) = delete;
  TapeWriter& operator=(const TapeWriter&) = delete;
  ~TapeWriter();

  /// Returns the frame's header, as if it were not packed.
  FrameHeader write(const Chunk& chunk, Backlog backlog = Backlog::none);
  /// A checkpoint's frame. Its header says what is its own: flags, which frame of the checkpoint it
  /// is, channel time and hash.
  void write_checkpoint(FrameHeader header, Bytes content, Backlog backlog = Backlog::none);
  /// Index and trailer, behind the closing frame.
  void write_index();

  struct Counters {
    u64 messages = 0, frames = 0;
    u64 content_bytes = 0;  // before packing
    u64 file_bytes = 0;
    u64 checkpoints = 0, checkpoint_bytes = 0;  // in the file
    Sequence last = 0;                          // number of the newest message written
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  void write_frame(FrameHeader& header, Bytes content, Backlog backlog);
  void note_in_index(FrameHeader& header);
  [[nodiscard]] std::size_t pack(Bytes content, std::byte* to, Backlog backlog);

  struct CompressorDeleter {
    void operator()(ZSTD_CCtx_s* context) const;
  };

  ByteSink& sink_;
  Content content_;
  u64 tape_id_;
  Compress compress_;
  std::unique_ptr<ZSTD_CCtx_s, CompressorDeleter> compressor_;
  std::vector<std::byte> frame_;
  std::vector<IndexEntry> index_;
  u32 next_number_ = 0;
  Counters counters_;
};

}  // namespace tapedeck::tape
