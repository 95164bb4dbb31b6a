// Decodes ITCH 5.0 messages into events: assigns instrument numbers, and converts prices and times
// to the engine's units.
//
// One channel, one thread. Allocates only when an instrument is seen for the first time.
#pragma once

#include <optional>
#include <type_traits>
#include <vector>

#include "engine/core/memory.hpp"
#include "feeds/common/instrument_table.hpp"
#include "feeds/common/message_decoder.hpp"
#include "feeds/common/symbol_selection.hpp"
#include "feeds/itch50/codec.hpp"

namespace tapedeck::itch50 {

class Decoder final : public feeds::MessageDecoder {
 public:
  /// Decodes the instruments in `symbols`, or all instruments if `symbols` is empty. Messages of
  /// other instruments produce no events and are counted as filtered.
  explicit Decoder(feeds::SymbolSelection symbols = {});

  feeds::Decoded decode(Bytes message, Sequence sequence, Nanos ingress, EventBuffer& out) override;
  void set_midnight(Nanos midnight) override { midnight_ = midnight; }
  /// Works as decode(), but is inlined into the caller. The caller's file must include
  /// normaliser.hpp.
  [[gnu::always_inline]] inline feeds::Decoded decode_here(Bytes message, Sequence sequence,
                                                           Nanos ingress, EventBuffer& out);
  [[nodiscard]] bool complete() const override { return complete_; }
  [[nodiscard]] bool wants_all() const { return table_.wants_all(); }
  [[nodiscard]] FeedCounters& counters() override { return counters_; }
  void export_state(const std::function<void(Bytes)>& emit) const override;
  bool import_state(Bytes record) override;
  [[nodiscard]] std::optional<Instrument> imported_instrument(Instrument there) const override {
    if (there.value >= imported_.size()) return {};
    return imported_[there.value];
  }

 private:
  // The instrument of a stock locate on the current day. If all bytes are zero, the locate has not
  // been used yet.
  struct Locate {
    u64 stock;              // the symbol's raw bytes; valid if named
    Instrument instrument;  // valid if has_instrument
    bool known;             // named and is_given(); required by decode_order()
    bool has_instrument : 1;
    bool named : 1;  // the symbol is known; without it the name is "#<locate>"
    bool unwanted : 1;
    bool used : 1;

    void stand_for(Instrument number) {
      instrument = number;
      has_instrument = true;
    }
    [[nodiscard]] bool is_given() const { return has_instrument && !unwanted; }
  };
  static_assert(std::is_trivial_v<Locate>, "zeroed pages are locates that stand for nothing");
  static_assert(sizeof(Locate) == 16, "a power of two, so that indexing takes a shift");
  class Normaliser;

  // The fast path, which decodes nearly all messages of a day. It accepts a message if its type is
  // in order_layout.hpp, its instrument is known, and its time is not earlier than the newest time.
  // For any other message it changes nothing and returns false.
  [[gnu::always_inline]] inline bool decode_order(Bytes message, Sequence sequence, Nanos ingress,
                                                  EventBuffer& out);
  feeds::Decoded decode_any(Bytes message, Sequence sequence, Nanos ingress, EventBuffer& out);

  void forget_locates();
  bool import_instrument(Bytes fields);
  bool import_locate(Bytes fields);

  // Zeroed pages. The system allocates a page at its first write, which saves memory, because few
  // of the 65,536 locates are used and there may be many decoders.
  Pages locate_pages_;
  Locate* locates_;
  std::vector<u16> used_;  // locates in use, which a new day resets
  feeds::InstrumentTable table_;
  FeedCounters counters_;
  Nanos midnight_{0};
  Nanos newest_time_ = kBeginningOfTime;
  u32 day_ = 1;                       // number of the channel's day; forget_locates() adds one
  std::vector<u32> held_on_day_;      // by instrument: the last day on which a locate had it
  std::vector<Instrument> imported_;  // by the imported state's number: the number here
  bool complete_ = false;
};

}  // namespace tapedeck::itch50
