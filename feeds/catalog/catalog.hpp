// Opens feeds from paths and options. This is the only folder that knows all feeds.
//
// open_feeds() recognises a file's format by its content. It uses the file's name only if the
// content has no known format. It opens all paths before the engine runs, and throws ConfigError
// (exit 2) for a path that cannot be opened. For content of an unknown format it returns a feed
// that ends at once and reports damage, so that the other channels still run to their ends; with
// `follow`, it throws ConfigError.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/calendar.hpp"
#include "engine/core/feed.hpp"
#include "engine/core/time_zone.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/common/destination.hpp"
#include "feeds/common/message_observer.hpp"
#include "feeds/common/symbol_selection.hpp"

namespace tapedeck::feeds {

struct FeedRequest {
  std::vector<std::string> paths;     // "-" is standard input
  std::optional<std::string> format;  // one of known_formats(); nothing: recognised by content
  std::string framing = "auto";       // of ITCH files: "auto", "length", "type" or "soup"
  std::optional<Date> date;           // overrides the date in the files' names
  SymbolSelection symbols;  // symbols to read; empty: all. A single one names a LOBSTER file
  bool parallel = false;    // every path is a channel of its own
  std::optional<std::string> orderbook;  // LOBSTER: the book file; only with a single message file;
                                         // nothing: the one beside the message file, if any
  bool follow = false;        // tapes only: wait for more at the end of a tape that is not closed
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

/// The origin of all channels' times: 1970-01-01 UTC, or the midnight of an unknown day.
enum class TimeBase : u8 { utc, midnight };

struct OpenedFeeds {
  std::vector<std::unique_ptr<Feed>> channels;
  std::vector<std::string> formats;  // by channel, for people
  std::vector<std::string> sources;  // as `formats`, but a tape's entry is the recorded format
  std::vector<Nanos> midnights;      // midnight before each channel's first file; 0: unknown
  std::vector<bool> of_one_day;      // by channel: true if all its times count from one midnight
  std::vector<bool> itch;            // by channel: true if its observer sees ITCH 5.0 messages
  std::vector<std::string> names;    // by channel; empty: the input holds only one
  std::vector<std::string> streams;  // by channel: of a capture, what it holds, for people
  std::vector<u32>
      threads;  // by channel: channels with the same number share a thread of the feeds
  bool shares_pipe = false;  // channels are read in step: none may wait for another's time
  TimeBase time_base = TimeBase::utc;
  std::vector<std::string> warnings;  // about the inputs, known before the first event

  [[nodiscard]] bool shows_itch(std::size_t channel) const {
    return channel < itch.size() && itch[channel];
  }
};

/// Returns the zone in which people tell the times of a channel: US Eastern where its source counts
/// from the midnight of US exchanges (ITCH, LOBSTER, the simulated market, and tapes of them), else
/// UTC.
[[nodiscard]] TimeZone zone_of(const OpenedFeeds& opened, std::size_t channel);

[[nodiscard]] std::vector<std::string> known_formats();

/// Returns the format of a file, recognised by its first bytes and not by its name; empty if it is
/// none of known_formats(). `framing` has the values of FeedRequest::framing. Throws ConfigError if
/// the path cannot be opened.
[[nodiscard]] std::string format_by_content(const std::string& path, std::string_view framing);

/// Returns the LOBSTER book file that open_feeds() reads with this message file, because it lies
/// beside it; empty if there is none.
[[nodiscard]] std::optional<std::string> book_beside(const std::string& path);

/// Wraps every channel so that a single implausible time does not move channel time, see
/// feeds/common/plausible_times.hpp. What records the channels must wrap them before.
void keep_times_plausible(OpenedFeeds& opened);

/// Opens all paths of the request. Throws ConfigError.
[[nodiscard]] OpenedFeeds open_feeds(const FeedRequest& request);

}  // namespace tapedeck::feeds
