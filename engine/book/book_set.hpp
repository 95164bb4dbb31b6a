// The market-by-order books of one shard: every order of its instruments, in queue order.
//
// Only the thread that owns a set calls its functions. Other threads read the snapshot cells that
// the shard publishes; they may read the set itself after the run. Invariants:
//  1. An order is identified by (channel, instrument, id). Looking one up compares all three.
//  2. A level holds at least one order. Its total is the sum of its orders' quantities.
//  3. Whether an event is a fault depends only on the event, its book and its channel's session.
//     The result therefore does not depend on which shard holds a book or on how events were
//     batched.
// Cost: no lock, clock read or system call. Memory is allocated only for a definition and when a
// container grows. Orders, levels, books and index segments lie in an arena whose next pages
// another thread can pre-fault.
// After std::bad_alloc a set may be read, but no event may be applied to it.
#pragma once

#include <array>
#include <cassert>
#include <deque>
#include <memory_resource>
#include <optional>
#include <span>
#include <vector>

#include "engine/book/book_observer.hpp"
#include "engine/book/book_set_fwd.hpp"
#include "engine/book/book_snapshot.hpp"
#include "engine/book/fault.hpp"
#include "engine/book/id_slots.hpp"
#include "engine/book/instrument_state.hpp"
#include "engine/book/order_index.hpp"
#include "engine/book/price_side.hpp"
#include "engine/core/event.hpp"
#include "engine/core/prefetch.hpp"

namespace tapedeck::book {

// Orders and levels are nodes of one pool. A level's orders form a circular list, and the level's
// node is the head of that list. Because the list is circular, linking and unlinking need no branch
// for the first or the last order.
struct [[gnu::may_alias]] Links {
  Handle previous, next;
};

struct [[gnu::may_alias]] Order {
  Links links;
  u32 owner;  // owner_of(book's number); 0 for a free node
  Handle level;
  OrderId id;
  Quantity quantity;

  [[nodiscard]] static u32 owner_of(u32 book_number) { return 4 * book_number; }
};

struct [[gnu::may_alias]] LevelNode {
  Links links;  // previous: the level's last order; next: the level's first
  u32 owner;    // owner_of(book's number, level's side); 0 for a free node
  u32 orders;
  Rank rank;
  Quantity total;

  [[nodiscard]] static u32 owner_of(u32 book_number, Side side) {
    return 4 * book_number + (side == Side::ask ? 3 : 1);
  }
  [[nodiscard]] Side side() const { return (owner & 2) != 0 ? Side::ask : Side::bid; }
};

// Links and owner may be read through `order` or through `level`, because both structs begin with
// them. Both structs are may_alias, because references to them bypass the union.
union Node {
  Order order;
  LevelNode level;
};
inline Handle& next_of(Node& node) {
  return node.order.links.next;
}

struct alignas(64) Book {
  // Every event of the book touches this first cache line.
  std::array<PriceSide, 2> sides;
  u32 number = 0;  // the book's number in the set, from 1; index key: (order id, number)
  Instrument instrument{0};
  ChannelId channel = 0;
  bool changed = false;  // true while changed() lists the book
  // InstrumentState begins on the next cache line, which most events touch.
  alignas(64) InstrumentState state;

  [[nodiscard]] PriceSide& side(Side side) { return sides[side == Side::bid ? 0 : 1]; }
  [[nodiscard]] const PriceSide& side(Side side) const { return sides[side == Side::bid ? 0 : 1]; }
  /// Returns the best price of a side; kNoPrice for an empty side.
  [[nodiscard]] Price best(Side which) const {
    const PriceSide& levels = side(which);
    return levels.empty() ? kNoPrice : price_of(levels.best_rank(), which);
  }
  [[nodiscard]] bool crossed() const {
    // An empty side has the worst possible rank, which never crosses.
    return sides[0].best_rank() > price_of(sides[1].best_rank(), Side::ask).value;
  }
};

struct BookOptions {
  bool flow_digest = false;
  bool track_changes = false;               // maintain changed(), for snapshot cells
  u64 hash_key = 0;                         // hash key of the order index; 0: a fixed key
  std::size_t most_bytes = kMostPoolBytes;  // limit of the reserved address space
  std::size_t near_bytes = kNearBytes;      // limit up to which books are not looked ahead for
};

template <JoinAt kJoinAt>
class BasicBookSet {
 public:
  explicit BasicBookSet(BookOptions options = {});

