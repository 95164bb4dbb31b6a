// Writes chunks to a tape: packs, frames and numbers them, and collects the index that closes the
// tape.
//
// One thread, the writer's. The sink gets whole frames, in the order of the file. Memory: a frame,
// and kIndexEntryBytes for every frame of data and every checkpoint.
#pragma once

#include <memory>
#include <vector>

#include "engine/core/byte_sink.hpp"
#include "feeds/tape/chunk.hpp"

struct ZSTD_CCtx_s;

namespace tapedeck::tape {

enum class Compress : u8 {
  none,
  fast,  // as far as time allows, see Backlog
  small  // zstd's level 3, however long it takes
};

/// How far a writer is behind its channel. Compress::fast depends on it.
enum class Backlog : u8 { none, some, great };

class TapeWriter {
 public:
  /// Writes the file's header. `header.tape_id` is a number that no other tape has. `sink` must
  /// outlive this.
  TapeWriter(ByteSink& sink, const FileHeader& header, Compress compress);
  TapeWriter(const TapeWriter&) = delete;
  TapeWriter& operator=(const TapeWriter&) = delete;
  ~TapeWriter();

  /// Writes the chunk as a frame. Returns the header that the frame would have without packing.
  FrameHeader write(const Chunk& chunk, Backlog backlog = Backlog::none);
  /// Writes a frame of a checkpoint. The caller sets in `header` the flags, the index of the frame
  /// within the checkpoint, the channel time and the hash.
  void write_checkpoint(FrameHeader header, Bytes content, Backlog backlog = Backlog::none);
  /// Writes index and trailer. Call it after the closing frame.
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
