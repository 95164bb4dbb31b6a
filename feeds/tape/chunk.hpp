// What becomes one frame: records of a channel, gathered by its thread, packed and written by
// another.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/feed.hpp"
#include "feeds/tape/format.hpp"

namespace tapedeck::tape {

/// A chunk that holds this much is handed on. Small enough that a damaged frame costs little, large
/// enough to pack well.
inline constexpr std::size_t kChunkBytes = std::size_t{256} << 10;
/// Room for the record that fills it.
inline constexpr std::size_t kMostRecord = std::size_t{68} << 10;
static_assert(kChunkBytes + kMostRecord <= kMaxContent);

struct Chunk {
  FrameKind kind = FrameKind::data;
  std::vector<std::byte> content;
  u32 messages = 0;
  Sequence first = 1, last = 0;
  Nanos first_time = kBeginningOfTime, last_time = kBeginningOfTime;
  Nanos midnight{0};
  bool checkpoint_before = false;  // of what the books are ahead of it

  void append(Bytes bytes) {
    assert(bytes.size() <= kMaxContent - content.size() &&
           "a chunk that holds enough is handed on");
    content.insert(content.end(), bytes.begin(), bytes.end());
  }
  /// As new, with the memory it has.
  void clear() {
    std::vector<std::byte> kept = std::move(content);
    kept.clear();
    *this = Chunk{};
    content = std::move(kept);
  }
};

/// Where full chunks go. One thread, the channel's.
class ChunkSink {
 public:
  virtual ~ChunkSink() = default;
  /// An empty chunk to fill; waits while all are on their way.
  [[nodiscard]] virtual Chunk& take() = 0;
  /// The same, or null where it is the policy not to wait.
  [[nodiscard]] virtual Chunk* try_take() = 0;
  /// Whether a checkpoint can be made now without anything being dropped for it.
  [[nodiscard]] virtual bool has_time_for_checkpoint() const { return true; }
  /// Gives a chunk from take() on its way.
  virtual void emit(Chunk& chunk) = 0;
};

/// The content of a closing frame: what the channel came to.
struct Closing {
  bool complete = false;
  Sequence last_sequence = 0;  // the source's own
  FeedCounters counters{};
  std::optional<Damage> damage{};

  void store(std::vector<std::byte>& to) const;
  /// Empty when the bytes are no closing.
  [[nodiscard]] static std::optional<Closing> load(Bytes bytes);
};

}  // namespace tapedeck::tape
