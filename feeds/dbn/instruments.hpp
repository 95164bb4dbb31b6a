// Maps the instrument ids of a DBN channel to instruments and their names, by time.
//
// Invariants:
//  1. A listing is identified by (publisher, id), so that orders of two venues never share a book.
//  2. An instrument belongs to one listing at a time. When it passes to another listing, its book
//     is emptied.
//  3. A listing whose name becomes known late keeps its instrument, and so does a listing of a
//     continuous contract that rolls. Its instrument is renamed. If another instrument has the
//     name, that one is renamed to its number.
//  4. A name comes from the metadata, which have names by date. Without an entry for the record's
//     date, it comes from a definition or a symbol mapping in the stream. Without these, it is
//     "#<id>".
// One channel, one thread. find() runs for every record and allocates only for an id that was never
// seen. Memory is bounded by kMostListings.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "feeds/common/instrument_table.hpp"
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

  explicit Instruments(std::unordered_set<std::string> wanted);

  /// Starts a file. From now on, names are looked up in `names`. `continuous`: the names are those
  /// of continuous contracts.
  void start_file(SymbolMap names, bool continuous);
  [[nodiscard]] u32 file() const { return file_; }

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
    Instrument left = kNoInstrument;     // the listing's instrument until now; its book is over
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
  /// Stores the symbol that a record in the stream states for `id`.
  void note_name(u32 id, std::string_view symbol);

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
  [[nodiscard]] bool held_by_another(const Listing& listing, Instrument instrument,
                                     Nanos time) const;
  [[nodiscard]] std::string symbol_of(Listing& listing, Nanos time);
  [[nodiscard]] Named leave(Listing& listing) const;
  [[nodiscard]] Named rename(Listing& listing, std::string symbol, Nanos time);
  [[nodiscard]] Named take(Listing& listing, std::string symbol, Nanos time);
  void rename_to_number(Instrument instrument);

  // What is known by an id alone.
  struct OfId {
    u32 newest_listing = 0;  // the first of a chain by Listing::next_of_id
    std::string noted;       // the symbol that a record has stated
  };

  std::vector<Listing> listings_{1};  // the first is unused
  std::vector<u32> slots_;            // by hash of the key: index in listings_; 0: free
  u32 newest_ = 0;
  u32 file_ = 0;
  InstrumentTable table_;
  std::vector<Holder> holders_;  // by instrument
  SymbolMap names_;              // of the current file
  std::unordered_map<u32, OfId> ids_;
  bool continuous_ = false;
};

}  // namespace tapedeck::feeds::dbn
