// Decodes DBN records into events.
//
// One record is one source message. An event of the venue may span several records. In a file of
// orders, only the record that DBN flags as the last of the venue's event becomes an Event with
// kLastOfEvent, because books may be crossed before that record. In a trades file, every record has
// kLastOfEvent, and so has every status record in any file. A trade that a file reports in both
// schemas becomes one event; its second record is counted as a duplicate.
//
// Times. An event's time is the record's index timestamp: the time of receipt, which alone never
// goes back, and in a snapshot the time when the snapshot was made. If the vendor flags the time of
// receipt as bad, the event has the venue's time.
//
// Trading states. Files of orders do not say when an instrument trades. An instrument without
// status records counts as trading from its first trade or fill. This ends when its book is
// cleared, or when there is no record of the instrument for kBreak, as between sessions. The events
// for these inferred states are flagged kSynthetic.
//
// One channel, one thread. Allocates memory only when an instrument id is seen or named for the
// first time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "feeds/common/message_decoder.hpp"
#include "feeds/common/symbol_selection.hpp"
#include "feeds/dbn/instruments.hpp"
#include "feeds/dbn/trade_pairs.hpp"

namespace tapedeck::feeds::dbn {

/// The most events of one record. Nearly every record becomes one event. When a record introduces
/// an instrument or restarts its book, the decoder first emits definitions, clears and trading
/// states.
inline constexpr u32 kMostEventsPerRecord = 10;
/// When there has been no record of an instrument for this time, its session counts as over. During
/// a session, an instrument that trades regularly has no such pause. The breaks between sessions
/// are longer: the shortest one, that of futures, lasts 45 minutes.
inline constexpr Nanos kBreak{i64{30} * 60 * kNanosPerSecond};

class Decoder {
 public:
  /// Decodes the instruments in `symbols`, or all instruments if `symbols` is empty. Records of
  /// other instruments are counted as filtered.
  explicit Decoder(SymbolSelection symbols);

  /// Starts a file. Call it before the file's first record.
  void start_file(Metadata metadata);
  /// Decodes a whole record, its header included, into events. `out` must have room for
  /// kMostEventsPerRecord events. `sequence` is the record's number within its channel.
  Decoded decode(Bytes record, Sequence sequence, Nanos due, EventBuffer& out);

  /// Notes the names of a later file, the one with number `file`; the first file's is 1.
  void foresee(const Metadata& metadata, u32 file) { instruments_.foresee(metadata.symbols, file); }
  [[nodiscard]] bool decodes_all() const { return instruments_.wants_all(); }
  /// Returns true if rename_due() must be called before the next record.
  [[nodiscard]] bool has_due() const { return instruments_.has_due(); }
  /// Emits the new names of instruments that the newest record changed besides its own, as far as
  /// `out` has room. `sequence`: the newest record's.
  void rename_due(Sequence sequence, Nanos due, EventBuffer& out);

  /// Returns the smallest size of a record of this type in bytes; 0 for an unknown type.
  [[nodiscard]] std::size_t least_size(u8 type) const { return (*least_sizes_)[type]; }
  [[nodiscard]] FeedCounters& counters() { return counters_; }
  /// Returns the venue's sequence number in the newest record that has one.
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
  TradePairs trades_;
  Nanos newest_time_ = kBeginningOfTime;
  u64 last_sequence_ = 0;
  u64 errors_ = 0;
  u64 late_names_ = 0;
  u64 left_books_ = 0;
  std::string first_error_;
};

}  // namespace tapedeck::feeds::dbn
