// The interface of a feed: one channel's source of events, seen from the engine.
//
// poll() does a bounded amount of work and returns. A feed never sleeps, and knows neither threads
// nor queues. One thread, the channel's, calls poll(). That thread may read everything else here
// while the channel runs, and any thread may once the channel has ended.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/event.hpp"
#include "engine/core/feed_counters.hpp"
#include "engine/core/pace.hpp"

namespace tapedeck {

/// A poll takes at most this many messages, which bounds how long an event waits for its batch.
inline constexpr u32 kMaxMessagesPerPoll = 256;
/// The least room that an EventBuffer must have for a poll: for one event per message, each with a
/// define before it.
inline constexpr u32 kMinPollBuffer = 2 * kMaxMessagesPerPoll;

enum class FeedStatus : u8 {
  ready,  // more input may be available at once
  idle,   // nothing now, maybe later: a paced or growing source
  ended   // nothing will follow: read to the end, damaged, or stopped
};

/// Why a channel ended too early. Made at most once per channel, and never while the input is good.
struct Damage {
  std::string file;
  u64 offset = 0;  // bytes into the decompressed content, or the row for text
  bool offset_is_row = false;
  std::string found;     // what is there
  std::string expected;  // what should be there
  std::string hint;      // what to do about it; may be empty

  [[nodiscard]] std::string message() const;
};

/// A position to seek: the channel's first message whose number is at least `sequence` and at which
/// channel time is at least `time`.
struct ChannelPlace {
  Sequence sequence = 0;
  Nanos time = kBeginningOfTime;
  // The position that seek() reaches must lie before the first message with this sequence number
  // or this channel time, whichever comes first.
  Sequence before_sequence = std::numeric_limits<Sequence>::max();
  Nanos before_time{std::numeric_limits<i64>::max()};
};
/// A position that was reached: after this message, at this channel time.
struct ChannelMoment {
  Sequence sequence = 0;
  Nanos time = kBeginningOfTime;
};

class Feed {
 public:
  virtual ~Feed() = default;

  /// Skips input that is not needed for right books at `place`. Must be called before the first
  /// poll. The first polls after a seek emit events flagged kOfCheckpoint, which restore the books
  /// at the position reached. These events carry the newest time and number of the messages that
  /// they stand for. Returns the position reached, or nothing where all input has to be read. Never
  /// throws for damaged input.
  virtual std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) { return {}; }

  /// Decodes up to kMaxMessagesPerPoll messages into `out` (at least kMinPollBuffer of room).
  /// `now` is the time of the engine's clock before the poll read its first byte. It becomes the
  /// due time of the events, unless the feed has a timetable.
  [[nodiscard]] virtual FeedStatus poll(EventBuffer& out, Nanos now) = 0;

  [[nodiscard]] virtual const FeedCounters& counters() const = 0;
  [[nodiscard]] virtual const std::optional<Damage>& damage() const = 0;
  /// True when said_complete() and nothing was damaged.
  [[nodiscard]] bool complete() const { return said_complete() && !damage(); }
  /// True when the source announced its end (ITCH: system event C closes every file), or has ended
  /// where its format may end.
  [[nodiscard]] virtual bool said_complete() const = 0;
  /// The newest sequence number: the wire's own where the source has one, else the number of
  /// messages read.
  [[nodiscard]] virtual u64 last_sequence() const = 0;
  /// Bytes of the files as they lie on disk: read so far, and in all (0: unknown).
  [[nodiscard]] virtual u64 raw_bytes_read() const = 0;
  [[nodiscard]] virtual u64 raw_bytes_total() const = 0;
  /// Returns messages to the user about this input that are neither damage nor counters.
  [[nodiscard]] virtual std::vector<std::string> warnings() const { return {}; }
  /// Null for a feed without a timetable, which produces events as fast as it is polled.
  [[nodiscard]] virtual const Pace* pace() const { return nullptr; }
};

/// Returns the loss event that follows the last event of a feed that damage has ended: all messages
/// after its last one are missing.
[[nodiscard]] Event loss_after(const Feed& feed, Nanos channel_time);

}  // namespace tapedeck
