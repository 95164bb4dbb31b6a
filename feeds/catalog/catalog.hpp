// Opens feeds from paths and options. This is the only folder that knows all feeds.
//
// open_feeds() tells formats apart by content, and uses a file's name only where the content is of
// no known format. It opens all paths before anything runs; a path that cannot be opened is a
// ConfigError (exit 2). Content of an unknown format becomes a feed that ends at once and reports
// the damage, so that other channels still finish.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/core/calendar.hpp"
#include "engine/core/feed.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/common/message_observer.hpp"

namespace tapedeck::feeds {

struct FeedRequest {
  std::vector<std::string> paths;           // "-" is standard input
  std::optional<std::string> format;        // one of known_formats(); else by content
  std::string framing = "length";           // of ITCH files: length or type
  std::optional<Date> date;                 // overrides the date in the files' names
  std::unordered_set<std::string> symbols;  // empty: all
  bool parallel = false;                    // every path is a channel of its own
  std::optional<std::string> symbol;        // LOBSTER: else from the file's name
  std::optional<std::string> orderbook;  // LOBSTER: the book file; only with a single message file
  bool follow = false;                   // tapes: at an end without a closing, wait for more
  bool read_ahead = false;               // read each file on a thread of its own
  u64 max_ratio = kMaxRatio;             // of compressed content, see open_source()
  /// Returns the observer of a channel's messages, or null for none; called once per channel. May
  /// be empty. The observers must outlive the feeds.
  std::function<MessageObserver*(std::size_t channel)> observer_of_channel;
};

/// What the times of all channels count from: 1970 UTC, or midnight of an unknown day.
enum class TimeBase : u8 { utc, midnight };

struct OpenedFeeds {
  std::vector<std::unique_ptr<Feed>> channels;
  std::vector<std::string> formats;  // by channel, for people
  std::vector<std::string> sources;  // the same, but for a tape the recorded format
  std::vector<Nanos> midnights;      // of each channel's first file; 0: unknown
  std::vector<bool> itch;            // by channel: its observer sees ITCH 5.0
  TimeBase time_base = TimeBase::utc;

  [[nodiscard]] bool shows_itch(std::size_t channel) const {
    return channel < itch.size() && itch[channel];
  }
};

[[nodiscard]] std::vector<std::string> known_formats();

/// Returns the format of a file, judged by its first bytes and not by its name; empty: none of
/// known_formats(). `framing` as in FeedRequest. Throws ConfigError when the path cannot be opened.
[[nodiscard]] std::string format_by_content(const std::string& path, std::string_view framing);

/// Throws ConfigError.
[[nodiscard]] OpenedFeeds open_feeds(const FeedRequest& request);

}  // namespace tapedeck::feeds
