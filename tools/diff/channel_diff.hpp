// Finds where two channels diverge: their first different event, and the first different state of a
// book.
//
// One thread. Messages are compared by their number within the channel. Due times are not compared.
// Memory: two sets of books, and one message of each channel.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/book/book_set.hpp"
#include "engine/core/feed.hpp"

namespace tapedeck::tools {

/// One of the two channels, read as far as it has been compared.
class ComparedChannel {
 public:
  explicit ComparedChannel(std::unique_ptr<Feed> feed, u64 hash_key);

  /// Starts with the books as they were after this message. Call it before anything else. Returns
  /// false when no checkpoint has that state; the channel's position is then unspecified.
  [[nodiscard]] bool begin_after(Sequence message);
  /// Returns the next event that has not been taken; null at the end.
  [[nodiscard]] const Event* peek();
  /// Takes all events of the messages up to this number, and applies them.
  [[nodiscard]] const std::vector<Event>& take_message(Sequence number);

  [[nodiscard]] const Feed& feed() const { return *feed_; }
  [[nodiscard]] const book::BookSet& books() const { return books_; }
  [[nodiscard]] u64 events() const { return events_; }
  /// Returns the instrument's symbol, "the whole channel", or its number if it was never defined.
  [[nodiscard]] std::string name_of(Instrument instrument) const;
  /// Returns the current orders of the book with that name; empty if there is none.
  [[nodiscard]] book::BookSnapshot snapshot_of(const std::string& name) const;

 private:
  void apply_next();

  std::unique_ptr<Feed> feed_;
  book::BookSet books_;
  std::unordered_map<std::string, const book::Book*> by_name_;
  std::vector<Event> polled_ = std::vector<Event>(kMinPollBuffer);
  std::size_t next_ = 0, end_ = 0;
  bool ended_ = false;
  std::vector<Event> message_;
  u64 events_ = 0;
};

struct ChannelDifference {
  Sequence message = 0;
  Nanos time{0};
  // The different events; empty for a channel whose message has fewer events.
  std::optional<Event> a, b;
};

struct BookDifference {
  Sequence message = 0;
  Nanos time{0};
  std::string name;  // of the instrument
  book::BookSnapshot a, b;
};

struct ChannelComparison {
  std::optional<ChannelDifference> events;
  std::optional<BookDifference> books;
  u64 messages = 0;  // compared, up to the later of the two differences
};

/// Reads both channels until both differences are found, or to their ends. Calls `keep_on` now and
/// then and stops early when it returns false.
[[nodiscard]] ChannelComparison compare_channels(ComparedChannel& a, ComparedChannel& b,
                                                 const std::function<bool()>& keep_on);

/// "add bid 100 at 585.33, order 17"; without the instrument.
[[nodiscard]] std::string event_words(const Event& event);

}  // namespace tapedeck::tools
