// Finds the snapshot cells of a shard's instruments by venue and symbol, without a search through
// the cells.
//
// The shard's thread writes: it names an instrument before it writes the instrument's first cells,
// and again when a later definition gives the instrument another symbol. So a cell that was found
// may not be there yet. Any thread may call find() at any time; it never waits, and never makes the
// writer wait. Invariants:
//  1. An entry that a bucket or another entry leads to is complete. Only its mark `replaced`
//     changes afterwards.
//  2. A table that was replaced by a larger one lives as long as the directory, because a reader
//     may still be in it. All tables together are at most twice as large as the last one.
// Memory: one entry per instrument and symbol. An instrument has at most kMostNames entries, so
// that a feed that renames without end cannot fill the memory.
// Cost: find() is a hash and a short chain. name() allocates when the table grows, which doubles
// it.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/core/event.hpp"

namespace tapedeck::pipeline {

/// Where an instrument's cells lie: the shard, and the number of the cells within the shard.
struct Place {
  u32 shard = 0;
  u32 cell = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

class Directory {
 public:
  struct Found {
    u32 cell;
    Instrument instrument;  // the number within the venue's channel
  };
  /// How many symbols of one instrument are kept. Later ones are not found.
  static constexpr u32 kMostNames = 8;

  Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  /// Gives the instrument of a cell this symbol, instead of its last one. Cells are named in order
  /// of their numbers. The shard's thread.
  void name(u32 cell, ChannelId venue, Instrument instrument, std::string_view symbol);

  /// Returns the instrument that has this symbol. If several have it, returns the first that the
  /// channel defined, which has the lowest number. Empty for an unknown symbol. Any thread.
  [[nodiscard]] std::optional<Found> find(ChannelId venue, std::string_view symbol) const;
  /// Returns how many cells have been named. Any thread.
  [[nodiscard]] u32 size() const { return size_.load(std::memory_order_acquire); }

 private:
  struct Entry {
    std::array<char, kMaxSymbol> symbol{};
    u8 length = 0;
    std::atomic<bool> replaced{false};  // the instrument has another symbol by now
    ChannelId venue = 0;
    Instrument instrument{0};
    u32 cell = 0;
    u32 next = 0;  // the next entry of the bucket, plus one; 0: none
    u32 hash = 0;

    [[nodiscard]] std::string_view name() const { return {symbol.data(), length}; }
  };
  struct Table {
    explicit Table(u32 size);

    u32 capacity;  // a power of two: the number of buckets, and of entries
    std::unique_ptr<Entry[]> entries;
    std::unique_ptr<std::atomic<u32>[]> buckets;  // their first entries, plus one; 0: none
  };
  struct Named {
    u32 entry = 0;  // of the symbol that the instrument has now
    u32 names = 0;
  };

  static u32 hash_of(ChannelId venue, std::string_view symbol);
  void append(const Entry& entry);
  void grow();

  std::vector<std::unique_ptr<Table>> tables_;  // the last one is in use
  std::atomic<const Table*> table_;             // the last one, for readers
  u32 entries_ = 0;
  std::vector<Named> of_cell_;
  std::atomic<u32> size_{0};
};

}  // namespace tapedeck::pipeline
