// Decodes ITCH 5.0 messages into events: assigns instrument numbers, and converts prices and times
// to the engine's units.
//
// One channel, one thread. Allocates only when an instrument is seen for the first time.
#pragma once

#include <optional>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "engine/core/memory.hpp"
#include "feeds/common/instrument_table.hpp"
#include "feeds/common/message_decoder.hpp"
#include "feeds/itch50/codec.hpp"

namespace tapedeck::itch50 {

class Decoder final : public feeds::MessageDecoder {
 public:
  /// `symbols`: the wanted instruments; empty: all. Messages of other instruments become no events
  /// and are counted as filtered.
  explicit Decoder(std::unordered_set<std::string> symbols = {});

  feeds::Decoded decode(Bytes message, Sequence sequence, Nanos ingress, EventBuffer& out) override;
  void set_midnight(Nanos midnight) override { midnight_ = midnight; }
  /// Does what decode() does, and is inlined into the caller. The caller's file must include
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
  // The instrument of a stock locate on the current day. All zeros: not defined yet.
  struct Locate {
    u64 stock;              // the symbol's raw bytes; valid if named
    Instrument instrument;  // valid if has_instrument
    bool known;             // named and is_given(): decode_order() may take its messages
    bool has_instrument : 1;
    bool named : 1;  // its symbol is known; if not, its instrument, if any, is "#<locate>"
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

  // The fast path for nearly all messages of a day: messages of the types in order_layout.hpp, of
  // known instruments, in order of time. For any other message it changes nothing and returns
  // false.
  [[gnu::always_inline]] inline bool decode_order(Bytes message, Sequence sequence, Nanos ingress,
                                                  EventBuffer& out);
  feeds::Decoded decode_any(Bytes message, Sequence sequence, Nanos ingress, EventBuffer& out);

  void forget_locates();
  bool import_instrument(Bytes fields);
  bool import_locate(Bytes fields);

  // Zero pages, which the system allocates at their first write, because few of the 65,536 locates
  // are used and there may be many decoders.
  Pages locate_pages_;
  Locate* locates_;
  std::vector<u16> used_;  // locates in use, which a new day resets
  feeds::InstrumentTable table_;
  FeedCounters counters_;
  Nanos midnight_{0};
  Nanos newest_time_ = kBeginningOfTime;
  u32 day_ = 1;                       // counts "start of messages" events
  std::vector<u32> held_on_day_;      // by instrument: the last day on which a locate stood for it
  std::vector<Instrument> imported_;  // this decoder's number, by the imported state's number
  bool complete_ = false;
};

}  // namespace tapedeck::itch50
