// Maps the instrument ids of a DBN channel to instruments and their names, by time.
//
// Invariants:
//  1. A listing is identified by (publisher, id), so that orders of two venues never share a book.
//  2. An instrument belongs to one listing at a time. When it passes to another listing, its book
//     is emptied.
//  3. A listing whose name becomes known late keeps its instrument, and so does a listing of a
//     continuous contract that rolls, or whose name a record in the stream changes. Its instrument
//     is renamed. If another instrument has the name, that one is renamed to its number.
//  4. A name comes from the metadata, which have names by date. Without an entry for the record's
//     date, it comes from a definition or a symbol mapping in the stream, and the newest id of a
//     name has it. Without these, it is "#<id>", or the symbol that the listing had before, until
//     another id gets that one.
//  5. A listing whose name may have changed is due: next_due() returns it, so that it need not wait
//     for a record of its own.
// One channel, one thread. find() runs for every record and allocates only for an id that was never
// seen. Memory is bounded by kMostListings.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "feeds/common/instrument_table.hpp"
#include "feeds/common/symbol_selection.hpp"
#include "feeds/dbn/metadata.hpp"

namespace tapedeck::feeds::dbn {

struct Listing {
  u64 key = 0;
  Instrument instrument = kNoInstrument;
  u32 file = 0;                  // the last file that had a record of the listing; 0: none yet
  u32 next_of_id = 0;            // another listing of this id; 0: none
  Nanos named_until{INT64_MIN};  // from this time on, the name must be looked up again
  Nanos last_time{INT64_MIN};    // the latest time of the listing's order and trade records
  TradingState state = TradingState::unknown;
  bool state_told = false;  // the state came from a status record, which outranks trades
  u8 tops = 0;  // bit 1: the bid side's order stands for its best price; bit 2: the ask side's
  bool has_orders = false;  // the book may hold orders that are not such
  bool wanted = true;
  bool was_asked = false;        // its symbol was among those that the user asked for
  bool missed = false;           // records of orders were left out since the last clear
  bool lapsed = false;           // its symbol's days are over, and nothing names it since
  std::array<u64, 2> top_ids{};  // by side, bid first: the id in the record of the best price

  [[nodiscard]] u32 id() const { return static_cast<u32>(key); }
  [[nodiscard]] u16 publisher() const { return static_cast<u16>(key >> 32); }
  [[nodiscard]] bool has_instrument() const { return instrument != kNoInstrument; }
  void forget_book() {
    tops = 0;
    has_orders = false;
  }
};

class Instruments {
 public:
  /// The most listings: more than any market has. Records of further ids are counted as over
  /// capacity.
  static constexpr std::size_t kMostListings = std::size_t{1} << 21;

  explicit Instruments(SymbolSelection wanted);

  /// Starts a file. From now on, names are looked up in `names`. `continuous`: the names are those
  /// of continuous contracts.
  void start_file(SymbolMap names, bool continuous);
  /// Notes the ids that a later file, the one with number `file`, gives a wanted name.
  void foresee(const SymbolMap& names, u32 file);
  [[nodiscard]] u32 file() const { return file_; }
  [[nodiscard]] bool wants_all() const { return table_.wants_all(); }
  /// Returns the time from which on roll() must be called.
  [[nodiscard]] Nanos next_roll() const { return next_roll_; }
  /// Makes all listings due whose names end at `time` or earlier.
  void roll(Nanos time);
  [[nodiscard]] bool has_due() const { return !due_.empty(); }
  /// Returns a listing whose name must be looked up at `time`; null if no listing is due any more.
  [[nodiscard]] Listing* next_due(Nanos time);

  /// Returns the wanted symbols whose id is shown under another wanted symbol, each with the symbol
  /// that is shown.
  [[nodiscard]] const std::map<std::string, std::string>& aliases() const { return aliases_; }

  /// Returns the listing of (publisher, id), and creates it if there is none. Returns null when a
  /// new listing would be one more than kMostListings. The pointer is valid until the next call of
  /// find().
  [[nodiscard]] Listing* find(u16 publisher, u32 id) {
    const u64 key = u64{publisher} << 32 | id;
    if (key == listings_[newest_].key) [[likely]]
      return &listings_[newest_];
    return find_elsewhere(key);
  }

