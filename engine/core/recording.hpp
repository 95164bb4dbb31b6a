// The interface of what has a beginning and an end: files, captures, tapes. A live feed has none.
//
// A recorded feed is a Feed and its Recording in one object, so that both follow the rules for
// threads in engine/core/feed.hpp. A reader that has only the Feed asks it by Feed::recording().
#pragma once

#include <limits>
#include <optional>
#include <string>

#include "engine/core/feed.hpp"

namespace tapedeck {

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

/// How much of the files was read, in bytes before decompression.
struct ReadProgress {
  u64 read = 0;
  u64 total = 0;  // 0: unknown, as of a pipe
};

class Recording {
 public:
  virtual ~Recording() = default;

  /// Skips input that the books at `place` do not depend on. Must be called before the first poll.
  /// The first polls after a seek emit events flagged kOfCheckpoint, which restore the books at the
  /// position reached. An instrument's events carry the number and the time of its newest message
  /// in the checkpoint. Returns the position reached; empty if nothing was skipped and all input
  /// will be read. Never throws for damaged input.
  virtual std::optional<ChannelMoment> seek(const ChannelPlace& place) = 0;

  [[nodiscard]] virtual const std::optional<Damage>& damage() const = 0;
  /// Returns true when said_complete() is true and there is no damage.
  [[nodiscard]] bool complete() const { return said_complete() && !damage(); }
  /// Returns true when the source has announced its end (in ITCH, by system event C), or has ended
  /// at a point where its format allows an end.
  [[nodiscard]] virtual bool said_complete() const = 0;
  /// Completes the sentence "the input ends without ..." for a source that is not said_complete().
  [[nodiscard]] virtual std::string expected_end() const { return "a closing message"; }
  /// Returns the name of the source's schema if it is one without orders, of which a source may
  /// hold nothing for a book and yet be whole; empty otherwise.
  [[nodiscard]] virtual std::string bookless_schema() const { return {}; }
  /// Returns true if the source was read to its end, is whole, and holds no record, which its
  /// format allows.
  [[nodiscard]] virtual bool is_empty_but_whole() const { return false; }
  [[nodiscard]] virtual ReadProgress progress() const = 0;
};

/// The base of a feed that reads a recording.
class RecordedFeed : public Feed, public Recording {
 public:
  [[nodiscard]] Recording* recording() final { return this; }
  [[nodiscard]] const Recording* recording() const final { return this; }
};

/// Returns the damage of the feed's recording; null if there is none.
[[nodiscard]] const Damage* damage_of(const Feed& feed);

}  // namespace tapedeck
