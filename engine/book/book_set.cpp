#include "engine/book/book_set.hpp"

#include <algorithm>

namespace tapedeck::book {

static_assert(sizeof(Order) == 32 && sizeof(Level) == 32);

namespace {

// How far ahead of the event being applied each kind of memory is asked for. A stage needs what
// the stage before it has brought: the slot names the order, the order names the level.
constexpr std::size_t kSlotAhead = 16;
constexpr std::size_t kOrderAhead = 10;
constexpr std::size_t kLevelAhead = 6;
constexpr std::size_t kQueueAhead = 3;

constexpr std::size_t kCacheLine = 64;
// The sides and what every event touches of the state; see the layout of Book.
constexpr std::size_t kHotBookBytes = 3 * kCacheLine;

constexpr bool names_live_order(Kind kind) {
  return kind >= Kind::reduce && kind <= Kind::modify;
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

// ---------------------------------------------------------------------------------------------
// Looking ahead. Nothing here changes a book; a wrong guess costs one useless load.

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::fetch_slot(const Line& line, const Event& event) const {
  const auto* const entry = entry_of(line, event);
  if (entry == nullptr || entry->book == nullptr) return;
  const auto* const lines = reinterpret_cast<const std::byte*>(entry->book);
  for (std::size_t at = 0; at < kHotBookBytes; at += kCacheLine) prefetch(lines + at);
  if (!has_order_fields(event.kind)) return;
  index_.prefetch(event.order.id, entry->number);
  if (event.kind == Kind::replace) index_.prefetch(OrderId{event.order.aux}, entry->number);
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::fetch_order(const Line& line, const Event& event,
                                        Foreseen& hint) const {
  hint = {kNoHandle, kNoHandle};
  const auto* const entry = entry_of(line, event);
  if (entry == nullptr || entry->book == nullptr) return;
  if (names_live_order(event.kind)) {
    hint.order = index_.find(event.order.id, entry->number);
    if (hint.order != kNoHandle) prefetch(&orders_.at(hint.order));
  } else if (event.kind == Kind::add) {
    entry->book->side(event.side).prefetch();
  }
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::fetch_level(const Line& line, const Event& event,
                                        Foreseen& hint) const {
  if (hint.order != kNoHandle) {
    const Order& order = orders_.at(hint.order);
    prefetch(&levels_.at(order.level));
    prefetch(&orders_.at(order.previous));  // handle 0 is a place too, if nobody's
    prefetch(&orders_.at(order.next));
  } else if (event.kind == Kind::add) {
    const auto* const entry = entry_of(line, event);
    if (entry == nullptr || entry->book == nullptr) return;
    const Rank rank = rank_of(event.order.price, event.side);
    hint.level = entry->book->side(event.side).level_near_touch(rank);
    if (hint.level != kNoHandle) prefetch(&levels_.at(hint.level));
  }
}

// The end of the queue that a new order will join; for a replacement, the level it will join.
template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::fetch_queue(const Line& line, const Event& event,
                                        const Foreseen& hint) const {
  if (hint.level != kNoHandle) {
    prefetch(&orders_.at(levels_.at(hint.level).tail));
  } else if (event.kind == Kind::replace && hint.order != kNoHandle) {
    const Side side = levels_.at(orders_.at(hint.order).level).side;
    const Handle level =
        entry_of(line, event)->book->side(side).level_near_touch(rank_of(event.order.price, side));
    if (level != kNoHandle) prefetch(&levels_.at(level));
  }
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::look_ahead(const Line& line, std::span<const Event> events,
                                       std::size_t at) {
  const auto hint = [this](std::size_t of) -> Foreseen& { return foreseen_[of % kForeseen]; };
  if (at + kSlotAhead < events.size()) fetch_slot(line, events[at + kSlotAhead]);
  if (at + kOrderAhead < events.size()) {
    fetch_order(line, events[at + kOrderAhead], hint(at + kOrderAhead));
  }
  if (at + kLevelAhead < events.size()) {
    fetch_level(line, events[at + kLevelAhead], hint(at + kLevelAhead));
  }
  if (at + kQueueAhead < events.size()) {
    fetch_queue(line, events[at + kQueueAhead], hint(at + kQueueAhead));
  }
}

// ---------------------------------------------------------------------------------------------
// Applying.

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::apply(LineNumber number, std::span<const Event> events) {
  Line& line = lines_[number];
  // The first events have had nobody look ahead for them.
  const std::size_t first = std::min(events.size(), kSlotAhead);
  for (std::size_t i = 0; i < first; ++i) fetch_slot(line, events[i]);
  for (std::size_t i = 0; i < std::min(first, kOrderAhead); ++i) {
    fetch_order(line, events[i], foreseen_[i]);
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    look_ahead(line, events, i);
    apply_to_line(number, line, events[i]);
  }
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
  if ((event.flags & kLastOfEvent) != 0) check_crossed(line, book);
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
      return take_off(book, order.id, order.quantity, Fault::over_cancel);
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
      state.trading = event.state.state;  // a session is the whole line's, see StateFields
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
  if (!book.crossed()) [[likely]] {
    state.crossed_while_trading = false;
    return;
  }
  if (state.crossed_while_trading || !state.must_not_cross(line.session)) return;
  state.crossed_while_trading = true;
  state.suspect = true;
  ++counters_.crossed_events;
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::mark_changed(Book& book) {
  if (!options_.track_changes || book.changed) return;
  book.changed = true;
  changed_.push_back(&book);
}

template <JoinAt kJoinAt>
void BasicBookSet<kJoinAt>::take_changes() {
  for (Book* const book : changed_) book->changed = false;
  changed_.clear();
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
Applied BasicBookSet<kJoinAt>::take_off(Book& book, OrderId id, Quantity quantity,
                                        Fault when_more) {
  const OrderIndex::Place place = index_.locate(id, book.number);
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
  Price price = event.order.price;
  if (event.kind == Kind::execute) {
    const Handle handle = index_.find(event.order.id, book.number);
    if (handle != kNoHandle) {
      const Level& level = levels_.at(orders_.at(handle).level);
      price = price_of(level.rank, level.side);
    }
  }
  const Applied applied =
      take_off(book, event.order.id, event.order.quantity, Fault::over_execution);
  if (applied.quantity.value > 0) {
    InstrumentState& state = book.state;
    ++state.executions;
    state.executed = saturating_sum(state.executed, applied.quantity);
    state.traded(price, applied.quantity, (event.flags & kNonPrintable) == 0);
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

// ---------------------------------------------------------------------------------------------
// Looking at books.

template <JoinAt kJoinAt>
const Book* BasicBookSet<kJoinAt>::find(LineNumber line, Instrument instrument) const {
  if (line >= lines_.size() || instrument.value >= lines_[line].books.size()) return nullptr;
  return lines_[line].books[instrument.value].book;
}

template <JoinAt kJoinAt>
Touch BasicBookSet<kJoinAt>::level(const Book& book, Side side, u32 depth) const {
  const PriceSide& levels = book.side(side);
  if (depth >= levels.size()) return {};
  const Level& level = levels_.at(levels.from_best(depth).level);
  return {price_of(level.rank, side), level.total, level.orders};
}

template <JoinAt kJoinAt>
ImageLevel BasicBookSet<kJoinAt>::level_at(const Book& book, Side side, Price price) const {
  const PriceSide& levels = book.side(side);
  const Rank rank = rank_of(price, side);
  ImageLevel image{price, {}};
  const Handle found = levels.level_at(levels.position(rank), rank);
  if (found == kNoHandle) return image;
  for (Handle at = levels_.at(found).head; at != kNoHandle; at = orders_.at(at).next) {
    image.orders.push_back({orders_.at(at).id, orders_.at(at).quantity});
  }
  return image;
}

template <JoinAt kJoinAt>
BookImage BasicBookSet<kJoinAt>::image(const Book& book) const {
  BookImage image;
  for (const Side side : {Side::bid, Side::ask}) {
    auto& levels = side == Side::bid ? image.bids : image.asks;
    const PriceSide& slots = book.side(side);
    for (u32 depth = 0; depth < slots.size(); ++depth) {
      levels.push_back(level_at(book, side, price_of(slots.from_best(depth).rank, side)));
    }
  }
  return image;
}

template <JoinAt kJoinAt>
i128 BasicBookSet<kJoinAt>::side_total(const Book& book, Side side) const {
  i128 total = 0;
  const PriceSide& slots = book.side(side);
  for (u32 depth = 0; depth < slots.size(); ++depth) {
    total += levels_.at(slots.from_best(depth).level).total.value;
  }
  return total;
}

template <JoinAt kJoinAt>
u64 BasicBookSet<kJoinAt>::orders_of(const Book& book) const {
  u64 count = 0;
  for (const PriceSide& side : book.sides) {
    for (u32 depth = 0; depth < side.size(); ++depth) {
      count += levels_.at(side.from_best(depth).level).orders;
    }
  }
  return count;
}

template <JoinAt kJoinAt>
std::optional<u32> BasicBookSet<kJoinAt>::orders_ahead(const Book& book, OrderId id) const {
  const Handle handle = index_.find(id, book.number);
  if (handle == kNoHandle) return {};
  u32 ahead = 0;
  for (Handle at = orders_.at(handle).previous; at != kNoHandle; at = orders_.at(at).previous) {
    ++ahead;
  }
  return ahead;
}

template <JoinAt kJoinAt>
std::optional<std::pair<Side, Price>> BasicBookSet<kJoinAt>::where(const Book& book,
                                                                   OrderId id) const {
  const Handle handle = index_.find(id, book.number);
  if (handle == kNoHandle) return {};
  const Level& level = levels_.at(orders_.at(handle).level);
  return std::pair{level.side, price_of(level.rank, level.side)};
}

template class BasicBookSet<JoinAt::back>;
template class BasicBookSet<JoinAt::front>;

}  // namespace tapedeck::book
