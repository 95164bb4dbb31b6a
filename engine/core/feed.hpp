// The interface of a feed: one channel's source of events, seen from the engine.
//
// A feed is a stage: poll() decodes a bounded amount of work and returns; it never sleeps and
// knows neither threads nor queues. One thread, its channel's, calls poll(). Everything else here
// may be read by that thread while the channel runs, and by any thread once the channel has ended.
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
/// The least room of an EventBuffer that is passed to poll(): a poll's messages, each with a
/// define.
inline constexpr u32 kMinPollBuffer = 2 * kMaxMessagesPerPoll;

enum class FeedStatus : u8 {
  ready,  // more input may be available at once
  idle,   // nothing now: a paced or growing source
  ended   // nothing will follow: read to the end, damaged, or stopped
};

/// Why a channel ended too early. Made at most once, and never while the input is good.
struct Damage {
  std::string file;
  u64 offset = 0;  // bytes into the decompressed content, or the row for text
  bool offset_is_row = false;
  std::string found;     // what is there
  std::string expected;  // what should be there
  std::string hint;      // what to do about it; may be empty

  [[nodiscard]] std::string message() const;
};

/// A position to seek: the channel's first message with a number of at least `sequence`, at a
/// channel time of at least `time`.
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
  /// poll. Polls then begin with events flagged kOfCheckpoint, which restore the books at the
  /// position reached; they carry the newest time and number of the messages that they stand for.
  /// Returns that position, or nothing where all input has to be read. Never throws for damaged
  /// input.
  virtual std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) { return {}; }

  /// Decodes up to kMaxMessagesPerPoll messages into `out` (at least kMinPollBuffer of room).
  /// `now` is the engine's clock, read before the poll's first byte: the events' due time,
  /// unless the feed has a timetable.
  [[nodiscard]] virtual FeedStatus poll(EventBuffer& out, Nanos now) = 0;

  [[nodiscard]] virtual const FeedCounters& counters() const = 0;
  [[nodiscard]] virtual const std::optional<Damage>& damage() const = 0;
  /// True when said_complete() and nothing was damaged.
  [[nodiscard]] bool complete() const { return said_complete() && !damage(); }
  /// True when the source announced its end (ITCH: system event C closes every file), or has ended
  /// where its format may end.
  [[nodiscard]] virtual bool said_complete() const = 0;
  /// The source's own last sequence number: the wire's where it has one, else messages read.
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
