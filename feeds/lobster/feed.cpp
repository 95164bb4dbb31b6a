#include "feeds/lobster/feed.hpp"

#include <algorithm>
#include <utility>

#include "engine/core/units.hpp"
#include "feeds/common/foreign_content.hpp"
#include "feeds/common/instrument_table.hpp"
#include "feeds/common/recorded_time.hpp"

namespace tapedeck::feeds::lobster {
namespace {

constexpr Instrument kOnly{0};

// A hint for easy mistakes: both files of a pair consist of rows of numbers, and a file may be
// packed.
std::string hint_about(std::string_view text) {
  if (const auto foreign = foreign_content(as_bytes_of(text))) {
    return "this is " + std::string{foreign->what} + "; " + std::string{foreign->remedy};
  }
  BookRow row;
  RowFault fault;
  const bool is_book = parse_book_row(text, 0, row, fault);
  return is_book ? "this looks like an orderbook file; name its message file" : "";
}

}  // namespace

LobsterFeed::LobsterFeed(std::unique_ptr<ByteSource> messages, std::unique_ptr<ByteSource> book,
                         LobsterOptions options)
    : message_source_(std::move(messages)),
      book_source_(std::move(book)),
      messages_(*message_source_),
      options_(std::move(options)) {
  if (book_source_ != nullptr) book_.emplace(*book_source_);
}

FeedStatus LobsterFeed::poll(EventBuffer& out, Nanos now) {
  for (u32 taken = 0; hand_over(out) && taken < kMaxMessagesPerPoll; ++taken) {
    // What was read is handed over before a pipe's writer is waited for.
    if (taken > 0 && !messages_.is_ready()) return FeedStatus::ready;
    if (!next_row(pending_, now)) return FeedStatus::ended;
  }
  return FeedStatus::ready;
}

// Returns false when events are left because `out` is full: one row may complete more than fits.
bool LobsterFeed::hand_over(EventBuffer& out) {
  const std::size_t count = std::min<std::size_t>(pending_.size() - handed_over_, out.room());
  for (std::size_t i = 0; i < count; ++i) out.push() = pending_[handed_over_ + i];
  handed_over_ += count;
  if (handed_over_ < pending_.size()) return false;
  pending_.clear();
  handed_over_ = 0;
  return true;
}

bool LobsterFeed::next_row(std::vector<Event>& events, Nanos now) {
  if (ended_) return false;
  const bool good = read_message() && (!book_ || read_book_row());
  counters_.bytes = messages_.bytes_read() + (book_ ? book_->bytes_read() : 0);
  if (!good) {
    ended_ = true;
    return false;
  }
  ++rows_;
  plant_fault();
  push_events(events, now);
  counters_.completions = completion_.levels_seeded() + completion_.levels_completed();
  return true;
}

bool LobsterFeed::read_message() {
  std::string_view text;
  const Line line = messages_.next(text);
  if (line == Line::end) {
    if (rows_ == 0) {
      const bool empty = messages_.line() == 1;
      return break_off(messages_, empty ? "an empty file" : "no row before the end of the file",
                       "a message row");
    }
    // If only one of the files ends here, it was cut short.
    if (!book_ || book_->next(text) == Line::end) return false;
    if (book_source_->damage()) return break_off_at(*book_, Line::damaged);
    return break_off(messages_,
                     "the end of the messages after row " + grouped(messages_.last_row()),
                     "a message for row " + grouped(book_->line()) + " of " + book_source_->name());
  }
  if (line != Line::row) return break_off_at(messages_, line);
  ++counters_.messages;
  RowFault fault;
  if (parse_message_row(text, message_, fault)) {
    if (options_.observer != nullptr)
      options_.observer->on_message(as_bytes_of(text), counters_.messages, {});
    return true;
  }
  return break_off(messages_, fault, rows_ == 0 ? hint_about(text) : "");
}

bool LobsterFeed::read_book_row() {
  std::string_view text;
  const Line line = book_->next(text);
  if (line == Line::end) {
    return break_off(*book_, "the end of the book file after row " + grouped(book_->last_row()),
                     "the book after message " + grouped(messages_.last_row()) + " of " +
                         message_source_->name());
  }
  if (line != Line::row) return break_off_at(*book_, line);
  RowFault fault;
  if (book_rows_.parse(text, fault)) return true;
  return break_off(*book_, fault, rows_ == 0 ? hint_about(text) : "");
}

void LobsterFeed::push_events(std::vector<Event>& events, Nanos now) {
  Event head{};
  head.exchange_time = options_.midnight + message_.since_midnight;
  head.due_time = now;
  head.sequence = rows_;
  head.instrument = kOnly;
  if (rows_ > 1 && head.exchange_time < latest_) ++counters_.time_backwards;
  // A time far before the latest one says that the latest was damaged.
  const bool is_far_back = latest_ - head.exchange_time > RecordedTime::kLongestPause;
  if (rows_ == 1 || is_far_back || head.exchange_time > latest_) latest_ = head.exchange_time;

  RowEvents out{events, head};
  if (rows_ == 1) {
    out.push(Kind::define, Side::none).define = define_fields(options_.symbol, 0);
    out.push(Kind::trading_state, Side::none, kSynthetic).state.state = TradingState::trading;
  }
  const bool ignored = options_.fault.ignore_deletes && message_.type == MessageType::remove;
  if (book_) {
    if (rows_ == 1) completion_.seed(message_, book_row(), out);
    if (!ignored) completion_.apply(message_, out);
    completion_.complete(book_row(), out);
  } else if (!ignored) {
    push_message(message_, out);
  }
  out.finish();
}

void LobsterFeed::plant_fault() {
  if (rows_ == options_.fault.size_at_row) message_.size += Quantity{1};
  if (options_.fault.swap_side) message_.side = opposite(message_.side);
}

// Breaks off at the line that the reader is at.
bool LobsterFeed::break_off(const RowReader& reader, std::string found, std::string expected,
                            std::string hint) {
  damage_ = row_damage(reader.source(), reader.line(), std::move(found), std::move(expected),
                       std::move(hint));
  return false;
}

bool LobsterFeed::break_off(const RowReader& reader, const RowFault& fault, std::string hint) {
  ++counters_.malformed;
  return break_off(reader, "column " + std::to_string(fault.column) + " is " + fault.found,
                   fault.expected, std::move(hint));
}

// Converts a source's damage, which is at a byte, to a row, which people can look up.
bool LobsterFeed::break_off_at(const RowReader& reader, Line line) {
  if (line == Line::too_long) {
    ++counters_.malformed;
    if (reader.has_only_blanks()) {
      return break_off(reader, "more than " + grouped(kMaxBlankLines) + " blank lines", "a row");
    }
    return break_off(reader, "no line end in " + grouped(kMaxRow) + " bytes", "a shorter row");
  }
  const Damage& broken = *reader.source().damage();
  return break_off(reader, broken.found + " at byte " + grouped(broken.offset), broken.expected,
                   broken.hint);
}

ReadProgress LobsterFeed::progress() const {
  const ReadProgress messages = message_source_->progress();
  if (!book_) return messages;
  const ReadProgress book = book_source_->progress();
  const bool is_total_known = messages.total != 0 && book.total != 0;
  return {messages.read + book.read, is_total_known ? messages.total + book.total : 0};
}

std::vector<std::string> LobsterFeed::warnings() const {
  if (book_) return {};
  return {message_source_->name() +
          ": a message file alone lacks the orders that its window hid, and books made of it are "
          "incomplete; put its book file beside it, or name it with `orderbook`"};
}

}  // namespace tapedeck::feeds::lobster
