#include "tests/fuzz/oracles.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string_view>
#include <type_traits>

#include <sys/prctl.h>

#include "engine/book/book_set.hpp"
#include "engine/book/reference_book.hpp"
#include "engine/core/printable.hpp"

namespace tapedeck::fuzz {
namespace {

// A set of books of few orders is made for every input: entering a huge page would be most of it.
[[maybe_unused]] const int kSmallPages = ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);

bool same_counters(const FeedCounters& a, const FeedCounters& b) {
  static_assert(std::has_unique_object_representations_v<FeedCounters>);
  return std::memcmp(&a, &b, sizeof a) == 0;
}

void print(const Event& event) {
  std::fprintf(stderr, "%s of instrument %u, number %llu, time %lld, side %d, flags %d\n",
               std::string{name_of(event.kind)}.c_str(), event.instrument.value,
               static_cast<unsigned long long>(event.sequence),
               static_cast<long long>(event.exchange_time.value), static_cast<int>(event.side),
               static_cast<int>(event.flags));
  if (event.kind != Kind::define) return;
  std::fprintf(stderr, "  \"%s\", number %u of the source, round lot %u\n",
               printable(event.define.name()).c_str(), event.define.source_id,
               event.define.round_lot);
}

std::string text_of(const std::optional<Damage>& damage) {
  return damage ? damage->message() : "";
}

void require_same_state(const book::InstrumentState& fast, const book::InstrumentState& slow) {
  require(fast.flow == slow.flow, "fast and reference books went through the same states");
  require(fast.events == slow.events && fast.last_sequence == slow.last_sequence,
          "fast and reference books were touched by the same events");
  require(fast.trust(Session::unknown) == slow.trust(Session::unknown),
          "fast and reference books are doubted alike");
  require(fast.trading == slow.trading && fast.volume == slow.volume &&
              fast.last_price == slow.last_price && fast.define.name() == slow.define.name(),
          "fast and reference books say the same of their instrument");
}

void require_same_books(const book::BookSet& fast, const book::ReferenceBookSet& slow) {
  require(fast.counters() == slow.counters(), "fast and reference books count the same");
  require(fast.books().size() == slow.books().size(), "fast and reference books are as many");
  for (const auto& [key, twin] : slow.books()) {
    const book::Book* const book = fast.find(key.first, key.second);
    require(book != nullptr, "fast books have every book that reference books have");
    require_same_state(book->state, twin.state);
    require(fast.snapshot(*book) == twin.snapshot(),
            "fast and reference books hold the same orders");
  }
}

}  // namespace

void require(bool holds, const char* rule) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "this rule does not hold: %s\n", rule);
  std::abort();
}

void require_same_events(std::span<const Event> a, std::span<const Event> b, const char* rule) {
  std::size_t at = 0;
  while (at < a.size() && at < b.size() && same_event(a[at], b[at])) ++at;
  if (at == a.size() && at == b.size()) return;
  std::fprintf(stderr, "event %zu of %zu and %zu\n", at, a.size(), b.size());
  for (const std::span<const Event> events : {a, b}) {
    if (at < events.size()) print(events[at]);
  }
  require(false, rule);
}

std::span<Event> room_for_events(u32 room) {
  static std::vector<Event> storage(kMinPollBuffer);
  if (storage.size() < room) storage.resize(room);
  return std::span{storage}.first(room);
}

Account read_to_end(RecordedFeed& feed, std::size_t most_polls, u32 room) {
  Account account;
  const std::span<Event> storage = room_for_events(room);
  FeedStatus status = FeedStatus::ready;
  for (std::size_t polls = 0; status != FeedStatus::ended; ++polls) {
    require(polls <= most_polls, "a feed ends, and each poll takes something");
    EventBuffer out{storage.data(), room};
    status = feed.poll(out, Nanos{1});
    require(status != FeedStatus::idle, "only live sources are idle");
    account.events.insert(account.events.end(), out.begin(), out.end());
  }
  account.counters = feed.counters();
  account.damage = feed.damage();
  account.warnings = feed.warnings();
  account.complete = feed.complete();
  account.last_sequence = feed.last_sequence();
  return account;
}

bool is_one_in_eight(Bytes input) {
  const std::string_view text{reinterpret_cast<const char*>(input.data()), input.size()};
  return std::hash<std::string_view>{}(text) % 8 == 0;
}

void require_same(const Account& whole, const Account& in_pieces) {
  require_same_events(whole.events, in_pieces.events, "windows of any size give the same events");
  require(same_counters(whole.counters, in_pieces.counters),
          "windows of any size give the same counters");
  require(text_of(whole.damage) == text_of(in_pieces.damage),
          "windows of any size give the same damage");
  require(whole.warnings == in_pieces.warnings, "windows of any size give the same warnings");
  require(whole.complete == in_pieces.complete && whole.last_sequence == in_pieces.last_sequence,
          "windows of any size end alike");
}

void require_orderly(const Account& account) {
  Sequence newest = 0;
  for (const Event& event : account.events) {
    require(static_cast<std::size_t>(event.kind) < kKinds,
            "every event is of a kind that there is");
    require(event.kind != Kind::cut && event.kind != Kind::end, "feeds make neither cuts nor ends");
    const bool numbered = event.kind != Kind::loss && (event.flags & kOfCheckpoint) == 0;
    if (!numbered) continue;
    require(event.sequence >= newest, "numbers of a channel never fall");
    newest = event.sequence;
    require(event.sequence <= account.counters.messages || account.counters.lost > 0,
            "an event is of a message that was read");
  }
}

void require_books_agree(std::span<const Event> events) {
  constexpr book::BookOptions kOptions{.flow_digest = true};
  book::BookSet fast{kOptions}, batched{kOptions};
  book::ReferenceBookSet slow{true};
  fast.open_channel(0, true);
  batched.open_channel(0, true);
  u64 read = 0;
  for (const Event& event : events) {
    require(fast.apply(0, event) == slow.apply(0, event),
            "an event does the same to fast and reference books");
    if (!is_control(event.kind)) ++read;
  }
  constexpr std::size_t kBatch = 19;  // no multiple of what is looked ahead at together
  for (std::size_t at = 0; at < events.size(); at += kBatch) {
    batched.apply(0, events.subspan(at, std::min(kBatch, events.size() - at)));
  }
  require_same_books(fast, slow);
  require_same_books(batched, slow);
  const book::BookCounters& sum = fast.counters();
  require(read == sum.applied + sum.notices + sum.ignored + sum.unrouted,
          "what was read was applied or counted as what else became of it");
}

void require_sound(const Account& whole, const Account& in_pieces) {
  require_same(whole, in_pieces);
  require_orderly(whole);
  require_books_agree(whole.events);
}

}  // namespace tapedeck::fuzz
