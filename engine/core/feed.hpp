// The interface of a feed, live or recorded. A feed is the source of one channel's events.
// engine/core/recording.hpp has what only a recording can be asked.
//
// poll() does a bounded amount of work and returns. A feed does not sleep to wait for its next
// event; only a read of its source, or a recording of its messages, may delay a poll. Only the
// channel's thread calls poll(). While the channel runs, only that thread may call the other
// functions; after the channel has ended, any thread may call them.
#pragma once

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

class Recording;

class Feed {
 public:
  virtual ~Feed() = default;

  /// Decodes up to kMaxMessagesPerPoll messages into `out`, which must have room for kMinPollBuffer
  /// events. `now` is the time by the engine's clock before the poll reads its first byte. It
  /// becomes the due time of the events unless the feed has a timetable.
  [[nodiscard]] virtual FeedStatus poll(EventBuffer& out, Nanos now) = 0;

  [[nodiscard]] virtual const FeedCounters& counters() const = 0;
  /// Returns what the feed reads if it has a beginning and an end; null for a live source. Only
  /// RecordedFeed and feeds/common/feed_decorator.hpp override it.
  [[nodiscard]] virtual Recording* recording() { return nullptr; }
  [[nodiscard]] virtual const Recording* recording() const { return nullptr; }
  /// Returns true if the events of the newest poll restore books, because the source holds them as
  /// a snapshot of what happened before. Such events have no timetable. A poll emits either only
  /// such events or none.
  [[nodiscard]] virtual bool restoring() const { return false; }
  /// Returns the newest sequence number: the source's own if it numbers its messages, else the
  /// number of messages read.
  [[nodiscard]] virtual Sequence last_sequence() const { return counters().messages; }
  /// Returns a file descriptor that is readable while a live source has input, so that its thread
  /// can wait for it; empty: none, and an idle feed is polled from time to time.
  [[nodiscard]] virtual std::optional<int> descriptor() const { return {}; }
  /// Returns messages to the user about this input that are neither damage nor counters.
  [[nodiscard]] virtual std::vector<std::string> warnings() const { return {}; }
  /// Returns what of the input was left out on purpose because of a limit, a text for people;
  /// empty: nothing. By default, the messages of instruments beyond kMaxInstrumentsPerChannel.
  [[nodiscard]] virtual std::optional<std::string> left_out() const;
  /// Returns how well the feed kept to its timetable; null for a feed without a timetable. (A feed
  /// without a timetable produces events as fast as it is polled.)
  [[nodiscard]] virtual const Pace* pace() const { return nullptr; }
};

/// Returns the `loss` event for a feed whose recording damage has ended. It follows the feed's last
/// event and says that all later messages are missing.
[[nodiscard]] Event loss_after(const Feed& feed, Nanos channel_time);

}  // namespace tapedeck
