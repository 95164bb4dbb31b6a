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

/// What a feed met in its input. All counts are of source messages unless they say otherwise.
struct FeedCounters {
  u64 messages = 0;         // framed messages read, unknown types included
  u64 bytes = 0;            // of decompressed input consumed
  u64 unknown_type = 0;     // skipped by their length
  u64 malformed = 0;        // rejected: too short for the type, or a field out of its range
  u64 oversized = 0;        // longer than the type; the known prefix was used
  u64 symbol_mismatch = 0;  // carried another symbol than its number stands for
  u64 time_backwards = 0;   // exchange time before that of an earlier message
  u64 filtered = 0;         // not of the asked-for symbols
  u64 gaps = 0;             // runs of source sequence numbers that never came
  u64 lost = 0;             // source messages inside those gaps
  u64 duplicates = 0;       // packets or messages seen before, dropped
  u64 skipped_packets = 0;  // capture packets that carry nothing for us (other protocols)
  u64 completions = 0;      // levels of a windowed recording set from its book file
  u64 over_capacity = 0;    // instruments beyond kMaxInstrumentsPerChannel, messages rejected
  u64 restored = 0;         // events that made the books as they were where reading began
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