  struct Named {
    bool define = false;  // the listing's instrument, or the instrument's name, has changed
    bool clear = false;   // another listing held the instrument before
    Instrument renamed = kNoInstrument;  // another instrument, which lost its name to this one
    Instrument left = kNoInstrument;     // the listing's instrument until now; its book is over,
                                         // and `define` concerns it
  };
  /// Looks up the listing's instrument and name at `time`.
  Named name(Listing& listing, Nanos time);
  [[nodiscard]] std::string_view name_of(Instrument instrument) const {
    return holders_[instrument.value].shown;
  }
  [[nodiscard]] u32 id_of(Instrument instrument) const {
    return static_cast<u32>(holders_[instrument.value].key);
  }
  [[nodiscard]] u32 round_lot_of(Instrument instrument) const {
    return holders_[instrument.value].round_lot;
  }
  void set_round_lot(Instrument instrument, u32 round_lot) {
    holders_[instrument.value].round_lot = round_lot;
  }
  /// Stores the symbol that a record in the stream states for `id`. `is_alone`: no other id of the
  /// publisher has the symbol from now on.
  void note_name(u16 publisher, u32 id, std::string_view symbol, bool is_alone);

 private:
  struct Holder {
    u64 key;
    std::string symbol;  // in full
    std::string shown;   // the name in the instrument's definition
    u32 round_lot = 0;
  };

  Listing* find_elsewhere(u64 key);
  [[nodiscard]] std::size_t slot_of(u64 key) const;
  void grow();
  [[nodiscard]] bool holds_its_instrument(const Listing& listing) const {
    return listing.has_instrument() && holders_[listing.instrument.value].key == listing.key;
  }
  [[nodiscard]] const Listing* holder_of(Instrument instrument) const;
  void rob_holder(Instrument instrument);
  [[nodiscard]] bool held_by_another(const Listing& listing, Instrument instrument,
                                     Nanos time) const;
  // Chooses between the symbols that the metadata give an id at one time.
  [[nodiscard]] std::string_view chosen(std::string_view symbol, const Listing& listing,
                                        Nanos time);
  struct Symbol {
    std::string text;
    bool keeps_book = false;  // an instrument that gets this symbol keeps its orders
  };
  [[nodiscard]] Symbol symbol_of(Listing& listing, Nanos time);
  [[nodiscard]] bool wants(const std::string& symbol, u64 key) const;
  [[nodiscard]] std::string shown_of(const std::string& symbol, u64 key) const;
  [[nodiscard]] bool will_be_wanted(u64 key, Nanos time) const;
  [[nodiscard]] bool has_another(const std::string& symbol, u32 id, Nanos time) const;
  [[nodiscard]] bool stays(const Listing& listing, const Symbol& symbol, Nanos time) const;
  [[nodiscard]] Named leave(Listing& listing, Symbol symbol, Nanos time);
  [[nodiscard]] Named rename(Listing& listing, std::string symbol, Nanos time);
  [[nodiscard]] Named take(Listing& listing, Symbol symbol, Nanos time);
  void rename_to_number(Instrument instrument);
  [[nodiscard]] std::string unused_name(const std::string& symbol, u64 key) const;
  void make_due(u32 id);

  // What is known by an id alone.
  struct OfId {
    u32 newest_listing = 0;    // the first of a chain by Listing::next_of_id
    u16 noted_by = 0;          // the publisher of the record that stated `noted`
    bool was_noted = false;    // a record has stated a symbol
    std::string noted;         // this symbol, until another id has it
    u32 last_wanted_file = 0;  // the last file known to give the id a wanted name; 0: none
  };

  std::vector<Listing> listings_{1};  // the first is unused
  std::vector<u32> slots_;            // by hash of the key: index in listings_; 0: free
  u32 newest_ = 0;
  u32 file_ = 0;
  InstrumentTable table_;
  std::vector<Holder> holders_;  // by instrument
  SymbolMap names_;              // of the current file
  std::unordered_map<u32, OfId> ids_;
  std::unordered_map<std::string, u32> noted_ids_;  // the newest id that a record gave the symbol
  std::vector<u32> due_;                            // indices in listings_, the next one last
  Nanos next_roll_ = kEndOfTime;
  bool continuous_ = false;
  std::map<std::string, std::string> aliases_;  // at most one per wanted symbol
};

}  // namespace tapedeck::feeds::dbn
