// Writes chunks to a tape as compressed and numbered frames, and collects the index, which it
// writes at the tape's end.
//
// Only the writer's thread uses it. The sink gets whole frames, in the order of the file. Memory:
// one frame, and kIndexEntryBytes for every data frame and every checkpoint.
#pragma once

#include <memory>
#include <vector>

#include "engine/core/byte_sink.hpp"
#include "feeds/tape/chunk.hpp"

struct ZSTD_CCtx_s;

namespace tapedeck::tape {

enum class Compress : u8 {
  none,
  fast,  // fast; less or not at all while the writer is behind, see Backlog
  small  // zstd level 3, however long it takes
};

/// How far the writer is behind the channel. The larger the backlog, the less Compress::fast
/// compresses.
enum class Backlog : u8 { none, some, great };

class TapeWriter {
 public:
  /// Writes the file header. `header.tape_id` must be a number that no other tape has. `sink` must
  /// outlive this object.
  TapeWriter(ByteSink& sink, const FileHeader& header, Compress compress);
  TapeWriter(const TapeWriter&) = delete;
  TapeWriter& operator=(const TapeWriter&) = delete;
  ~TapeWriter();

  /// Writes the chunk as a frame. Returns the frame's header as it would be without compression.
  FrameHeader write(const Chunk& chunk, Backlog backlog = Backlog::none);
  /// Writes one frame of a checkpoint. In `header`, the caller sets the flags, the frame's index
  /// within the checkpoint, the channel time and the channel hash.
  void write_checkpoint(FrameHeader header, Bytes content, Backlog backlog = Backlog::none);
  /// Writes the index and the trailer. Call it after the closing frame has been written.
  void write_index();

  struct Counters {
    u64 messages = 0, frames = 0;
    u64 content_bytes = 0;  // before compression
    u64 file_bytes = 0;
    u64 checkpoints = 0, checkpoint_bytes = 0;  // checkpoints in the file, and their bytes in it
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
