// What the instrument ids of a DBN channel stand for: which instrument, under which name, until
// when.
//
// Invariants:
//  1. A listing is (publisher, id): two venues' orders never meet in one book.
//  2. An instrument is held by one listing at a time. Who takes it over finds an empty book.
//  3. A name comes from the metadata by the record's date, else from a definition or a symbol
//     mapping in the stream, else it is "#<id>".
// One channel, one thread. find() is on the path of every record: no allocation but for an id that
// was never seen. Memory is bounded by kMostListings.
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
  u32 file = 0;                  // the last file of the channel with a record of it; 0: none yet
  Nanos named_until{INT64_MIN};  // then its name has to be looked up
  Nanos last_time{INT64_MIN};    // of its newest record
  TradingState state = TradingState::unknown;
  bool state_told = false;  // by status records, which know better than trades
  bool wanted = true;

  [[nodiscard]] u32 id() const { return static_cast<u32>(key); }
  [[nodiscard]] u16 publisher() const { return static_cast<u16>(key >> 32); }
  [[nodiscard]] bool has_instrument() const { return instrument != kNoInstrument; }
};

class Instruments {
 public:
  /// More ids than any market has; records of further ones are over capacity.
  static constexpr std::size_t kMostListings = std::size_t{1} << 21;

  explicit Instruments(std::unordered_set<std::string> wanted);

  /// Names are looked up anew from here on.
  void start_file(SymbolMap names);
  [[nodiscard]] u32 file() const { return file_; }

  /// Null when there are too many. Valid until the next call.
  [[nodiscard]] Listing* find(u16 publisher, u32 id) {
    const u64 key = u64{publisher} << 32 | id;
    if (key == listings_[newest_].key) [[likely]]
      return &listings_[newest_];
    return find_elsewhere(key);
  }

  struct Named {
    bool define = false;  // it has another instrument, or that another name
    bool clear = false;   // the instrument was somebody else's
  };
  /// Looks up what the listing stands for at this time.
  Named name(Listing& listing, Nanos time);
  [[nodiscard]] std::string_view name_of(const Listing& listing) const {
    return holders_[listing.instrument.value].shown;
  }
  /// A record said that the id stands for this symbol.
  void note_name(u32 id, std::string_view symbol);

 private:
  struct Holder {
    u64 key;
    std::string symbol;  // in full
    std::string shown;   // as the instrument is defined
  };

  Listing* find_elsewhere(u64 key);
  [[nodiscard]] std::size_t slot_of(u64 key) const;
  void grow();
  [[nodiscard]] bool held_by_another(const Listing& listing, Instrument instrument,
                                     Nanos time) const;

  std::vector<Listing> listings_{1};  // the first is nobody's
  std::vector<u32> slots_;            // by key: where in listings_; 0: free
  u32 newest_ = 0;
  u32 file_ = 0;
  InstrumentTable table_;
  std::vector<Holder> holders_;  // by instrument
  SymbolMap names_;              // of this file
  std::unordered_map<u32, std::string> noted_names_;
  std::vector<u16> publishers_;  // the first few
};

}  // namespace tapedeck::feeds::dbn
