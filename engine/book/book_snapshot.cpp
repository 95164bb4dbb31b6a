#include "engine/book/book_snapshot.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include <xxhash.h>

#include "engine/core/bytes.hpp"
#include "engine/core/decimal.hpp"

namespace tapedeck::book {
namespace {

// Gathers little-endian bytes without padding for hashing.
class Packer {
 public:
  template <std::integral T>
  void put(T value) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof value);
    store_le(bytes_.data() + at, static_cast<std::make_unsigned_t<T>>(value));
  }
  void put(std::string_view text) {
    const Bytes raw = as_bytes_of(text);
    bytes_.insert(bytes_.end(), raw.begin(), raw.end());
  }
  [[nodiscard]] u64 hash() const { return XXH3_64bits(bytes_.data(), bytes_.size()); }

 private:
  std::vector<std::byte> bytes_;
};

void put_side(Packer& packer, const std::vector<SnapshotLevel>& levels) {
  packer.put(static_cast<u32>(levels.size()));
  for (const SnapshotLevel& level : levels) {
    packer.put(level.price.value);
    packer.put(static_cast<u32>(level.orders.size()));
    for (const SnapshotOrder& order : level.orders) {
      packer.put(order.id.value);
      packer.put(order.quantity.value);
    }
  }
}

std::string drawn_level(const std::vector<SnapshotLevel>& levels, std::size_t depth) {
  if (depth >= levels.size()) return "-";
  const SnapshotLevel& level = levels[depth];
  std::string text = decimal(level.price) + " [";
  constexpr std::size_t kOrdersShown = 4;
  for (std::size_t i = 0; i < level.orders.size(); ++i) {
    if (i == kOrdersShown) {
      text += " +" + std::to_string(level.orders.size() - i);
      break;
    }
    text += (i == 0 ? "" : " ") + std::to_string(level.orders[i].id.value) + ":" +
            std::to_string(level.orders[i].quantity.value);
  }
  return text + "]";
}

}  // namespace

u64 BookSnapshot::orders() const {
  u64 count = 0;
  for (const auto* side : {&bids, &asks}) {
    for (const SnapshotLevel& level : *side) count += level.orders.size();
  }
  return count;
}

u64 book_digest(const BookSnapshot& snapshot) {
  Packer packer;
  put_side(packer, snapshot.bids);
  put_side(packer, snapshot.asks);
  return packer.hash();
}

u64 flow_step(u64 hash, const Event& event, Quantity applied, Price bid, Price ask) {
  const std::array<u64, 6> record{event.sequence,
                                  static_cast<u64>(event.kind),
                                  has_order_fields(event.kind) ? event.order.id.value : 0,
                                  static_cast<u64>(applied.value),
                                  static_cast<u64>(bid.value),
                                  static_cast<u64>(ask.value)};
  return XXH3_64bits_withSeed(record.data(), sizeof record, hash);
}

u64 fold(std::vector<NamedValue> values) {
  std::ranges::sort(values, [](const NamedValue& a, const NamedValue& b) {
    // A channel may give one symbol to two instruments, whose values then decide.
    return std::tie(a.venue, a.symbol, a.value) < std::tie(b.venue, b.symbol, b.value);
  });
  Packer packer;
  for (const NamedValue& value : values) {
    packer.put(value.venue);
    packer.put(static_cast<u8>(value.symbol.size()));
    packer.put(std::string_view{value.symbol});
    packer.put(value.value);
  }
  return packer.hash();
}

std::string drawn(const BookSnapshot& snapshot, std::size_t depth) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) {
    if (i >= snapshot.bids.size() && i >= snapshot.asks.size()) break;
    std::string bid = drawn_level(snapshot.bids, i);
    constexpr std::size_t kColumn = 44;
    if (bid.size() < kColumn) bid.insert(0, kColumn - bid.size(), ' ');
    text += "  " + bid + " | " + drawn_level(snapshot.asks, i) + "\n";
  }
  return text.empty() ? "  (empty)\n" : text;
}

}  // namespace tapedeck::book
