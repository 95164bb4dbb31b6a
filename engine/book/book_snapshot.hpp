// A book as plain data, for digests, comparisons and messages. Cold paths only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/book/fault.hpp"
#include "engine/core/event.hpp"

namespace tapedeck::book {

struct SnapshotOrder {
  OrderId id;
  Quantity quantity;
  friend bool operator==(const SnapshotOrder&, const SnapshotOrder&) = default;
};

struct SnapshotLevel {
  Price price;
  std::vector<SnapshotOrder> orders;  // in queue order
  friend bool operator==(const SnapshotLevel&, const SnapshotLevel&) = default;
};

struct BookSnapshot {
  std::vector<SnapshotLevel> bids, asks;  // best first
  [[nodiscard]] u64 orders() const;
  friend bool operator==(const BookSnapshot&, const BookSnapshot&) = default;
};

/// A level's price, quantity and number of orders; kNoPrice, 0 and 0 where there is no level.
struct Level {
  Price price = kNoPrice;
  Quantity quantity{0};
  u32 orders = 0;
  friend bool operator==(const Level&, const Level&) = default;
};

/// Returns the XXH3-64 of the snapshot in this little-endian layout: the bid side, then the ask
/// side. A side is {u32 number of levels, levels from the best}. A level is {i64 price, u32 number
/// of orders, orders in queue order}. An order is {u64 id, i64 quantity}.
[[nodiscard]] u64 book_digest(const BookSnapshot& snapshot);

/// Returns an instrument's flow hash after one more event: XXH3-64 over {sequence, kind, id,
/// quantity applied, best bid, best ask}, each as 64 little-endian bits. The hash so far is the
/// seed. Any thread.
[[nodiscard]] u64 flow_step(u64 hash, const Event& event, Quantity applied, Price bid, Price ask);

struct NamedValue {
  ChannelId venue;
  std::string symbol;
  u64 value;
};
/// Returns one hash of many instruments' values: XXH3-64 over {u16 venue, u8 length of the symbol,
/// symbol, u64 value} per instrument, sorted by (venue, symbol bytes, value).
[[nodiscard]] u64 fold(std::vector<NamedValue> values);

/// Returns the best `depth` levels as text for people, bids beside asks.
[[nodiscard]] std::string drawn(const BookSnapshot& snapshot, std::size_t depth);

}  // namespace tapedeck::book
