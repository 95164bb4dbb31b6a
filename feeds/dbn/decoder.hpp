// Decodes DBN records into events.
//
// One record is one source message. An event of the venue may span several records. In files of
// orders, the venue's event ends only with the record that is flagged as its last (kLastOfEvent),
// because books may be crossed before that record. Every record of a trades file, and every status
// record, ends its event.
//
// Trading states. Files of orders do not say when an instrument trades. An instrument without
// status records counts as trading from its first trade or fill, until its book is cleared or until
// kBreak has passed without a record of it, as between sessions. Events with such an inferred state
// are flagged kSynthetic.
//
// One channel, one thread. Allocates only when an id is seen or named for the first time.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "feeds/common/message_decoder.hpp"
#include "feeds/dbn/instruments.hpp"

namespace tapedeck::feeds::dbn {

/// A record becomes at most this many events, and nearly always one. A record that introduces an
/// instrument or restarts its book first emits definitions, clears and trading states.
inline constexpr u32 kMostEventsPerRecord = 8;
/// After this time without a record of an instrument, its session counts as over. An instrument
/// that trades regularly is never silent for this long while it trades, and the breaks between
/// sessions are longer: the shortest, of futures, lasts 45 minutes.
inline constexpr Nanos kBreak{i64{30} * 60 * kNanosPerSecond};

class Decoder {
 public:
  /// Decodes the instruments of these symbols, or all if `symbols` is empty. Records of the rest
  /// are counted as filtered.
  explicit Decoder(std::unordered_set<std::string> symbols);

  /// Starts a file. Call it before the file's first record.
  void start_file(Metadata metadata);
  /// Decodes a whole record, its header included, into events. `out` must have room for
  /// kMostEventsPerRecord. `sequence` is the record's number within its channel.
  Decoded decode(Bytes record, Sequence sequence, Nanos due, EventBuffer& out);

  /// The least size of records of this type, in bytes; 0: unknown type.
  [[nodiscard]] std::size_t least_size(u8 type) const { return (*least_sizes_)[type]; }
  [[nodiscard]] FeedCounters& counters() { return counters_; }
  /// The venue's sequence number of the newest record that has one.
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
  std::size_t behind_ = 0;  // bytes that follow a record's fields: kSendTime or 0
  Nanos newest_time_ = kBeginningOfTime;
  u64 last_sequence_ = 0;
  u64 errors_ = 0;
  std::string first_error_;
};

}  // namespace tapedeck::feeds::dbn
