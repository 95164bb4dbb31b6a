// Finds the trades that a file reports in two schemas: as an order record and as a trade record.
//
// A merged file of both schemas has every trade twice, one after the other but not always side by
// side. A trade is a repeat if the other schema has reported an equal one that has no repeat yet.
// Two equal trades of one schema are two trades. One channel, one thread. Memory: kMostOpen trades;
// a repeat that comes more than kMostOpen trades later is not found.
#pragma once

#include <array>
#include <cstddef>

#include "engine/core/types.hpp"

namespace tapedeck::feeds::dbn {

class TradePairs {
 public:
  /// More trades than one event of a venue has.
  static constexpr std::size_t kMostOpen = 256;

  enum class Schema : u8 { none, orders, trades };
  struct Trade {
    u64 listing;
    u64 event_time;
    i64 price;
    u64 sequence;
    u32 quantity;
    u8 side;

    friend bool operator==(const Trade&, const Trade&) = default;
  };

  void start_file() { *this = {}; }
  /// Returns true if the other schema has reported the trade before.
  [[nodiscard]] bool is_repeat(Schema schema, const Trade& trade) {
    const Schema other = schema == Schema::orders ? Schema::trades : Schema::orders;
    seen_[static_cast<std::size_t>(schema)] = true;
    if (seen_[static_cast<std::size_t>(other)]) {
      for (std::size_t back = 1; back <= kMostOpen; ++back) {
        Open& open = open_[(next_ - back) % kMostOpen];
        if (open.schema != other || open.trade != trade) continue;
        open.schema = Schema::none;
        return true;
      }
    }
    open_[next_++ % kMostOpen] = {trade, schema};
    return false;
  }

 private:
  struct Open {
    Trade trade;
    Schema schema;
  };

  std::array<Open, kMostOpen> open_{};
  std::size_t next_ = 0;
  std::array<bool, 3> seen_{};
};

}  // namespace tapedeck::feeds::dbn
