// Reads one LOBSTER recording of one instrument on one day: a message file and, optionally, its
// book file. One thread. RowReader says what is skipped between the rows.
//
// With the book file, the feed adds events to those of the messages (see completion.hpp). A book
// that applies all events then shows the levels of book row k after message k. Without the book
// file, each message row is one event. The book then lacks the orders that rested outside the
// recorded levels or before the first row.
//
// The feed first emits the instrument's definition and a synthetic trading state, because the files
// have no message that says that continuous trading has begun. An invalid row ends the channel,
// because text gives no safe place to resume. LOBSTER has no closing message. complete() therefore
// means that the message file and its book file, if any, ended after the same row.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/recording.hpp"
#include "feeds/common/message_observer.hpp"
#include "feeds/lobster/book_rows.hpp"
#include "feeds/lobster/completion.hpp"
#include "feeds/lobster/row_reader.hpp"

namespace tapedeck::feeds::lobster {

/// Faults that the feed plants in the messages, to prove that a comparison with the book file finds
/// them. Rows count from 1. A wrong size of a hidden execution cannot be found, because no book
/// shows that size.
struct PlantedFault {
  u64 size_at_row = 0;  // adds one to the size in this row; 0: no row
  bool ignore_deletes = false;
  bool swap_side = false;
};

struct LobsterOptions {
  std::string symbol;
  Nanos midnight{0};  // added to every time
  PlantedFault fault;
  MessageObserver* observer = nullptr;  // sees the message rows; must outlive the feed
};

class LobsterFeed final : public RecordedFeed {
 public:
  /// `book` may be null; the feed then adds no events to those of the messages.
  LobsterFeed(std::unique_ptr<ByteSource> messages, std::unique_ptr<ByteSource> book,
              LobsterOptions options);

  std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) override { return {}; }
  [[nodiscard]] FeedStatus poll(EventBuffer& out, Nanos now) override;

  /// Decodes one row and appends its events to `events`. Returns false once the channel has ended.
  /// Callers use either next_row() or poll(), because poll() calls next_row().
  [[nodiscard]] bool next_row(std::vector<Event>& events, Nanos now);
  /// rows() returns the number of rows decoded so far. message() and book_row() return the last row
  /// of each file. book_row() requires a book file.
  [[nodiscard]] u64 rows() const { return rows_; }
  [[nodiscard]] const MessageRow& message() const { return message_; }
  [[nodiscard]] const BookRow& book_row() const { return book_rows_.row(); }
  [[nodiscard]] const Completion& completion() const { return completion_; }

  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  [[nodiscard]] const std::optional<Damage>& damage() const override { return damage_; }
  [[nodiscard]] bool said_complete() const override { return ended_; }
  [[nodiscard]] Sequence last_sequence() const override { return rows_; }
  [[nodiscard]] ReadProgress progress() const override;
  [[nodiscard]] std::vector<std::string> warnings() const override;

 private:
  [[nodiscard]] bool read_message();
  [[nodiscard]] bool read_book_row();
  [[nodiscard]] bool hand_over(EventBuffer& out);
  void push_events(std::vector<Event>& events, Nanos now);
  void plant_fault();
  bool break_off(const RowReader& reader, std::string found, std::string expected,
                 std::string hint = {});
  bool break_off(const RowReader& reader, const RowFault& fault, std::string hint = {});
  bool break_off_at(const RowReader& reader, Line line);

  std::unique_ptr<ByteSource> message_source_;
  std::unique_ptr<ByteSource> book_source_;
  RowReader messages_;
  std::optional<RowReader> book_;
  LobsterOptions options_;
  Completion completion_;
  MessageRow message_;
  BookRows book_rows_;
  std::vector<Event> pending_;  // decoded, not yet handed over by poll()
  std::size_t handed_over_ = 0;
  u64 rows_ = 0;
  Nanos latest_{0};
  bool ended_ = false;
  FeedCounters counters_;
  std::optional<Damage> damage_;
};

}  // namespace tapedeck::feeds::lobster
