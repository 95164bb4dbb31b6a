#include "tools/diff/channel_diff.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"

namespace tapedeck::tools {
namespace {

constexpr ChannelId kOnlyChannel = 0;
constexpr u64 kAskEvery = 4096;  // messages

// Returns the first event that differs between two messages, if any.
std::optional<ChannelDifference> first_difference(const std::vector<Event>& a,
                                                  const std::vector<Event>& b) {
  const auto [at_a, at_b] = std::ranges::mismatch(a, b, same_event);
  if (at_a == a.end() && at_b == b.end()) return {};
  ChannelDifference difference;
  if (at_a != a.end()) difference.a = *at_a;
  if (at_b != b.end()) difference.b = *at_b;
  const Event& one = difference.a ? *difference.a : *difference.b;
  difference.message = one.sequence;
  difference.time = one.exchange_time;
  return difference;
}

// Returns the first difference of books, among the instruments of two messages, if any.
std::optional<BookDifference> first_difference(const ComparedChannel& a, const ComparedChannel& b,
                                               const std::vector<Event>& of_a,
                                               const std::vector<Event>& of_b) {
  std::set<std::string> concerned;
  BookDifference difference;
  for (const auto& [channel, events] : {std::pair{&a, &of_a}, std::pair{&b, &of_b}}) {
    for (const Event& event : *events) {
      difference.time = std::max(difference.time, event.exchange_time);
      difference.message = std::max(difference.message, event.sequence);
      if (event.instrument != kEveryInstrument) {
        concerned.insert(channel->name_of(event.instrument));
        continue;
      }
      for (const book::Book& book : channel->books().books()) {
        concerned.insert(channel->name_of(book.instrument));
      }
    }
  }
  for (const std::string& name : concerned) {
    difference.a = a.snapshot_of(name);
    difference.b = b.snapshot_of(name);
    if (difference.a == difference.b) continue;
    difference.name = name;
    return difference;
  }
  return {};
}

std::string side_text(Side side) {
  return side == Side::bid ? " bid" : side == Side::ask ? " ask" : "";
}

std::string order_words(const Event& event) {
  const OrderFields& order = event.order;
  std::string text{name_of(event.kind)};
  text += side_text(event.side);
  if (order.quantity.value != 0) text += " " + std::to_string(order.quantity.value);
  if (order.price != kNoPrice) text += " at " + decimal(order.price);
  text += ", order " + std::to_string(order.id.value);
  if (event.kind == Kind::replace) text += " by " + std::to_string(order.aux);
  return text;
}

}  // namespace

ComparedChannel::ComparedChannel(std::unique_ptr<Feed> feed, u64 hash_key)
    : feed_(std::move(feed)), books_({.hash_key = hash_key}) {
  books_.open_channel(kOnlyChannel, true);
}

bool ComparedChannel::begin_after(Sequence message) {
  const auto begun = feed_->recording()->seek({message + 1, kBeginningOfTime});
  if (!begun || begun->sequence != message) return false;
  while (peek() != nullptr && (peek()->flags & kOfCheckpoint) != 0) apply_next();
  return true;
}

const Event* ComparedChannel::peek() {
  while (next_ == end_) {
    if (ended_) return nullptr;
    EventBuffer room{polled_.data(), kMinPollBuffer};
    ended_ = feed_->poll(room, Nanos{1}) == FeedStatus::ended;
    next_ = 0;
    end_ = room.size();
  }
  return &polled_[next_];
}

const std::vector<Event>& ComparedChannel::take_message(Sequence number) {
  message_.clear();
  for (const Event* event = peek(); event != nullptr && event->sequence <= number; event = peek()) {
    message_.push_back(*event);
    apply_next();
  }
  events_ += message_.size();
  return message_;
}

void ComparedChannel::apply_next() {
  const Event& event = polled_[next_++];
  books_.apply(kOnlyChannel, event);
  if (event.kind != Kind::define) return;
  by_name_[name_of(event.instrument)] = books_.find(kOnlyChannel, event.instrument);
}

book::BookSnapshot ComparedChannel::snapshot_of(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? book::BookSnapshot{} : books_.snapshot(*found->second);
}

std::string ComparedChannel::name_of(Instrument instrument) const {
  if (instrument == kEveryInstrument) return "the whole channel";
  if (instrument == kNoInstrument) return "no instrument";
  const book::Book* const book = books_.find(kOnlyChannel, instrument);
  return book != nullptr ? printable(book->state.define.name())
                         : "instrument " + std::to_string(instrument.value);
}

ChannelComparison compare_channels(ComparedChannel& a, ComparedChannel& b,
                                   const std::function<bool()>& keep_on) {
  ChannelComparison comparison;
  while (!comparison.events || !comparison.books) {
    const Event* const in_a = a.peek();
    const Event* const in_b = b.peek();
    if (in_a == nullptr && in_b == nullptr) break;
    const Sequence number = in_a == nullptr   ? in_b->sequence
                            : in_b == nullptr ? in_a->sequence
                                              : std::min(in_a->sequence, in_b->sequence);
    const std::vector<Event>& of_a = a.take_message(number);
    const std::vector<Event>& of_b = b.take_message(number);
    if (!comparison.events) comparison.events = first_difference(of_a, of_b);
    // Until an event differs, the books are equal, because they were built from the same events.
    if (comparison.events && !comparison.books) {
      comparison.books = first_difference(a, b, of_a, of_b);
    }
    if (++comparison.messages % kAskEvery == 0 && !keep_on()) break;
  }
  return comparison;
}

std::string event_words(const Event& event) {
  switch (payload_of(event.kind)) {
    case Payload::order:
      return order_words(event);
    case Payload::define:
      return "define as " + printable(event.define.name()) + ", number " +
             std::to_string(event.define.source_id);
    case Payload::state:
      return event.instrument == kEveryInstrument
                 ? "session " + std::to_string(static_cast<int>(event.state.session))
                 : std::string{"trading state "} + std::string{name_of(event.state.state)};
    case Payload::loss:
      return "loss of messages " + std::to_string(event.loss.first) + " to " +
             std::to_string(event.loss.last);
    case Payload::notice:
      return std::string{"notice "} + printable({&event.notice.type, 1});
    default:
      return std::string{name_of(event.kind)};
  }
}

}  // namespace tapedeck::tools
