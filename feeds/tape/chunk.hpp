// A chunk collects the records of one frame of a tape. The channel's thread fills a chunk; another
// thread compresses and writes it.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/recording.hpp"
#include "feeds/tape/format.hpp"

namespace tapedeck::tape {

/// A chunk is handed over once it has this many bytes. This is little enough that a damaged frame
/// costs few messages, and enough to compress well.
inline constexpr std::size_t kChunkBytes = std::size_t{256} << 10;
/// The largest record. A chunk may exceed kChunkBytes by at most one record.
inline constexpr std::size_t kMostRecord = std::size_t{68} << 10;
static_assert(kChunkBytes + kMostRecord <= kMaxContent);

struct Chunk {
  FrameKind kind = FrameKind::data;
  std::vector<std::byte> content;
  u32 messages = 0;
  Sequence first = 1, last = 0;
  Nanos first_time = kBeginningOfTime, last_time = kBeginningOfTime;
  Nanos midnight{0};
  bool checkpoint_before = false;  // write a checkpoint before this chunk

  void append(Bytes bytes) {
    assert(bytes.size() <= kMaxContent - content.size() &&
           "a full chunk is handed over before more is appended");
    content.insert(content.end(), bytes.begin(), bytes.end());
  }
  /// Resets the chunk but keeps its memory.
  void clear() {
    std::vector<std::byte> kept = std::move(content);
    kept.clear();
    *this = Chunk{};
    content = std::move(kept);
  }
};

/// Supplies empty chunks and receives full ones. Channel's thread.
class ChunkSink {
 public:
  virtual ~ChunkSink() = default;
  /// Returns an empty chunk to fill. Waits while all chunks are in use.
  [[nodiscard]] virtual Chunk& take() = 0;
  /// Like take(), but returns null instead of waiting if the sink may drop messages.
  [[nodiscard]] virtual Chunk* try_take() = 0;
  /// Returns true if a checkpoint can be made now without dropping messages.
  [[nodiscard]] virtual bool has_time_for_checkpoint() const { return true; }
  /// Hands over a chunk that take() or try_take() returned.
  virtual void emit(Chunk& chunk) = 0;
};

/// The content of a closing frame (FrameKind::end): the channel's result.
struct Closing {
  bool complete = false;
  Sequence last_sequence = 0;  // in the source's own numbering
  FeedCounters counters{};
  std::optional<Damage> damage{};
  std::string schema{};  // the source's Feed::bookless_schema()

  void store(std::vector<std::byte>& to) const;
  /// Returns empty when the bytes are not a valid Closing.
  [[nodiscard]] static std::optional<Closing> load(Bytes bytes);
};

}  // namespace tapedeck::tape
