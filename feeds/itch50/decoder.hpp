// ITCH 5.0 messages to events: instruments get their numbers, prices and times their units.
//
// One channel, one thread. No allocation but where an instrument is seen for the first time.
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
  /// Empty `symbols`: all of them. Messages of other instruments are read and counted as filtered.
  explicit Decoder(std::unordered_set<std::string> symbols = {});

  feeds::Decoded decode(Bytes message, Sequence sequence, Nanos ingress, EventBuffer& out) override;
  void set_midnight(Nanos midnight) override { midnight_ = midnight; }
  /// The same, for a loop that includes normaliser.hpp to have it all in one place.
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
  // What a stock locate stands for today; all zero: nothing yet.
  struct Locate {
    u64 stock;              // the symbol's raw bytes, once named
    Instrument instrument;  // where it has one
    bool known;             // named, wanted, and with an instrument: all that the quick way asks
    bool has_instrument : 1;
    bool named : 1;  // else unknown, or known by its number only, as "#<locate>"
    bool unwanted : 1;
    bool used : 1;

    void stand_for(Instrument number) {
      instrument = number;
      has_instrument = true;
    }
    [[nodiscard]] bool is_given() const { return has_instrument && !unwanted; }
  };
  static_assert(std::is_trivial_v<Locate>, "zeroed pages are locates that stand for nothing");
  static_assert(sizeof(Locate) == 16, "so that reaching one takes a shift");
  class Normaliser;

  // Nearly all of a day are messages about orders of instruments that are known by then, in order
  // of time. False for all else, of which nothing has been changed.
  [[gnu::always_inline]] inline bool decode_order(Bytes message, Sequence sequence, Nanos ingress,
                                                  EventBuffer& out);
  feeds::Decoded decode_any(Bytes message, Sequence sequence, Nanos ingress, EventBuffer& out);

  void forget_locates();
  bool import_instrument(Bytes fields);
  bool import_locate(Bytes fields);

  // Of 65,536 locates few are used, and there may be many decoders: pages that are zero until then.
  Pages locate_pages_;
  Locate* locates_;
  std::vector<u16> used_;  // locates that stand for something: what a new day has to forget
  feeds::InstrumentTable table_;
  FeedCounters counters_;
  Nanos midnight_{0};
  Nanos newest_time_ = kBeginningOfTime;
  u32 day_ = 1;                       // counts starts of messages
  std::vector<u32> held_on_day_;      // by instrument: the last day a locate stood for it
  std::vector<Instrument> imported_;  // by number there
  bool complete_ = false;
};

}  // namespace tapedeck::itch50
