// Finds where two channels diverge: the first event that differs, and the first message after which
// a book differs.
//
// One thread. Compares messages that have the same number within their channels. Does not compare
// due times. Memory: two sets of books, and one message of each channel.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/book/book_set.hpp"
#include "engine/core/recording.hpp"

namespace tapedeck::tools {

/// One of the two channels, with its books as they are at the current position of the comparison.
class ComparedChannel {
 public:
  explicit ComparedChannel(std::unique_ptr<Feed> feed, u64 hash_key);

  /// Restores the books as they were after message number `message`. Call it before any other
  /// function. Returns false if there is no checkpoint right after this message. The channel's
  /// position is then unspecified.
  [[nodiscard]] bool begin_after(Sequence message);
  /// Returns the next event, without taking it; null at the end.
  [[nodiscard]] const Event* peek();
  /// Takes all events of the messages up to `number`, applies them to the books, and returns them.
  [[nodiscard]] const std::vector<Event>& take_message(Sequence number);

  [[nodiscard]] const Feed& feed() const { return *feed_; }
  [[nodiscard]] const book::BookSet& books() const { return books_; }
  [[nodiscard]] u64 events() const { return events_; }
  /// Returns the instrument's symbol, "the whole channel", or its number if it was never defined.
  [[nodiscard]] std::string name_of(Instrument instrument) const;
  /// Returns the current orders of the book with this symbol; an empty snapshot if there is no such
  /// book.
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
  // The two different events. One is empty if that channel's message has fewer events.
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
  u64 messages = 0;  // compared until both differences were found, or to the end
};

/// Reads both channels until an event difference and a book difference are found, or to their ends.
/// Calls `keep_on` from time to time, and stops early if `keep_on` returns false.
[[nodiscard]] ChannelComparison compare_channels(ComparedChannel& a, ComparedChannel& b,
                                                 const std::function<bool()>& keep_on);

/// Returns the event as text, without the instrument: "add bid 100 at 585.33, order 17".
[[nodiscard]] std::string event_words(const Event& event);

}  // namespace tapedeck::tools