  /// Must be called before a channel's first event. `home` is true in one shard per channel: only
  /// that shard's set counts the events that concern the whole channel.
  void open_channel(ChannelId channel, bool home);

  /// Applies events in order, and prefetches the memory of later events.
  void apply(ChannelId channel, std::span<const Event> events);
  /// Applies events in the same way, and calls `observer` as book_observer.hpp describes.
  void apply(ChannelId channel, std::span<const Event> events, BookObserver& observer);
  Applied apply(ChannelId channel, const Event& event);

  [[nodiscard]] const BookCounters& counters() const { return counters_; }
  /// Returns null for an instrument that has not been defined in this set.
  [[nodiscard]] const Book* find(ChannelId channel, Instrument instrument) const;
  /// Returns all books, in the order of their first definition.
  [[nodiscard]] const std::pmr::deque<Book>& books() const { return books_; }
  /// Calls f(book) for every book of a channel, in the order of the instruments' numbers. Loads the
  /// lines of the books to come that every event touches.
  template <class F>
  void for_each_book(ChannelId channel, F f) const {
    constexpr std::size_t kAhead = 8;
    if (channel >= channels_.size()) return;
    const std::vector<Book*>& books = channels_[channel].books;
    for (std::size_t i = 0; i < books.size(); ++i) {
      const Book* const later = i + kAhead < books.size() ? books[i + kAhead] : nullptr;
      if (later != nullptr) {
        prefetch(&later->sides);
        prefetch(&later->state);
      }
      if (books[i] != nullptr) f(*books[i]);
    }
  }
  /// Starts to load what a view of the book reads, but for its levels, and where those are.
  void prefetch_view(const Book& book) const;
  /// Starts to load the best levels, up to `depth` of each side. prefetch_view() should have been
  /// called some time before.
  void prefetch_levels(const Book& book, u32 depth) const;
  /// Returns a number that is above those of all of a channel's instruments in this set.
  [[nodiscard]] std::size_t instruments(ChannelId channel) const {
    return channel < channels_.size() ? channels_[channel].books.size() : 0;
  }
  [[nodiscard]] Session session(ChannelId channel) const {
    assert(channel < channels_.size());
    return channels_[channel].session;
  }
  /// Returns the range of messages that the whole channel has lost since its last clear.
  [[nodiscard]] std::optional<LossFields> lost(ChannelId channel) const {
    assert(channel < channels_.size());
    return channels_[channel].lost;
  }
  /// Returns the number of the first message received, if the channel was joined late and has had
  /// no clear since; else 0.
  [[nodiscard]] Sequence joined(ChannelId channel) const {
    assert(channel < channels_.size());
    return channels_[channel].joined;
  }
  /// Returns how many definitions have been applied, repeated ones included. A new instrument, or a
  /// new symbol of an instrument, comes with a new number.
  [[nodiscard]] u64 definitions() const { return definitions_; }
  [[nodiscard]] u64 live_orders() const { return live_orders_; }
  [[nodiscard]] u64 live_levels() const { return levels_; }

  [[nodiscard]] Level touch(const Book& book, Side side) const { return level(book, side, 0); }
  /// Returns the level at `depth`, where 0 is the best; an empty level when `depth` is too large.
  [[nodiscard]] Level level(const Book& book, Side side, u32 depth) const {
    const PriceSide& levels = book.side(side);
    if (depth >= levels.size()) return {};
    const LevelNode& found = level(levels.from_best(depth));
    return {price_of(found.rank, side), found.total, found.orders};
  }
  /// Returns the level at `price` with its orders in queue order; an empty level if the side has no
  /// level at that price.
  [[nodiscard]] SnapshotLevel level_at(const Book& book, Side side, Price price) const;
  [[nodiscard]] BookSnapshot snapshot(const Book& book) const;
  [[nodiscard]] i128 side_total(const Book& book, Side side) const;
  [[nodiscard]] u64 orders_of(const Book& book) const;
  /// Returns the number of orders ahead of order `id` in its level; empty for an unknown order.
  [[nodiscard]] std::optional<u32> orders_ahead(const Book& book, OrderId id) const;
  /// Returns the side and the price at which an order rests; empty for an unknown order.
  [[nodiscard]] std::optional<std::pair<Side, Price>> where(const Book& book, OrderId id) const;

