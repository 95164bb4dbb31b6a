// DBN records to events.
//
// One record is one source message. The venue's own event may span several; only the record that
// ends it, flagged so, has the event that is flagged kLastOfEvent: in between books may be crossed.
//
// Trading states. Files of orders do not say when an instrument trades. Where no status record
// does, it is taken as trading from its first trade or fill on, until its book is cleared or until
// nothing was heard of it for kBreak, as between sessions. What that makes known is told by events
// flagged kSynthetic. One channel, one thread. No allocation but where an id is seen or named for
// the first time.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "feeds/common/message_decoder.hpp"
#include "feeds/dbn/instruments.hpp"

namespace tapedeck::feeds::dbn {

/// A record becomes at most this many events. Nearly all are one; those that introduce an
/// instrument or begin its book anew have definitions, clears and trading states ahead of what they
/// say.
inline constexpr u32 kMostEventsPerRecord = 8;
/// Longer than a trading instrument is ever quiet, where being wrong matters, and shorter than any
/// venue's break between sessions: futures rest for 45 minutes.
inline constexpr Nanos kBreak{i64{30} * 60 * kNanosPerSecond};

class Decoder {
 public:
  /// Empty `symbols`: all of them. Records of other instruments are counted as filtered.
  explicit Decoder(std::unordered_set<std::string> symbols);

  /// Comes before a file's first record.
  void start_file(Metadata metadata);
  /// Turns a whole record, its header included, into events. `out` has room for
  /// kMostEventsPerRecord. `sequence` is the record's number within its channel.
  Decoded decode(Bytes record, Sequence sequence, Nanos due, EventBuffer& out);

  /// The least size of records of this type; 0: unknown.
  [[nodiscard]] std::size_t least_size(u8 type) const { return (*least_sizes_)[type]; }
  [[nodiscard]] FeedCounters& counters() { return counters_; }
  /// The venue's, of the newest record that has one.
  [[nodiscard]] u64 last_sequence() const { return last_sequence_; }
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  class RecordEvents;

  void decode_order(const std::byte* at, RecordEvents& events);
  void decode_trade(const std::byte* at, RecordEvents& events);
  void decode_status(const std::byte* at, RecordEvents& events);
  void decode_definition(const std::byte* at, RecordEvents& events);
  void decode_mapping(const std::byte* at);
  void note_error(const std::byte* at);

  Instruments instruments_;
  FeedCounters counters_;
  const LeastSizes* least_sizes_ = &kLeastSizes[0];
  const Layout* layout_ = &kLayouts[0];
  std::size_t behind_ = 0;  // bytes that follow a record's fields
  Nanos newest_time_ = kBeginningOfTime;
  u64 last_sequence_ = 0;
  u64 errors_ = 0;
  std::string first_error_;
};

}  // namespace tapedeck::feeds::dbn
