// Says what the channels of a run read. Plain data; feeds/catalog/catalog.hpp opens it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/core/calendar.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/common/destination.hpp"
#include "feeds/common/message_observer.hpp"
#include "feeds/common/symbol_selection.hpp"

namespace tapedeck::feeds {

/// Recorded files of any known format.
struct FilesSpec {
  std::vector<std::string> paths;     // "-" is standard input
  std::optional<std::string> format;  // one of known_formats(); nothing: recognised by content
  std::string framing = "auto";       // of ITCH files: "auto", "length", "type" or "soup"
  std::optional<Date> date;           // overrides the date in the files' names
  SymbolSelection symbols;  // symbols to read; empty: all. A single one names a LOBSTER file
  bool parallel = false;    // every path is a channel of its own
  std::optional<std::string> orderbook;  // LOBSTER: the book file; only with a single message file;
                                         // nothing: the one beside the message file, if any
  bool read_ahead = false;    // read each file on a thread of its own, but no pipe or growing tape
  u64 max_ratio = kMaxRatio;  // limit for compressed files, see open_source()
  // Captures: each group is one stream, whose destinations are lines of it, and packets to other
  // destinations are not read. Empty: streams are found by comparing, see
  // feeds/moldudp64/stream_finder.hpp.
  std::vector<std::vector<Destination>> groups;
  bool shares_pipe = false;  // several streams of a pipe may be channels that are read in step
  /// Called once, when the number of channels is known, before observer_of_channel(). May be an
  /// empty function.
  std::function<void(std::size_t channels)> on_channels;
  /// Returns the observer of a channel's messages, or null if the channel has none. Called once per
  /// channel. May be an empty function. The observers must outlive the feeds.
  std::function<MessageObserver*(std::size_t channel)> observer_of_channel;
};

/// Tapes that are still being written. At the end of a tape that is not closed, its channel waits
/// for more.
struct TapeSpec {
  FilesSpec files;
};

/// Simulated venues, one channel per venue.
struct SimulatedSpec {
  std::string model = "zero-intelligence";  // NAME[:key=value,...]
  std::string preset = "default";
  u32 instruments = 10;
  u16 venues = 1;
  double events_per_s = 100'000;         // per second of simulated time, all venues together
  Nanos duration{10 * kNanosPerSecond};  // simulated time from the open
  std::optional<u64> events;             // limit for all venues; may end the run sooner
  u64 seed = 1;
  std::optional<double> speed = 1.0;  // of simulated time against real time; nothing: no pacing
  std::optional<Date> date;
};

/// What channels can read. A live network will be one more alternative.
using ChannelSpec = std::variant<FilesSpec, TapeSpec, SimulatedSpec>;

}  // namespace tapedeck::feeds
