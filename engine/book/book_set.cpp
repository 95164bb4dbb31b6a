#include "engine/book/book_set.hpp"

#include <algorithm>

#include "engine/book/book_set_look_ahead.hpp"
#include "engine/book/book_set_observed.hpp"
#include "engine/book/book_set_views.hpp"

namespace tapedeck::book {

static_assert(sizeof(Order) == 32 && sizeof(Level) == 32);

namespace {

constexpr bool may_add(Kind kind) {
  return kind == Kind::add || kind == Kind::upsert || kind == Kind::replace || kind == Kind::modify;
}

}  // namespace

template <JoinAt kJoinAt>
BasicBookSet<kJoinAt>::BasicBookSet(BookOptions options) : options_(options) {
  if (options.hash_key != 0) index_ = OrderIndex{options.hash_key};
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::open_line(LineNumber line, bool home) {
  if (lines_.size() <= line) lines_.resize(std::size_t{line} + 1);
  lines_[line].home = home;
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::apply(LineNumber number, std::span<const Event> events) {
  apply_looking_ahead(number, events, [](const Event&, const Applied&) {});
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::apply(LineNumber number, std::span<const Event> events,
                                  BookObserver& observer) {
  const Line& line = lines_[number];
  apply_looking_ahead(number, events, [&](const Event& event, const Applied& applied) {
    tell(line, event, applied, observer);
  });
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::apply(LineNumber number, const Event& event) {
  return apply_to_line(number, lines_[number], event);
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::apply_to_line(LineNumber number, Line& line, const Event& event) {
  if (event.instrument.value < line.books.size() && event.kind != Kind::define) [[likely]] {
    if (Book* const book = line.books[event.instrument.value].book) {
      return apply_to_book(line, *book, event);
    }
  }
  if (event.kind == Kind::define) {
    define(number, line, event);
    return {};
  }
  if (event.instrument != kEveryInstrument && event.instrument != kNoInstrument) {
    if (!is_control(event.kind)) ++counters_.unrouted;
    return {};
  }
  if (!is_control(event.kind) && line.home) {
    ++(event.kind == Kind::notice ? counters_.notices : counters_.applied);
  }
  if (event.instrument != kEveryInstrument) return {};
  if (event.kind == Kind::trading_state) line.session = event.state.session;
  if (event.kind == Kind::loss) {
    line.lost = {line.lost ? line.lost->first : event.loss.first, event.loss.last};
  }
  if (event.kind == Kind::clear) line.lost.reset();
  // A session concerns every book, and is kept once.
  if (event.kind != Kind::clear && event.kind != Kind::loss) return {};
  for (const auto& [book, number_in_set] : line.books) {
    if (book == nullptr) continue;
    if (event.kind == Kind::clear) clear(*book);
    if (event.kind == Kind::loss) book->state.on_loss(event.loss, true);
    mark_changed(*book);
  }
  return {};
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::define(LineNumber number, Line& line, const Event& event) {
  const u32 at = event.instrument.value;
  if (at >= kMaxInstrumentsPerLine) return;  // its events will be unrouted
  if (line.books.size() <= at) line.books.resize(std::size_t{at} + 1);
  if (line.books[at].book == nullptr) {
    Book& book = books_.emplace_back();
    book.number = static_cast<u32>(books_.size());
    book.line = number;
    book.instrument = event.instrument;
    line.books[at] = {&book, book.number};
    // What was lost before may have concerned it: it cannot be better than its line.
    if (line.lost) book.state.on_loss(*line.lost, true);
  }
  Book& book = *line.books[at].book;
  book.state.define = event.define;
  book.state.last_time = event.exchange_time;
  book.state.last_sequence = event.sequence;
  mark_changed(book);
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::apply_to_book(Line& line, Book& book, const Event& event) {
  InstrumentState& state = book.state;
  if (event.kind == Kind::loss) {
    const bool carry_on = (event.flags & kCarryOn) != 0;
    // Emptying a book forgets what it missed; a book that waits already has missed both ranges.
    const Sequence first = state.stale ? state.lost.first : event.loss.first;
    if (!carry_on) clear(book);
    state.on_loss({first, event.loss.last}, carry_on);
    mark_changed(book);
    return {};
  }
  if (event.kind == Kind::notice) {
    ++counters_.notices;
    return {};
  }
  if (state.stale) [[unlikely]] {
    if (state.ignoring && event.kind != Kind::clear && event.kind != Kind::trading_state) {
      ++counters_.ignored;
      return {};
    }
    state.suspect = true;  // messages are missing before this one
  }
  ++counters_.applied;
  ++state.events;
  state.last_time = event.exchange_time;
  state.last_sequence = event.sequence;
  const Applied applied = dispatch(book, event);
  if (applied.fault != Fault::none) [[unlikely]] {
    ++counters_.faults[static_cast<std::size_t>(applied.fault)];
    state.suspect = true;
  }
  if ((event.flags & kDoubtful) != 0) [[unlikely]] {
    state.suspect = true;
  }
  // Only what adds can cross a book; a look at both sides is two cache lines.
  state.may_be_crossed |= may_add(event.kind);
  if (state.may_be_crossed && (event.flags & kLastOfEvent) != 0) check_crossed(line, book);
  if (options_.flow_digest) {
    state.flow =
        flow_step(state.flow, event, applied.quantity, book.best(Side::bid), book.best(Side::ask));
  }
  mark_changed(book);
  return applied;
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::dispatch(Book& book, const Event& event) {
  InstrumentState& state = book.state;
  const OrderFields& order = event.order;
  switch (event.kind) {
    case Kind::add: {
      const Applied applied = add(book, order.id, event.side, order.price, order.quantity);
      if (applied.fault == Fault::none && (event.flags & kSynthetic) == 0) ++state.adds;
      return applied;
    }
    case Kind::upsert:
      return upsert(book, event);
    case Kind::reduce:
      return take_off(book, index_.locate(order.id, book.number), order.quantity,
                      Fault::over_cancel);
    case Kind::execute:
    case Kind::execute_at:
      return execute(book, event);
    case Kind::remove:
      return remove(book, order.id);
    case Kind::replace:
      return replace(book, order);
    case Kind::modify:
      return modify(book, order);
    case Kind::clear:
      clear(book);
      return {};
    case Kind::trade:
    case Kind::cross: {
      const Quantity quantity = std::max(order.quantity, Quantity{0});
      const bool printable = quantity.value > 0 && (event.flags & kNonPrintable) == 0;
      state.traded(order.price, quantity, printable);
      return {quantity, Fault::none};
    }
    case Kind::trading_state:
      // A session is the whole line's, see StateFields.
      state.on_trading_state(event.state, (event.flags & kOperational) != 0);
      return {};
    case Kind::auction:
      state.auction = event.auction;
      return {};
    case Kind::collar:
      state.collar = event.collar;
      return {};
    default:
      return {};  // trade_break changes nothing that is kept; control kinds never get here
  }
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::check_crossed(const Line& line, Book& book) {
  InstrumentState& state = book.state;
  state.may_be_crossed = book.crossed();
  if (!state.may_be_crossed) [[likely]] {
    state.crossed_while_trading = false;
    return;
  }
  if (state.crossed_while_trading || !state.must_not_cross(line.session)) return;
  state.crossed_while_trading = true;
  state.suspect = true;
  ++counters_.crossed_events;
}

// ---------------------------------------------------------------------------------------------
// What orders do.

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::add(Book& book, OrderId id, Side side, Price price,
                                   Quantity quantity) {
  if (side == Side::none || price == kNoPrice) return {{0}, Fault::bad_order};
  if (quantity.value <= 0) return {{0}, Fault::bad_quantity};
  PriceSide& levels = book.side(side);
  const Rank rank = rank_of(price, side);
  const u32 at = levels.position(rank);
  Handle level = levels.level_at(at, rank);
  i64 total = 0;
  if (level != kNoHandle &&
      __builtin_add_overflow(levels_.at(level).total.value, quantity.value, &total)) {
    return {{0}, Fault::total_overflow};
  }
  Handle* const indexed = index_.try_insert(id, book.number);
  if (indexed == nullptr) return {{0}, Fault::duplicate_add};
  const Handle handle = orders_.take();
  *indexed = handle;
  if (level == kNoHandle) {
    level = levels_.take();
    levels_.at(level) = {rank, {0}, kNoHandle, kNoHandle, 0, side};
    levels.insert(at, rank, level);
  }
  Order& order = orders_.at(handle);
  order.id = id;
  order.quantity = quantity;
  order.flags = 0;
  append(levels_.at(level), level, handle);
  return {quantity, Fault::none};
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::take_off(Book& book, OrderIndex::Place place, Quantity quantity,
                                        Fault when_more) {
  if (place == OrderIndex::kNowhere) return {{0}, Fault::unknown_order};
  if (quantity.value <= 0) return {{0}, Fault::bad_quantity};
  Order& order = orders_.at(index_.handle_at(place));
  if (quantity < order.quantity) {
    order.quantity -= quantity;
    levels_.at(order.level).total -= quantity;
    return {quantity, Fault::none};
  }
  const Applied applied{order.quantity, quantity > order.quantity ? when_more : Fault::none};
  drop(book, place);
  return applied;
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::execute(Book& book, const Event& event) {
  const OrderIndex::Place place = index_.locate(event.order.id, book.number);
  if (place != OrderIndex::kNowhere) {
    const Level& level = levels_.at(orders_.at(index_.handle_at(place)).level);
    executed_ = {level.side, event.kind == Kind::execute ? price_of(level.rank, level.side)
                                                         : event.order.price};
  }
  const Applied applied = take_off(book, place, event.order.quantity, Fault::over_execution);
  if (applied.quantity.value > 0) {
    InstrumentState& state = book.state;
    ++state.executions;
    state.executed = saturating_sum(state.executed, applied.quantity);
    state.traded(executed_.price, applied.quantity, (event.flags & kNonPrintable) == 0);
  }
  return applied;
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::remove(Book& book, OrderId id) {
  const OrderIndex::Place place = index_.locate(id, book.number);
  if (place == OrderIndex::kNowhere) return {{0}, Fault::unknown_order};
  const Quantity quantity = orders_.at(index_.handle_at(place)).quantity;
  drop(book, place);
  return {quantity, Fault::none};
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::replace(Book& book, const OrderFields& fields) {
  const OrderIndex::Place place = index_.locate(fields.id, book.number);
  if (place == OrderIndex::kNowhere) return {{0}, Fault::unknown_order};
  const Side side = levels_.at(orders_.at(index_.handle_at(place)).level).side;
  drop(book, place);
  return add(book, OrderId{fields.aux}, side, fields.price, fields.quantity);
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::modify(Book& book, const OrderFields& fields) {
  const OrderIndex::Place place = index_.locate(fields.id, book.number);
  if (place == OrderIndex::kNowhere) return {{0}, Fault::unknown_order};
  if (fields.quantity.value <= 0) return {{0}, Fault::bad_quantity};
  Order& order = orders_.at(index_.handle_at(place));
  Level& level = levels_.at(order.level);
  const Side side = level.side;
  if (fields.quantity < order.quantity && level.rank == rank_of(fields.price, side)) {
    level.total -= order.quantity - fields.quantity;
    order.quantity = fields.quantity;
    return {fields.quantity, Fault::none};
  }
  drop(book, place);
  return add(book, fields.id, side, fields.price, fields.quantity);
}

template <JoinAt kJoinAt>
Applied BasicBookSet<kJoinAt>::upsert(Book& book, const Event& event) {
  const OrderFields& fields = event.order;
  const OrderIndex::Place place = index_.locate(fields.id, book.number);
  const bool is_new = place == OrderIndex::kNowhere;
  if (!is_new) drop(book, place);
  const Applied applied = add(book, fields.id, event.side, fields.price, fields.quantity);
  if (is_new && applied.fault == Fault::none) ++book.state.adds;
  return applied;
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::clear(Book& book) {
  for (PriceSide& side : book.sides) {
    for (u32 depth = 0; depth < side.size(); ++depth) {
      const Handle level = side.from_best(depth).level;
      for (Handle handle = levels_.at(level).head; handle != kNoHandle;) {
        const Order& order = orders_.at(handle);
        const Handle next = order.next;
        index_.erase(index_.locate(order.id, book.number));
        orders_.give(handle);
        handle = next;
      }
      levels_.give(level);
    }
    side.clear();
  }
  book.state.on_clear();
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::append(Level& level, Handle level_handle, Handle handle) {
  Order& order = orders_.at(handle);
  order.level = level_handle;
  if constexpr (kJoinAt == JoinAt::back) {
    order.previous = level.tail;
    order.next = kNoHandle;
    (level.tail != kNoHandle ? orders_.at(level.tail).next : level.head) = handle;
    level.tail = handle;
  } else {
    order.previous = kNoHandle;
    order.next = level.head;
    (level.head != kNoHandle ? orders_.at(level.head).previous : level.tail) = handle;
    level.head = handle;
  }
  level.total += order.quantity;
  ++level.orders;
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::unlink(Book& book, Handle handle) {
  const Order& order = orders_.at(handle);
  const Handle level_handle = order.level;
  Level& level = levels_.at(level_handle);
  (order.previous != kNoHandle ? orders_.at(order.previous).next : level.head) = order.next;
  (order.next != kNoHandle ? orders_.at(order.next).previous : level.tail) = order.previous;
  level.total -= order.quantity;
  if (--level.orders != 0) return;
  PriceSide& side = book.side(level.side);
  side.erase(side.position(level.rank));
  levels_.give(level_handle);
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::drop(Book& book, OrderIndex::Place place) {
  const Handle handle = index_.handle_at(place);
  index_.erase(place);
  unlink(book, handle);
  orders_.give(handle);
}

template class BasicBookSet<JoinAt::back>;
template class BasicBookSet<JoinAt::front>;

}  // namespace tapedeck::book