  /// Returns the arena of the set's memory, for the thread that pre-faults the arena's next pages.
  [[nodiscard]] Arena& memory() { return arena_; }
  [[nodiscard]] const Arena& memory() const { return arena_; }

  /// Returns each book that has changed since the last call of take_changes(). Always empty without
  /// BookOptions::track_changes.
  [[nodiscard]] std::span<Book* const> changed() const { return changed_; }
  void take_changes();

 private:
  struct Channel {
    std::vector<Book*> books;  // by instrument; null without a definition
    IdSlots slots;             // where the channel's orders are looked for first
    Session session = Session::unknown;
    bool home = false;
    std::optional<LossFields> lost;  // by the whole channel, since its last clear
    Sequence joined = 0;             // see BasicBookSet::joined()
  };

  // What the look-ahead has found for an event that will be applied later. `book` and `slot` are
  // still right at that time. The other members are hints: events that are applied earlier may
  // make them wrong.
  struct alignas(32) Foreseen {
    Book* book;           // &nobody_ if the event has no book (yet) or names no order
    IdSlots::Slot* slot;  // of the order that the event names
    Handle order;
    Handle level;  // the level that the new order will join
    Side side;     // the side of `level`
  };
  static constexpr std::size_t kGroup = 6;
  struct Group {
    std::array<Foreseen, kGroup> seen;
    // The indices of the events that add an order. Looping over this list costs one unpredictable
    // branch per group; testing every event would cost one per event.
    std::array<u32, kGroup> joining;
    u32 joining_count;
  };

  // Is told of each event before and after it is applied, see book_set_observed.hpp.
  struct Unobserved;
  class Notifier;

  /// Applies events with look-ahead.
  template <class Observed>
  void apply_looking_ahead(ChannelId number, std::span<const Event> events, Observed observed);
  [[gnu::always_inline]] inline void fetch_slots(const Channel& channel,
                                                 std::span<const Event> events, Group& group);
  // Applies events one after another, without look-ahead.
  template <class Observed>
  void apply_straight(ChannelId number, std::span<const Event> events, Observed observed);
  // What there is to know of an event that is applied at once.
  static Foreseen seen_now(const Channel& channel, Book& book, const Event& event) {
    IdSlots::Slot& slot = channel.slots.of(event.order.id);
    return {&book, &slot, IdSlots::handle_in(slot), kNoHandle, Side::none};
  }
  void find_slots(const Channel& channel, std::span<const Event> events, Group& group) const;
  [[gnu::always_inline]] inline void fetch_orders(std::span<const Event> events, Group& group);
  [[gnu::always_inline]] inline void fetch_levels(std::span<const Event> events, Group& group);
  [[gnu::always_inline]] inline void fetch_queues(std::span<const Event> events,
                                                  const Group& group);
  static Book* book_of(const Channel& channel, const Event& event) {
    return event.instrument.value < channel.books.size() ? channel.books[event.instrument.value]
                                                         : nullptr;
  }

  [[nodiscard]] std::optional<Trade> trade_of(const Event& event, const Applied& applied) const;

  Applied apply_elsewhere(ChannelId number, Channel& channel, const Event& event);
  void define(ChannelId number, Channel& channel, const Event& event);
  void restore_channel(Channel& channel, const RestoreFields& fields);
  [[gnu::always_inline]] inline Applied apply_to_book(Channel& channel, Book& book,
                                                      const Event& event, const Foreseen& seen);
  void on_loss(Book& book, const Event& event);
  [[gnu::always_inline]] inline Applied dispatch(Channel& channel, Book& book, const Event& event,
                                                 const Foreseen& seen);
  void on_session(Channel& channel, Session session);
  void on_misfit(InstrumentState& state, const Event& event, Fault fault);
  void on_crossed(const Channel& channel, Book& book, Sequence sequence);
  void mark_changed(Book& book);

