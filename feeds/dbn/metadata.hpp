// The metadata at the beginning of a DBN file: the version, the layout options, and the symbols of
// the instrument ids by day.
//
// read_metadata() reads piece by piece, because a file of a whole market names a million symbols.
// It checks every length against the bytes that are left of the metadata, before it takes or keeps
// anything. Memory is bounded by the bytes that are really there.
#pragma once

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
    Nanos until;              // exclusive end of the time for which the result holds
  };

  /// Adds the symbol that `id` has from `begin` to `end`, exclusive.
  void add(u32 id, Nanos begin, Nanos end, std::string_view symbol);
  /// Must be called after the last add() and before find().
  void sort();
  [[nodiscard]] Found find(u32 id, Nanos time) const;

 private:
  struct Interval {
    u32 id;
    u32 symbol_at;
    u32 symbol_size;
    Nanos begin, end;
  };
  std::vector<Interval> intervals_;  // sorted by id and begin
  std::string symbols_;
};

struct Metadata {
  u8 version = 0;
  bool send_times = false;     // each record is followed by its send time
  std::optional<u64> records;  // the number of records, which only version 1 may state
  SymbolMap symbols;
};

/// Consumes the prefix and the metadata from the front of `source`, up to the first record. Returns
/// nothing and sets `damage` when they cannot be read.
[[nodiscard]] std::optional<Metadata> read_metadata(ByteSource& source,
                                                    std::optional<Damage>& damage);

/// True when a file that begins with these bytes is DBN, of any version.
[[nodiscard]] bool looks_like_dbn(Bytes beginning);
/// Returns the time at which the records begin, from the file's first bytes; empty where they do
/// not state it.
[[nodiscard]] std::optional<Nanos> start_of(Bytes beginning);

}  // namespace tapedeck::feeds::dbn
