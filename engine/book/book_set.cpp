#include "engine/book/book_set.hpp"

#include <algorithm>
#include <cassert>

#include "engine/book/book_set_look_ahead.hpp"
#include "engine/book/book_set_observed.hpp"
#include "engine/book/book_set_orders.hpp"
#include "engine/book/book_set_views.hpp"
#include "engine/book/checkpoint_events.hpp"

namespace tapedeck::book {

static_assert(sizeof(Node) == PriceSide::kHandleStep * sizeof(u64));
static_assert(sizeof(Node) == 32 && sizeof(Order) == 32 && sizeof(LevelNode) == 32);
static_assert(std::is_standard_layout_v<Order> && std::is_standard_layout_v<LevelNode>);

template <JoinAt kJoinAt>
BasicBookSet<kJoinAt>::BasicBookSet(BookOptions options)
    : arena_(options.most_bytes), index_(arena_, options.hash_key), options_(options) {}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::open_channel(ChannelId channel, bool home) {
  if (channels_.size() <= channel) channels_.resize(std::size_t{channel} + 1);
  channels_[channel].home = home;
  channels_[channel].slots.open(arena_);
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::apply(ChannelId number, std::span<const Event> events) {
  assert(number < channels_.size() && "open_channel() comes before a channel's first event");
  if (events.size() == 1) {
    (void)apply(number, events.front());
    return;
  }
  if (arena_.used() <= options_.near_bytes) return apply_straight(number, events, Unobserved{});
  apply_looking_ahead(number, events, Unobserved{});
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::apply(ChannelId number, std::span<const Event> events,
                                  BookObserver& observer) {
  assert(number < channels_.size() && "open_channel() comes before a channel's first event");
  const Notifier notifier{*this, channels_[number], observer};
  if (arena_.used() <= options_.near_bytes) return apply_straight(number, events, notifier);
  apply_looking_ahead(number, events, notifier);
}

template <JoinAt kJoinAt>
template <class Observed>
[[gnu::noinline]] void BasicBookSet<kJoinAt>::apply_straight(ChannelId number,
                                                             std::span<const Event> events,
                                                             Observed observed) {
  Channel& channel = channels_[number];
  for (const Event& event : events) {
    Book* const book = has_order_fields(event.kind) ? book_of(channel, event) : nullptr;
    observed.before(event);
    if (book == nullptr) [[unlikely]] {
      observed.after_elsewhere(event, apply_elsewhere(number, channel, event));
      continue;
    }
    observed.after(event, *book,
                   apply_to_book(channel, *book, event, seen_now(channel, *book, event)));
    if (channel.slots.is_crowded()) [[unlikely]]
      split_slots(channel);
  }
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::apply(ChannelId number, const Event& event) {
  assert(number < channels_.size() && "open_channel() comes before a channel's first event");
  Channel& channel = channels_[number];
  const Applied applied = apply_elsewhere(number, channel, event);
  if (channel.slots.is_crowded()) [[unlikely]]
    split_slots(channel);
  return applied;
}

// The slow path: events that were not looked ahead for, that concern no order, or that have no
// book.
template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::apply_elsewhere(ChannelId number, Channel& channel,
                                               const Event& event) {
  if (event.kind == Kind::define) {
    define(number, channel, event);
    return {};
  }
  if (Book* const its_book = book_of(channel, event)) {
    Book& book = *its_book;
    if (event.kind == Kind::notice || event.kind == Kind::loss || event.kind == Kind::restore) {
      if (event.kind == Kind::notice) ++counters_.notices;
      if (event.kind == Kind::loss) on_loss(book, event);
      if (event.kind == Kind::restore) {
        restore(book.state, event);
        mark_changed(book);
      }
      return {};
    }
    return apply_to_book(channel, book, event, seen_now(channel, book, event));
  }
  if (event.instrument != kEveryInstrument && event.instrument != kNoInstrument) {
    if (!is_control(event.kind)) ++counters_.unrouted;
    return {};
  }
  if (!is_control(event.kind) && channel.home) {
    ++(event.kind == Kind::notice ? counters_.notices : counters_.applied);
  }
  if (event.instrument != kEveryInstrument) return {};
  if (event.kind == Kind::restore) restore_channel(channel, event.restore);
  if (event.kind == Kind::trading_state) on_session(channel, event.state.session);
  const bool joined = event.kind == Kind::loss && (event.flags & kJoined) != 0;
  if (joined) {
    channel.joined = event.loss.last + 1;
  } else if (event.kind == Kind::loss) {
    channel.lost = {channel.lost ? channel.lost->first : event.loss.first, event.loss.last};
  }
  if (event.kind == Kind::clear) {
    channel.lost.reset();
    channel.joined = 0;
  }
  // A session concerns every book, but is stored once, in the channel.
  if (event.kind != Kind::clear && event.kind != Kind::loss) return {};
  for (Book* const book : channel.books) {
    if (book == nullptr) continue;
    if (event.kind == Kind::clear) clear(*book);
    if (event.kind == Kind::loss) on_channel_loss(book->state, event.loss, joined);
    mark_changed(*book);
  }
  return {};
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::on_session(Channel& channel, Session session) {
  const bool closes =
      (session == Session::messages_ended) != (channel.session == Session::messages_ended);
  channel.session = session;
  if (!closes) return;
  for (Book* const book : channel.books) {
    if (book != nullptr) mark_changed(*book);
  }
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::define(ChannelId number, Channel& channel, const Event& event) {
  const u32 at = event.instrument.value;
  if (at >= kMaxInstrumentsPerChannel) return;  // its events will be unrouted
  if (channel.books.size() <= at) channel.books.resize(std::size_t{at} + 1);
  if (channel.books[at] == nullptr) {
    Book& book = books_.emplace_back();
    book.number = static_cast<u32>(books_.size());
    book.channel = number;
    book.instrument = event.instrument;
    channel.books[at] = &book;
    // Messages that the channel lost earlier may have concerned this book, so that the book is
    // STALE like its channel.
    if (channel.joined != 0) book.state.on_joined(channel.joined);
    if (channel.lost) book.state.on_loss(*channel.lost, true);
  }
  Book& book = *channel.books[at];
  ++definitions_;
  book.state.define = event.define;
  book.state.last_time = event.exchange_time;
  book.state.last_sequence = event.sequence;
  mark_changed(book);
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::restore_channel(Channel& channel, const RestoreFields& fields) {
  if (fields.part == static_cast<u8>(Restored::joined)) channel.joined = fields.values[0];
  if (fields.part != static_cast<u8>(Restored::channel)) return;
  const bool known = fields.values[0] <= static_cast<u64>(Session::messages_ended);
  channel.session = known ? static_cast<Session>(fields.values[0]) : Session::unknown;
  if (fields.values[2] != 0) channel.lost = {fields.values[1], fields.values[2]};
}

template <JoinAt kJoinAt>
inline Applied BasicBookSet<kJoinAt>::apply_to_book(Channel& channel, Book& book,
                                                    const Event& event, const Foreseen& seen) {
  InstrumentState& state = book.state;
  if (state.is_stale()) [[unlikely]] {
    const bool always = event.kind == Kind::clear || event.kind == Kind::trading_state;
    if (state.ignores_events() && !always) {
      ++counters_.ignored;
      return {};
    }
  }
  ++counters_.applied;
  ++state.events;
  state.last_time = event.exchange_time;
  state.last_sequence = event.sequence;
  const Applied applied = dispatch(channel, book, event, seen);
  if (applied.fault != Fault::none || (event.flags & kDoubtful) != 0) [[unlikely]] {
    on_misfit(state, event, applied.fault);
  }
  if ((event.flags & kLastOfEvent) != 0) [[likely]] {
    if (book.crossed()) [[unlikely]] {
      on_crossed(channel, book, event.sequence);
    } else {
      state.crossed_while_trading = false;
    }
  }
  if (options_.flow_digest) {
    state.flow =
        flow_step(state.flow, event, applied.quantity, book.best(Side::bid), book.best(Side::ask));
  }
  mark_changed(book);
  return applied;
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::on_loss(Book& book, const Event& event) {
  InstrumentState& state = book.state;
  const bool carry_on = (event.flags & kCarryOn) != 0;
  // Emptying a book clears its lost range, so that the first number is kept here. A book that is
  // stale already has lost both ranges.
  const Sequence first = state.is_stale() ? state.trust_range.first : event.loss.first;
  if (!carry_on) clear(book);
  state.on_loss({first, event.loss.last}, carry_on);
  mark_changed(book);
}

template <JoinAt kJoinAt>
inline Applied BasicBookSet<kJoinAt>::dispatch(Channel& channel, Book& book, const Event& event,
                                               const Foreseen& seen) {
  InstrumentState& state = book.state;
  const OrderFields& order = event.order;
  switch (event.kind) {
    case Kind::add: {
      const Applied applied =
          add(book, {seen.slot, order.id, event.side, order.price, order.quantity, seen.level});
      if (applied.fault == Fault::none && (event.flags & kSynthetic) == 0) ++state.adds;
      return applied;
    }
    case Kind::upsert:
      return upsert(book, named(book, order.id, seen), event);
    case Kind::reduce:
      if ((event.flags & kStatesPlace) != 0) [[unlikely]]
        return reduce_at_place(book, named(book, order.id, seen), event);
      return reduce(book, named(book, order.id, seen), order.quantity, Fault::over_cancel);
    case Kind::execute:
    case Kind::execute_at:
      return execute(book, named(book, order.id, seen), event);
    case Kind::remove:
      return remove(book, named(book, order.id, seen));
    case Kind::replace:
      return replace(channel, book, named(book, order.id, seen), order, seen);
    case Kind::modify:
      return modify(book, named(book, order.id, seen), event);
    case Kind::clear:
      clear(book);
      return {};
    case Kind::clear_side:
      return clear_side(book, event.side);
    case Kind::trade:
    case Kind::cross: {
      const Quantity quantity = std::max(order.quantity, Quantity{0});
      const bool printable = quantity.value > 0 && (event.flags & kNonPrintable) == 0;
      state.traded(order.price, quantity, printable);
      return {quantity, Fault::none};
    }
    case Kind::trading_state:
      // A session belongs to the whole channel, see StateFields.
      state.on_trading_state(event.state, (event.flags & kOperational) != 0);
      return {};
    case Kind::auction:
      state.auction = event.auction;
      return {};
    case Kind::collar:
      state.collar = event.collar;
      return {};
    default:
      return {};  // trade_break changes no state; control kinds never get here
  }
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::on_misfit(InstrumentState& state, const Event& event, Fault fault) {
  if (fault != Fault::none) ++counters_.faults[static_cast<std::size_t>(fault)];
  state.on_misfit(fault != Fault::none ? reason_of(fault) : TrustReason::doubtful, event.sequence);
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::on_crossed(const Channel& channel, Book& book, Sequence sequence) {
  InstrumentState& state = book.state;
  if (state.crossed_while_trading || !state.must_not_cross(channel.session)) return;
  state.crossed_while_trading = true;
  state.on_misfit(TrustReason::crossed, sequence);
  ++counters_.crossed_events;
}

template class BasicBookSet<JoinAt::back>;
template class BasicBookSet<JoinAt::front>;

}  // namespace tapedeck::book
