// From paths and options to feeds. The only folder that knows all feeds.
//
// Formats are told apart by content, a file's name only helps where content leaves room. All paths
// are opened before anything runs: what cannot be opened is a ConfigError (exit 2). Content that is
// no format we know becomes a feed that ends at once with the damage named, so that other channels
// still finish.
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
  std::optional<Date> date;                 // overrides what the files' names say
  std::unordered_set<std::string> symbols;  // empty: all
  bool parallel = false;                    // every path a channel of its own
  std::optional<std::string> symbol;        // LOBSTER: else what the file's name begins with
  std::optional<std::string> orderbook;     // LOBSTER: the book file of the one message file
  bool follow = false;                      // tapes: at an end that is not one, wait for more
  bool read_ahead = false;                  // the paths' files, each on a thread of its own
  u64 max_ratio = kMaxRatio;                // of packed content, see open_source()
  /// Who sees a channel's messages themselves: asked once a channel, may be empty or say null. What
  /// it names outlives the feeds.
  std::function<MessageObserver*(std::size_t channel)> observer_of_channel;
};

/// How a channel's times are to be read.
enum class TimeBase : u8 { utc, midnight };

struct OpenedFeeds {
  std::vector<std::unique_ptr<Feed>> channels;
  std::vector<std::string> formats;  // of the channels, for people
  std::vector<std::string> sources;  // the same, but of a tape the format of what it recorded
  std::vector<Nanos> midnights;      // of the channels' first files; 0: unknown
  std::vector<bool> itch;            // of the channels: what an observer sees are ITCH 5.0 messages
  TimeBase time_base = TimeBase::utc;

  [[nodiscard]] bool shows_itch(std::size_t channel) const {
    return channel < itch.size() && itch[channel];
  }
};

[[nodiscard]] std::vector<std::string> known_formats();

/// Which of them a file's beginning is of, whatever its name says; empty: none. `framing` as in a
/// request. Throws ConfigError when the path cannot be opened.
[[nodiscard]] std::string format_by_content(const std::string& path, std::string_view framing);

/// Throws ConfigError.
[[nodiscard]] OpenedFeeds open_feeds(const FeedRequest& request);

}  // namespace tapedeck::feeds
