#include "tools/verify/verify_itch.hpp"

#include <utility>
#include <vector>

#include "engine/book/reference_book.hpp"

namespace tapedeck::tools {
namespace {

constexpr u64 kFullCheck = 4096;
constexpr std::size_t kLevelsDrawn = 5;

using Places = std::vector<std::pair<Side, Price>>;

template <book::JoinAt kJoinAt>
class Comparison {
 public:
  Comparison() { fast_.open_channel(0, true); }

  // Returns false at the first difference.
  bool step(const Event& event) {
    Places places = places_of(event);
    const book::Applied got = fast_.apply(0, event);
    const book::Applied expected = slow_.apply(0, event);
    const Places after = places_of(event);
    places.insert(places.end(), after.begin(), after.end());
    ++verdict_.events;
    if (got != expected) {
      return differ(event,
                    "the event did " + text_of(got) + ", the reference says " + text_of(expected));
    }
    const book::Book* book = fast_.find(0, event.instrument);
    if (book != nullptr && !same_around(event, *book, places)) return false;
    const bool everybody =
        event.instrument == kEveryInstrument || verdict_.events % kFullCheck == 0;
    return !everybody || same_everywhere(event);
  }

  ItchVerdict finish(const Feed& feed) {
    verdict_.messages = feed.counters().messages;
    add(verdict_.quality, feed);
    verdict_.quality.complete |= verdict_.difference.has_value();  // it is not read to its end
    verdict_.quality.books = fast_.counters();
    count_books(verdict_.quality, fast_);
    if (!verdict_.difference && same_everywhere(Event{}) && same_totals()) fold_digests();
    return std::move(verdict_);
  }

 private:
  // Returns where the orders that an event names currently rest.
  Places places_of(const Event& event) const {
    Places places;
    const book::ReferenceBook* twin = slow_.find(0, event.instrument);
    if (twin == nullptr || !has_order_fields(event.kind)) return places;
    if (const auto place = twin->where(event.order.id)) places.push_back(*place);
    if (event.kind == Kind::replace) {
      if (const auto place = twin->where(OrderId{event.order.aux})) places.push_back(*place);
    }
    return places;
  }
  bool same_around(const Event& event, const book::Book& book, const Places& places) {
    const book::ReferenceBook& twin = *slow_.find(0, event.instrument);
    for (const Side side : {Side::bid, Side::ask}) {
      if (fast_.touch(book, side) != twin.touch(side))
        return differ(event, "the best level differs");
    }
    for (const auto& [side, price] : places) {
      if (fast_.level_at(book, side, price) != twin.level_at(side, price)) {
        return differ(event, "the queue at a level that it named differs");
      }
    }
    if (book.state.flow != twin.state.flow) return differ(event, "the flow hash differs");
    return true;
  }
  bool same_everywhere(const Event& event) {
    for (const auto& [key, twin] : slow_.books()) {
      const book::Book* book = fast_.find(0, key.second);
      if (book == nullptr || fast_.snapshot(*book) != twin.snapshot() ||
          book->state.trust(fast_.session(0)) != twin.state.trust(slow_.session(0)) ||
          book->state.volume != twin.state.volume) {
        Event at = event;
        at.instrument = key.second;
        return differ(at, "a whole book differs");
      }
    }
    return true;
  }
  bool same_totals() {
    if (fast_.counters() == slow_.counters()) return true;
    return differ(Event{}, "the counters differ at the end");
  }
  void fold_digests() {
    std::vector<book::NamedValue> books, flows;
    for (const book::Book& book : fast_.books()) {
      const std::string symbol{book.state.define.name()};
      const book::BookSnapshot snapshot = fast_.snapshot(book);
      if (snapshot.orders() > 0) books.push_back({0, symbol, book::book_digest(snapshot)});
      if (book.state.events > 0) flows.push_back({0, symbol, book.state.flow});
    }
    verdict_.digest = book::fold(std::move(books));
    verdict_.flow_digest = book::fold(std::move(flows));
  }
  bool differ(const Event& event, std::string what) {
    what += "\nevent: " + std::string{name_of(event.kind)};
    if (has_order_fields(event.kind)) {
      what += " of order " + std::to_string(event.order.id.value) + ", quantity " +
              std::to_string(event.order.quantity.value);
    }
    std::string symbol;
    const book::Book* book = fast_.find(0, event.instrument);
    const book::ReferenceBook* twin = slow_.find(0, event.instrument);
    if (book != nullptr && twin != nullptr) {
      symbol = book->state.define.name();
      what += "\nengine, bids | asks, order:quantity from the front of the queue:\n" +
              book::drawn(fast_.snapshot(*book), kLevelsDrawn) + "reference:\n" +
              book::drawn(twin->snapshot(), kLevelsDrawn);
    }
    verdict_.difference = {event.sequence, symbol, what};
    return false;
  }
  static std::string text_of(const book::Applied& applied) {
    return "quantity " + std::to_string(applied.quantity.value) + ", fault " +
           std::string{book::name_of(applied.fault)};
  }

  book::BasicBookSet<kJoinAt> fast_{book::BookOptions{.flow_digest = true}};
  book::ReferenceBookSet slow_{true};
  ItchVerdict verdict_;
};

}  // namespace

template <book::JoinAt kJoinAt>
ItchVerdict verify_itch(Feed& feed) {
  Comparison<kJoinAt> comparison;
  std::vector<Event> storage(kMinPollBuffer);
  FeedStatus status = FeedStatus::ready;
  while (status != FeedStatus::ended) {
    EventBuffer events{storage.data(), kMinPollBuffer};
    status = feed.poll(events, Nanos{0});
    for (const Event& event : events) {
      if (!comparison.step(event)) return comparison.finish(feed);
    }
  }
  return comparison.finish(feed);
}

template ItchVerdict verify_itch<book::JoinAt::back>(Feed& feed);
template ItchVerdict verify_itch<book::JoinAt::front>(Feed& feed);

}  // namespace tapedeck::tools
