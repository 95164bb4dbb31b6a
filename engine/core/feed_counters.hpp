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
  std::string_view one;   // what is counted
  std::string_view help;  // the same in the plural
  CounterClass of;
  u64 FeedCounters::*count;
};

/// Tapes store the counters in this order, without the last one: add rows before it only, and never
/// reorder.
inline constexpr std::array<FeedCounter, 18> kFeedCounters{{
    {"messages", "messages", "message read, unknown types included",
     "messages read, unknown types included", CounterClass::amount, &FeedCounters::messages},
    {"bytes", "bytes", "byte of decompressed input", "bytes of decompressed input",
     CounterClass::amount, &FeedCounters::bytes},
    {"unknown_type", "messages", "message of unknown type", "messages of unknown type",
     CounterClass::oddity, &FeedCounters::unknown_type},
    {"malformed", "messages", "malformed message", "malformed messages", CounterClass::loss,
     &FeedCounters::malformed},
    {"oversized", "messages", "message longer than its type", "messages longer than their type",
     CounterClass::oddity, &FeedCounters::oversized},
    {"symbol_mismatch", "messages", "symbol that does not fit its number",
     "symbols that do not fit their number", CounterClass::oddity, &FeedCounters::symbol_mismatch},
    {"time_backwards", "messages", "time going backwards", "times going backwards",
     CounterClass::oddity, &FeedCounters::time_backwards},
    {"filtered", "messages", "message of another symbol than those asked for",
     "messages of other symbols than those asked for", CounterClass::note, &FeedCounters::filtered},
    {"gaps", "gaps", "gap", "gaps", CounterClass::loss, &FeedCounters::gaps},
    {"lost", "messages", "message lost in gaps", "messages lost in gaps", CounterClass::loss,
     &FeedCounters::lost},
    {"duplicates", "messages", "duplicate", "duplicates", CounterClass::oddity,
     &FeedCounters::duplicates},
    {"skipped_packets", "packets", "packet of another protocol", "packets of other protocols",
     CounterClass::oddity, &FeedCounters::skipped_packets},
    {"levels_completed", "levels", "level of a windowed recording set from its book file",
     "levels of a windowed recording set from its book file", CounterClass::note,
     &FeedCounters::completions},
    {"over_capacity", "messages", "message of an instrument beyond the most a channel may have",
     "messages of instruments beyond the most a channel may have", CounterClass::loss,
     &FeedCounters::over_capacity},
    {"conflicting", "messages", "duplicate with other bytes", "duplicates with other bytes",
     CounterClass::oddity, &FeedCounters::conflicting},
    {"late", "messages", "message that came after it was given up as lost",
     "messages that came after they were given up as lost", CounterClass::oddity,
     &FeedCounters::late},
    {"implausible_times", "messages", "time far from those of the messages around it",
     "times far from those of the messages around them", CounterClass::oddity,
     &FeedCounters::implausible_times},
    {"restored_events", "events", "event that restored the books at a checkpoint",
     "events that restored the books at a checkpoint", CounterClass::note, &FeedCounters::restored},
}};
static_assert(sizeof(FeedCounters) == kFeedCounters.size() * sizeof(u64), "no row is missing");

inline FeedCounters& operator+=(FeedCounters& sum, const FeedCounters& one) {
  for (const FeedCounter& counter : kFeedCounters) sum.*counter.count += one.*counter.count;
  return sum;
}

}  // namespace tapedeck
