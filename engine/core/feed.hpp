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
/// What an EventBuffer given to poll() must at least hold: a poll's messages, each with a define.
inline constexpr u32 kMinPollBuffer = 2 * kMaxMessagesPerPoll;

enum class FeedStatus : u8 {
  ready,  // more may be there at once
  idle,   // nothing now; live sources only
  ended   // nothing will follow: read to the end, damaged, or told to stop
};

/// Why a channel ended before its end. Made once, never on the good path.
struct Damage {
  std::string file;
  u64 offset = 0;  // bytes into the decompressed content, or the row for text
  bool offset_is_row = false;
  std::string found;     // what is there
  std::string expected;  // what should be there
  std::string hint;      // what to do about it; may be empty

  [[nodiscard]] std::string message() const;
};

/// The first message of a channel that has this number or a higher one, once the channel's time is
/// this or later.
struct ChannelPlace {
  Sequence sequence = 0;
  Nanos time = kBeginningOfTime;
  // Whatever comes first, it is ahead of the first message of this number, and of this channel
  // time.
  Sequence before_sequence = std::numeric_limits<Sequence>::max();
  Nanos before_time{std::numeric_limits<i64>::max()};
};
/// Behind this message, at this channel time.
struct ChannelMoment {
  Sequence sequence = 0;
  Nanos time = kBeginningOfTime;
};

class Feed {
 public:
  virtual ~Feed() = default;

  /// Before the first poll: passes over what need not be read to be right at `place`. Polls begin
  /// with what makes the books as they were at the moment reached, flagged kOfCheckpoint: they have
  /// the newest time and number of what they stand for. Returns that moment; nothing where all has
  /// to be read. Never throws for what is wrong with the input.
  virtual std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) { return {}; }

  /// Decodes up to kMaxMessagesPerPoll messages into `out` (at least kMinPollBuffer of room).
  /// `now` is the engine's clock, read before the poll's first byte: the events' due time,
  /// unless the feed has a timetable.
  [[nodiscard]] virtual FeedStatus poll(EventBuffer& out, Nanos now) = 0;

  [[nodiscard]] virtual const FeedCounters& counters() const = 0;
  [[nodiscard]] virtual const std::optional<Damage>& damage() const = 0;
  /// All of it was there: the source said itself that it was over, and nothing was damaged.
  [[nodiscard]] bool complete() const { return said_complete() && !damage(); }
  /// The source said itself that it was over (ITCH: system event C closes every file), or has ended
  /// where its format may end.
  [[nodiscard]] virtual bool said_complete() const = 0;
  /// The source's own last sequence number: the wire's where it has one, else messages read.
  [[nodiscard]] virtual u64 last_sequence() const = 0;
  /// Bytes of the files as they lie on disk: read so far, and in all (0: unknown).
  [[nodiscard]] virtual u64 raw_bytes_read() const = 0;
  [[nodiscard]] virtual u64 raw_bytes_total() const = 0;
  /// Things to tell the user about this input that are neither damage nor counters.
  [[nodiscard]] virtual std::vector<std::string> warnings() const { return {}; }
  /// Null for a feed that gives what it has as fast as it is asked.
  [[nodiscard]] virtual const Pace* pace() const { return nullptr; }
};

}  // namespace tapedeck
