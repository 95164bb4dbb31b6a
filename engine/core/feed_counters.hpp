// The counters of a feed's input. Sums, JSON, summaries and tapes use one description of them,
// kFeedCounters.
#pragma once

#include <array>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck {

/// Counts what a feed found in its input. The feed's thread writes the counters. Other threads may
/// read them once the channel has ended.
struct FeedCounters {
  u64 messages = 0;
  u64 bytes = 0;
  u64 unknown_type = 0;
  u64 malformed = 0;
  u64 oversized = 0;
  u64 symbol_mismatch = 0;
  u64 time_backwards = 0;
  u64 filtered = 0;
  u64 gaps = 0;
  u64 lost = 0;
  u64 duplicates = 0;
  u64 skipped_packets = 0;
  u64 completions = 0;
  u64 over_capacity = 0;
  u64 restored = 0;
  u64 conflicting = 0;
  u64 late = 0;
  u64 implausible_times = 0;
};

enum class CounterClass : u8 {
  amount,  // how much input there was
  loss,    // input that should have reached a book and did not
  oddity,  // input that breaks the rules of its format, but did no harm
  note     // neither a loss nor an oddity
};

struct FeedCounter {
  std::string_view name;  // in JSON
  std::string_view unit;
  std::string_view help;  // what is counted, in the plural
  CounterClass of;
  u64 FeedCounters::*count;
};

/// Tapes store the counters in this order, without the last one: add rows before it only, and never
/// reorder.
inline constexpr std::array<FeedCounter, 18> kFeedCounters{{
    {"messages", "messages", "messages read, unknown types included", CounterClass::amount,
     &FeedCounters::messages},
    {"bytes", "bytes", "bytes of decompressed input", CounterClass::amount, &FeedCounters::bytes},
    {"unknown_type", "messages", "messages of unknown type", CounterClass::oddity,
     &FeedCounters::unknown_type},
    {"malformed", "messages", "malformed messages", CounterClass::loss, &FeedCounters::malformed},
    {"oversized", "messages", "messages longer than their type", CounterClass::oddity,
     &FeedCounters::oversized},
    {"symbol_mismatch", "messages", "symbols that do not fit their number", CounterClass::oddity,
     &FeedCounters::symbol_mismatch},
    {"time_backwards", "messages", "times going backwards", CounterClass::oddity,
     &FeedCounters::time_backwards},
    {"filtered", "messages", "messages of other symbols than those asked for", CounterClass::note,
     &FeedCounters::filtered},
    {"gaps", "gaps", "gaps", CounterClass::loss, &FeedCounters::gaps},
    {"lost", "messages", "messages lost in gaps", CounterClass::loss, &FeedCounters::lost},
    {"duplicates", "messages", "duplicates", CounterClass::oddity, &FeedCounters::duplicates},
    {"skipped_packets", "packets", "packets of other protocols", CounterClass::oddity,
     &FeedCounters::skipped_packets},
    {"levels_completed", "levels", "levels of a windowed recording set from its book file",
     CounterClass::note, &FeedCounters::completions},
    {"over_capacity", "messages", "messages of instruments beyond the most a channel may have",
     CounterClass::loss, &FeedCounters::over_capacity},
    {"conflicting", "messages", "duplicates with other bytes", CounterClass::oddity,
     &FeedCounters::conflicting},
    {"late", "messages", "messages that came after they were given up as lost",
     CounterClass::oddity, &FeedCounters::late},
    {"implausible_times", "messages", "times far from those of the messages around them",
     CounterClass::oddity, &FeedCounters::implausible_times},
    {"restored_events", "events", "events that restored the books at a checkpoint",
     CounterClass::note, &FeedCounters::restored},
}};
static_assert(sizeof(FeedCounters) == kFeedCounters.size() * sizeof(u64), "no row is missing");

inline FeedCounters& operator+=(FeedCounters& sum, const FeedCounters& one) {
  for (const FeedCounter& counter : kFeedCounters) sum.*counter.count += one.*counter.count;
  return sum;
}

}  // namespace tapedeck