  // The slot of an order's id and the order's handle; kNoHandle for an unknown order.
  struct Named {
    IdSlots::Slot* slot;
    Handle handle;
  };
  [[nodiscard]] Order& order(Handle handle) { return nodes_.at(handle).order; }
  [[nodiscard]] const Order& order(Handle handle) const { return nodes_.at(handle).order; }
  [[nodiscard]] LevelNode& level(Handle handle) { return nodes_.at(handle).level; }
  [[nodiscard]] const LevelNode& level(Handle handle) const { return nodes_.at(handle).level; }
  [[nodiscard]] Links& links(Handle handle) { return nodes_.at(handle).order.links; }
  [[nodiscard]] bool is(Handle handle, OrderId id, const Book& book) const {
    const Order& candidate = order(handle);
    return candidate.id == id && candidate.owner == Order::owner_of(book.number);
  }
  [[nodiscard]] OrderIndex::Hash hash_of(OrderId id, const Book& book) const {
    return index_.hash_of(id, OrderIndex::salt_of(book.number));
  }
  [[nodiscard]] Handle find_elsewhere(OrderId id, const Book& book) const {
    return index_.find(hash_of(id, book), [&](Handle handle) { return is(handle, id, book); });
  }
  [[nodiscard]] Handle find(OrderId id, const Book& book) const {
    return find(id, book, channels_[book.channel].slots.of(id));
  }
  [[nodiscard]] Handle find(OrderId id, const Book& book, IdSlots::Slot slot) const;
  [[nodiscard]] Handle* place_for(OrderId id, const Book& book, IdSlots::Slot& slot);
  void split_slots(Channel& channel);
  [[nodiscard, gnu::always_inline]] inline Named named(const Book& book, OrderId id,
                                                       const Foreseen& seen) const;

  [[nodiscard]] auto true_rank() const {
    return [this](Handle handle) { return level(handle).rank; };
  }
  [[nodiscard, gnu::always_inline]] inline PriceSide::Place place_of(const Book& book, Side side,
                                                                     Rank rank) const {
    return book.side(side).find(rank, true_rank());
  }

  // The fields of a new order, and the level that the look-ahead expects it to join.
  struct Incoming {
    IdSlots::Slot* slot;
    OrderId id;
    Side side;
    Price price;
    Quantity quantity;
    Handle level;
  };
  [[gnu::always_inline]] inline Applied add(Book& book, const Incoming& incoming);
  Applied add_noinline(Book& book, const Incoming& incoming);
  [[gnu::always_inline]] inline Applied reduce(Book& book, Named named, Quantity quantity,
                                               Fault when_more);
  [[gnu::always_inline]] inline Applied execute(Book& book, Named named, const Event& event);
  [[gnu::always_inline]] inline Applied remove(Book& book, Named named);
  Applied replace(Channel& channel, Book& book, Named named, const OrderFields& fields,
                  const Foreseen& seen);
  Applied reduce_at_place(Book& book, Named named, const Event& event);
  Applied modify(Book& book, Named named, const Event& event);
  Applied upsert(Book& book, Named named, const Event& event);
  void clear(Book& book);
  Applied clear_side(Book& book, Side which);

  [[gnu::always_inline]] inline void append(Handle to, Handle handle);
  [[gnu::always_inline]] inline void unlink(Book& book, Handle handle);
  [[gnu::always_inline]] inline void drop(Book& book, Named named);
  [[gnu::always_inline]] inline void erase(const Book& book, Named named);
  void forget(const Book& book, Named named);
  void pop_front(Book& book, Named named);

  Arena arena_;       // first, because the members below allocate from it
  OrderIndex index_;  // has the orders whose slots other orders have
  HandlePool<Node> nodes_{arena_};
  BookCounters counters_;
  u64 live_orders_ = 0;
  u64 levels_ = 0;
  u64 definitions_ = 0;
  BookOptions options_;
  struct {
    Side side = Side::none;
    Price price = kNoPrice;
  } executed_;  // the side and the price of the last execution
  std::vector<Channel> channels_;
  // Memory for the level arrays of the sides. Freed blocks are reused.
  std::pmr::unsynchronized_pool_resource level_memory_{
      {.max_blocks_per_chunk = 32, .largest_required_pool_block = std::size_t{64} << 10}, &arena_};
  std::pmr::deque<Book> books_{&arena_};
  Book nobody_;  // the look-ahead's placeholder for events without a book
  std::vector<Book*> changed_;
};

extern template class BasicBookSet<JoinAt::back>;
extern template class BasicBookSet<JoinAt::front>;

}  // namespace tapedeck::book
