// Maps the instrument ids of a DBN channel to instruments and their names, by time.
//
// Invariants:
//  1. A listing is identified by (publisher, id), so that orders of two venues never share a book.
//  2. An instrument belongs to one listing at a time. When it passes to another listing, its book
//     is emptied.
//  3. A name comes from the metadata, which have names by date. Without an entry for the record's
//     date, it comes from a definition or a symbol mapping in the stream. Without these, it is
//     "#<id>".
// One channel, one thread. find() runs for every record and allocates only for an id that was never
// seen. Memory is bounded by kMostListings.
#pragma once

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
  Nanos named_until{INT64_MIN};  // from this time on, the name must be looked up again
  Nanos last_time{INT64_MIN};    // the latest time of the listing's order and trade records
  TradingState state = TradingState::unknown;
  bool state_told = false;  // the state came from a status record, which outranks trades
  bool wanted = true;

  [[nodiscard]] u32 id() const { return static_cast<u32>(key); }
  [[nodiscard]] u16 publisher() const { return static_cast<u16>(key >> 32); }
  [[nodiscard]] bool has_instrument() const { return instrument != kNoInstrument; }
};

class Instruments {
 public:
  /// The most listings: more than any market has. Records of further ids are counted as over
  /// capacity.
  static constexpr std::size_t kMostListings = std::size_t{1} << 21;

  explicit Instruments(std::unordered_set<std::string> wanted);

  /// Starts a file. From now on, names are looked up in `names`.
  void start_file(SymbolMap names);
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
  };
  /// Looks up the listing's instrument and name at `time`.
  Named name(Listing& listing, Nanos time);
  [[nodiscard]] std::string_view name_of(const Listing& listing) const {
    return holders_[listing.instrument.value].shown;
  }
  /// Stores the symbol that a record in the stream states for `id`.
  void note_name(u32 id, std::string_view symbol);

 private:
  struct Holder {
    u64 key;
    std::string symbol;  // in full
    std::string shown;   // the name in the instrument's definition
  };

  Listing* find_elsewhere(u64 key);
  [[nodiscard]] std::size_t slot_of(u64 key) const;
  void grow();
  [[nodiscard]] bool held_by_another(const Listing& listing, Instrument instrument,
                                     Nanos time) const;

  std::vector<Listing> listings_{1};  // the first is unused
  std::vector<u32> slots_;            // by hash of the key: index in listings_; 0: free
  u32 newest_ = 0;
  u32 file_ = 0;
  InstrumentTable table_;
  std::vector<Holder> holders_;  // by instrument
  SymbolMap names_;              // of the current file
  std::unordered_map<u32, std::string> noted_names_;
  std::vector<u16> publishers_;  // the first few publishers that were seen
};

}  // namespace tapedeck::feeds::dbn
