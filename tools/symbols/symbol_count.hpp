// Counts the messages of each instrument of a channel, for `tapedeck symbols`.
//
// Used by the thread that polls the feed. Memory is bounded by the number of the channel's
// instruments.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/event.hpp"

namespace tapedeck::tools {

struct CountedSymbol {
  std::string symbol;  // the newest name of the instrument
  u32 source_id = 0;   // the source's own number
  u64 messages = 0;
  u64 adds = 0;                      // new orders
  u64 executions = 0;                // of orders of the book
  u64 trades = 0;                    // against orders that were never shown, and of auctions
  std::optional<Nanos> first, last;  // exchange times of its messages, the earliest and the latest
};

class SymbolCount {
 public:
  void take(const EventBuffer& events);
  /// Returns the instruments with at least one message, the busiest first.
  [[nodiscard]] std::vector<CountedSymbol> busiest_first() const;

 private:
  struct Entry {
    CountedSymbol counted;
    Sequence newest = 0;  // number of its newest message
  };
  std::vector<Entry> entries_;  // by instrument
};

}  // namespace tapedeck::tools
