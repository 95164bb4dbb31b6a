// Where two channels part: their first event, and the first state of a book, that are not the same.
//
// One thread. Messages are compared by their numbers within the channel; when an event was there to
// be taken is not compared. Memory: two sets of books, and a message of each channel.
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

/// One of the two channels, as far as it has been compared.
class ComparedChannel {
 public:
  explicit ComparedChannel(std::unique_ptr<Feed> feed, u64 hash_key);

  /// Before anything else: begins with the books as they were after this message. False when no
  /// checkpoint says how they were; then the channel is at some other place.
  [[nodiscard]] bool begin_after(Sequence message);
  /// The next event that has not been taken; null at the end.
  [[nodiscard]] const Event* peek();
  /// Takes all events of the messages up to this number, and applies them.
  [[nodiscard]] const std::vector<Event>& take_message(Sequence number);

  [[nodiscard]] const Feed& feed() const { return *feed_; }
  [[nodiscard]] const book::BookSet& books() const { return books_; }
  [[nodiscard]] u64 events() const { return events_; }
  /// The instrument's symbol, "the whole channel", or its number where it was never defined.
  [[nodiscard]] std::string name_of(Instrument instrument) const;
  /// What rests in the book of that name now; nothing where there is none.
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
  // Of events: what either channel has there; nothing, where a message has fewer of them.
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
  u64 messages = 0;  // compared, up to the last difference looked for
};

/// Reads both channels until both differences are found, or to their ends. `keep_on` is asked now
/// and then, and ends it early by saying no.
[[nodiscard]] ChannelComparison compare_channels(ComparedChannel& a, ComparedChannel& b,
                                                 const std::function<bool()>& keep_on);

/// "add bid 100 at 585.33, order 17"; without the instrument.
[[nodiscard]] std::string event_words(const Event& event);

}  // namespace tapedeck::tools
