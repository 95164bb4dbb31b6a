// The interface of a feed. A feed is the source of one channel's events.
//
// poll() does a bounded amount of work and returns. A feed does not sleep to wait for its next
// event; only a read of its source, or a recording of its messages, may delay a poll. Only the
// channel's thread calls poll(). While the channel runs, only that thread may call the other
// functions; after the channel has ended, any thread may call them.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/event.hpp"
#include "engine/core/feed_counters.hpp"
#include "engine/core/pace.hpp"

namespace tapedeck {

/// A poll decodes at most this many messages. This bounds the time that an event waits until its
/// batch is handed over.
inline constexpr u32 kMaxMessagesPerPoll = 256;
/// The smallest room() of an EventBuffer with which poll() may be called. It suffices for one event
/// per message and a `define` before each of them.
inline constexpr u32 kMinPollBuffer = 2 * kMaxMessagesPerPoll;

enum class FeedStatus : u8 {
  ready,  // more input may be available at once
  idle,   // no input now, perhaps later: a paced source or a growing file
  ended   // no further events: the input was read to its end, damaged or stopped
};

/// Says why a channel ended early. A channel has at most one Damage, and none if its input is good.
struct Damage {
  std::string file;
  u64 offset = 0;  // byte offset in the decompressed content; of text, the row number
  bool offset_is_row = false;
  std::string found;     // what the input has at this place
  std::string expected;  // what the input should have at this place
  std::string hint;      // advice to the user; may be empty

  [[nodiscard]] std::string message() const;
};

/// A position to seek to: the channel's first message whose number is at least `sequence` and at
/// which channel time is at least `time`.
struct ChannelPlace {
  Sequence sequence = 0;
  Nanos time = kBeginningOfTime;
  // An upper bound for the position that seek() reaches. The position must lie before the first
  // message whose number is at least `before_sequence`, and before channel time reaches
  // `before_time`.
  Sequence before_sequence = std::numeric_limits<Sequence>::max();
  Nanos before_time{std::numeric_limits<i64>::max()};
};
/// The position that seek() reached: after message `sequence`, when channel time is `time`.
struct ChannelMoment {
  Sequence sequence = 0;
  Nanos time = kBeginningOfTime;
};

class Feed {
 public:
  virtual ~Feed() = default;

  /// Skips input that the books at `place` do not depend on. Must be called before the first poll.
  /// The first polls after a seek emit events flagged kOfCheckpoint, which restore the books at the
  /// position reached. An instrument's events carry the number and the time of its newest message
  /// in the checkpoint. Returns the position reached; empty if nothing was skipped and all input
  /// will be read. Never throws for damaged input.
  virtual std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) { return {}; }

  /// Decodes up to kMaxMessagesPerPoll messages into `out`, which must have room for kMinPollBuffer
  /// events. `now` is the time by the engine's clock before the poll reads its first byte. It
  /// becomes the due time of the events unless the feed has a timetable.
  [[nodiscard]] virtual FeedStatus poll(EventBuffer& out, Nanos now) = 0;

  [[nodiscard]] virtual const FeedCounters& counters() const = 0;
  [[nodiscard]] virtual const std::optional<Damage>& damage() const = 0;
  /// Returns true when said_complete() is true and there is no damage.
  [[nodiscard]] bool complete() const { return said_complete() && !damage(); }
  /// Returns true when the source has announced its end (in ITCH, by system event C), or has ended
  /// at a point where its format allows an end.
  [[nodiscard]] virtual bool said_complete() const = 0;
  /// Completes the sentence "the input ends without ..." for a source that is not said_complete().
  [[nodiscard]] virtual std::string expected_end() const { return "a closing message"; }
  /// Returns true if the events of the newest poll restore books, because the source holds them as
  /// a snapshot of what happened before. Such events have no timetable. A poll emits either only
  /// such events or none.
  [[nodiscard]] virtual bool restoring() const { return false; }
  /// Returns the name of the source's schema if it is one without orders, of which a source may
  /// hold nothing for a book and yet be whole; empty otherwise.
  [[nodiscard]] virtual std::string bookless_schema() const { return {}; }
  /// Returns true if the source was read to its end, is whole, and holds no record, which its
  /// format allows.
  [[nodiscard]] virtual bool is_empty_but_whole() const { return false; }
  /// Returns the newest sequence number: the source's own if it numbers its messages, else the
  /// number of messages read.
  [[nodiscard]] virtual u64 last_sequence() const = 0;
  /// Returns how many bytes of the files were read so far, before decompression.
  [[nodiscard]] virtual u64 raw_bytes_read() const = 0;
  /// Returns the size of the files on disk in bytes; 0 if it is unknown.
  [[nodiscard]] virtual u64 raw_bytes_total() const = 0;
  /// Returns messages to the user about this input that are neither damage nor counters.
  [[nodiscard]] virtual std::vector<std::string> warnings() const { return {}; }
  /// Returns what of the input was left out on purpose because of a limit, a text for people;
  /// empty: nothing. By default, the messages of instruments beyond kMaxInstrumentsPerChannel.
  [[nodiscard]] virtual std::optional<std::string> left_out() const;
  /// Returns how well the feed kept to its timetable; null for a feed without a timetable. (A feed
  /// without a timetable produces events as fast as it is polled.)
  [[nodiscard]] virtual const Pace* pace() const { return nullptr; }
};

/// Returns the `loss` event for a feed that damage has ended. It follows the feed's last event and
/// says that all later messages are missing.
[[nodiscard]] Event loss_after(const Feed& feed, Nanos channel_time);

}  // namespace tapedeck
