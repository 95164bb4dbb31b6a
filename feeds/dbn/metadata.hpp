// The metadata at the beginning of a DBN file: the version, the layout options, and the symbols of
// the instrument ids for each day.
//
// read_metadata() reads piece by piece, because a file of a whole market names a million symbols.
// It checks every length against the size of the remaining metadata before it consumes or stores
// anything. Memory is therefore bounded by the real size of the file.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/common/byte_source.hpp"
#include "feeds/dbn/layout.hpp"

namespace tapedeck::feeds::dbn {

inline constexpr Nanos kEndOfTime{INT64_MAX};

/// The symbols of instrument ids by time.
class SymbolMap {
 public:
  struct Found {
    std::string_view symbol;  // empty: none at that time
    Nanos until;              // the result is valid up to this time, exclusive
  };

  /// Adds the symbol of `id` for the time from `begin` to `end` (exclusive).
  void add(u32 id, Nanos begin, Nanos end, std::string_view symbol);
  /// Must be called after the last add() and before find().
  void sort();
  [[nodiscard]] Found find(u32 id, Nanos time) const;
  /// Returns true if `wants` holds for a symbol that `id` gets after `time`.
  [[nodiscard]] bool any_after(u32 id, Nanos time,
                               const std::function<bool(std::string_view)>& wants) const;
  /// Returns a symbol other than `symbol` that `id` has at `time` and for which `wants` holds;
  /// empty if there is none.
  [[nodiscard]] std::string_view other_of(u32 id, Nanos time, std::string_view symbol,
                                          const std::function<bool(std::string_view)>& wants) const;
  /// Returns an id that has the symbol at `time`. Searches all of the map.
  [[nodiscard]] std::optional<u32> id_of(std::string_view symbol, Nanos time) const;
  /// Returns the first time after `time` at which a symbol begins or ends.
  [[nodiscard]] Nanos next_change(Nanos time) const;
  /// Calls `visit` with every id and symbol.
  void for_each(const std::function<void(u32, std::string_view)>& visit) const;
  [[nodiscard]] bool empty() const { return intervals_.empty(); }

 private:
  struct Interval {
    u32 id;
    u32 symbol_at;
    u32 symbol_size;
    Nanos begin, end;
  };
  [[nodiscard]] std::string_view symbol_of(const Interval& interval) const {
    return std::string_view{symbols_}.substr(interval.symbol_at, interval.symbol_size);
  }

  std::vector<Interval> intervals_;  // sorted by id and begin
  std::string symbols_;
};

/// The code of the schema `mbo`, the only one with orders.
inline constexpr u16 kOrderSchema = 0;
/// Returns the vendor's name of a schema: "ohlcv-1s". Returns "mixed" for a file of several
/// schemas.
[[nodiscard]] std::string schema_name(u16 schema);

struct Metadata {
  u8 version = 0;
  u16 schema = 0;
  bool continuous = false;     // symbols name continuous contracts, which roll from id to id
  bool send_times = false;     // each record is followed by its send time
  std::optional<u64> records;  // the number of records, which only version 1 may state
  SymbolMap symbols;
};

/// Consumes the prefix and the metadata from the front of `source`, up to the first record. Returns
/// empty and sets `damage` when they cannot be read.
[[nodiscard]] std::optional<Metadata> read_metadata(ByteSource& source,
                                                    std::optional<Damage>& damage);

/// Returns true if a file that begins with these bytes is DBN, of any version.
[[nodiscard]] bool looks_like_dbn(Bytes beginning);
/// Returns the start time of the records as stated in the file's first bytes; empty if these bytes
/// state none.
[[nodiscard]] std::optional<Nanos> start_of(Bytes beginning);

}  // namespace tapedeck::feeds::dbn
