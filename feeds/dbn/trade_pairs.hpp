// Finds the trades that a channel reports in two schemas: as an order record and as a trade record.
//
// A merged file of both schemas has every trade twice, one after the other but not always side by
// side. Two files of one period have them one file apart. A trade is a repeat if the other schema
// has reported an equal trade without a repeat. Two equal trades of one schema are two trades.
// One channel, one thread. Memory: the kMostStored newest trades; a repeat that comes later is not
// found, and lost() counts the trades for which it would not have been.
// Cost: until the channel has had both schemas, a trade is only stored, and there is no index.
#pragma once

#include <array>
#include <cstddef>
#include <unordered_map>
#include <vector>

#include "engine/core/types.hpp"

namespace tapedeck::feeds::dbn {

class TradePairs {
 public:
  /// A few megabytes. In merged files, a repeat is at most a venue's event away.
  static constexpr std::size_t kMostStored = std::size_t{1} << 16;

  enum class Schema : u8 { orders, trades };
  struct Trade {
    u64 listing;
    u64 event_time;
    i64 price;
    u64 sequence;
    u32 quantity;
    u8 side;

    friend bool operator==(const Trade&, const Trade&) = default;
  };

  /// Returns true if the other schema has reported the trade before.
  [[nodiscard]] bool is_repeat(Schema schema, const Trade& trade) {
    seen_[static_cast<std::size_t>(schema)] = true;
    if (has_both()) [[unlikely]] {
      if (!is_indexed_) index_stored(schema == Schema::orders ? Schema::trades : Schema::orders);
      Count& count = counts_[trade];
      if (count.open > 0 && count.schema != schema) {
        --count.open;
        ++count.paired;
        return true;
      }
      ++count.open;
      count.schema = schema;
    }
    store(trade);
    return false;
  }
  /// Returns the number of trades that left the memory without a repeat; 0 while there is only one
  /// schema.
  [[nodiscard]] u64 lost() const { return has_both() ? lost_ : 0; }

 private:
  struct Hash {
    std::size_t operator()(const Trade& trade) const {
      constexpr u64 kGolden = 0x9E37'79B9'7F4A'7C15;
      u64 hash = 0;
      for (const u64 field : {trade.listing, trade.event_time, static_cast<u64>(trade.price),
                              trade.sequence, u64{trade.quantity}, u64{trade.side}}) {
        hash = (hash ^ field) * kGolden;
        hash ^= hash >> 32;
      }
      return hash;
    }
  };
  // The stored trades that are equal to each other. Those without a repeat are all of one schema.
  struct Count {
    u32 open = 0;
    u32 paired = 0;
    Schema schema = Schema::orders;
  };

  [[nodiscard]] bool has_both() const { return seen_[0] && seen_[1]; }
  void index_stored(Schema schema) {
    for (const Trade& trade : stored_) {
      Count& count = counts_[trade];
      ++count.open;
      count.schema = schema;
    }
    is_indexed_ = true;
  }
  void store(const Trade& trade) {
    if (stored_.size() < kMostStored) {
      stored_.push_back(trade);
      return;
    }
    Trade& oldest = stored_[next_++ % kMostStored];
    if (is_indexed_) {
      forget(oldest);
    } else {
      ++lost_;
    }
    oldest = trade;
  }
  // Equal trades are interchangeable, so that those with a repeat go first.
  void forget(const Trade& trade) {
    const auto at = counts_.find(trade);
    Count& count = at->second;
    if (count.paired > 0) {
      --count.paired;
    } else {
      --count.open;
      ++lost_;
    }
    if (count.paired + count.open == 0) counts_.erase(at);
  }

  std::vector<Trade> stored_;  // a ring
  std::size_t next_ = 0;       // the oldest trade, when the ring is full
  std::unordered_map<Trade, Count, Hash> counts_;
  u64 lost_ = 0;
  std::array<bool, 2> seen_{};
  bool is_indexed_ = false;
};

}  // namespace tapedeck::feeds::dbn
