// The metadata at the beginning of a DBN file: how its records are to be read, and what their
// instrument ids stand for on which days.
//
// Read piece by piece, since a file of a whole market names a million symbols. Every length is
// checked against what is left before anything is taken or kept; memory is bounded by the bytes
// that were really there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/common/byte_source.hpp"
#include "feeds/dbn/layout.hpp"

namespace tapedeck::feeds::dbn {

inline constexpr Nanos kEndOfTime{INT64_MAX};

/// Names of instrument ids by time.
class SymbolMap {
 public:
  struct Found {
    std::string_view symbol;  // empty: none at that time
    Nanos until;              // it holds before then
  };

  /// `end` is exclusive.
  void add(u32 id, Nanos begin, Nanos end, std::string_view symbol);
  /// Call after the last add().
  void sort();
  [[nodiscard]] Found find(u32 id, Nanos time) const;

 private:
  struct Interval {
    u32 id;
    u32 symbol_at;
    u32 symbol_size;
    Nanos begin, end;
  };
  std::vector<Interval> intervals_;  // by id and begin
  std::string symbols_;
};

struct Metadata {
  u8 version = 0;
  bool send_times = false;     // records are followed by the time when they were sent
  std::optional<u64> records;  // how many there are; version 1 may say so
  SymbolMap symbols;
};

/// Takes everything ahead of the records from the front of `source`. Empty, and `damage` set, when
/// it cannot be read.
[[nodiscard]] std::optional<Metadata> read_metadata(ByteSource& source,
                                                    std::optional<Damage>& damage);

/// What a file's first bytes look like when it is DBN, of whatever version.
[[nodiscard]] bool looks_like_dbn(Bytes beginning);
/// When the records of the file begin that these are the first bytes of; empty: not known.
[[nodiscard]] std::optional<Nanos> start_of(Bytes beginning);

}  // namespace tapedeck::feeds::dbn
