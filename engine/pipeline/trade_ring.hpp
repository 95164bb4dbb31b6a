// The last trades of a shard, for readers on other threads.
//
// The shard's thread writes the trades that strategies get, in the order in which it applies them,
// while at least one TradeReader lives. A reader gets all trades from its beginning on. It may fall
// behind, at most kTrades trades; what it loses beyond is counted. It never delays the shard.
// Cost for the shard: without readers, two loads per batch. With readers, it applies events as with
// a strategy, and a trade costs some 20 stores.
#pragma once

#include <atomic>
#include <optional>
#include <type_traits>
#include <utility>

#include "engine/book/trade.hpp"
#include "engine/thread/broadcast_ring.hpp"

namespace tapedeck::pipeline {

/// A trade as readers on other threads see it. Plain data.
struct PublishedTrade {
  Nanos time{0};  // exchange time
  Price price = kNoPrice;
  Quantity quantity{0};   // above zero
  Sequence sequence = 0;  // number of the message within its channel
  u32 cell = 0;           // of the instrument, in the shard's CellBoard
  Instrument instrument{0};
  ChannelId venue = 0;
  Side aggressor = Side::none;  // as in book::Trade
  book::TradeKind kind = book::TradeKind::visible;
  bool printable = true;

  friend bool operator==(const PublishedTrade&, const PublishedTrade&) = default;
};

class TradeRing;

/// Reads a shard's trades. The ring must outlive it. One thread at a time.
class TradeReader {
 public:
  /// Begins with the next trade that the shard applies. The trades of the batch that the shard is
  /// applying may be left out.
  explicit TradeReader(TradeRing& ring);
  TradeReader(TradeReader&& other) noexcept
      : ring_(std::exchange(other.ring_, nullptr)), cursor_(other.cursor_) {}
  TradeReader& operator=(TradeReader&&) = delete;
  ~TradeReader();

  /// Returns the next trade; empty if there is none yet.
  [[nodiscard]] std::optional<PublishedTrade> try_next() { return cursor_.try_next(); }
  /// Returns how many trades were overwritten before this reader came to them.
  [[nodiscard]] u64 lost() const { return cursor_.lost(); }

 private:
  friend class TradeRing;
  // A trade of 48 bytes and its version words fill a cache line; the ring has 256 KiB.
  static constexpr u64 kTrades = 4096;
  using Ring = thread::BroadcastRing<PublishedTrade, kTrades>;
  static_assert(sizeof(PublishedTrade) == 48);

  TradeRing* ring_;
  Ring::Cursor cursor_;
};

class TradeRing {
 public:
  static constexpr u64 kTrades = TradeReader::kTrades;

  /// Returns true while the shard has to write. The shard's thread, like write().
  [[nodiscard]] bool is_read() const { return readers_.load(std::memory_order_relaxed) > 0; }
  void write(const PublishedTrade& trade) { ring_.write(trade); }

 private:
  friend class TradeReader;

  TradeReader::Ring ring_;
  std::atomic<u32> readers_{0};
};

inline TradeReader::TradeReader(TradeRing& ring) : ring_(&ring), cursor_(ring.ring_) {
  ring.readers_.fetch_add(1, std::memory_order_relaxed);
}
inline TradeReader::~TradeReader() {
  if (ring_ != nullptr) ring_->readers_.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace tapedeck::pipeline
