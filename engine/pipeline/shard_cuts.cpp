#include "engine/pipeline/shard_cuts.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tapedeck::pipeline {

ShardCuts::ShardCuts(u32 shard, u32 depth, u32 values, CutOutlet outlet, const Clock& clock)
    : shard_(shard), depth_(depth), values_(values), outlet_(std::move(outlet)), clock_(clock) {
  one_books_values_.reserve(values);
}

bool ShardCuts::Reported::is(const book::Book& book, Session now) const {
  const book::InstrumentState& state = book.state;
  return is_known && events == state.events && sequence == state.last_sequence &&
         time == state.last_time && trust == state.trust_state && reason == state.trust_reason &&
         range.first == state.trust_range.first && range.last == state.trust_range.last &&
         bids == book.side(Side::bid).size() && asks == book.side(Side::ask).size() &&
         session == now;
}

void ShardCuts::Reported::note(const book::Book& book, Session now) {
  const book::InstrumentState& state = book.state;
  events = state.events;
  sequence = state.last_sequence;
  time = state.last_time;
  range = state.trust_range;
  bids = book.side(Side::bid).size();
  asks = book.side(Side::ask).size();
  trust = state.trust_state;
  reason = state.trust_reason;
  session = now;
  is_known = true;
}

void ShardCuts::report(const book::BookSet& books, const strategy::StrategyRunner& strategies,
                       ChannelId channel, const CutFields& cut, bool ended) {
  const Nanos began = clock_.now();
  CutChunk* const report = filling_ = outlet_.pool->take();
  report->head = {
      .channel = channel, .shard = shard_, .first = cut.first, .last = cut.last, .ended = ended};
  if (cut.first != kBeginningOfTime) {
    // Strategies' values may change with time alone.
    find_changed(books, channel, !strategies.empty());
    add_rows(books, strategies, cut.first);
    // Another channel may make one of the later cuts due, for which this channel's strategies need
    // values at that later time.
    if (cut.first < cut.last || ended) report->frozen = strategies.freeze(channel);
  }
  outlet_.send(report);
  stalls_.record(clock_.now() - began);
}

void ShardCuts::find_changed(const book::BookSet& books, ChannelId channel, bool all) {
  changed_.clear();
  if (reported_.size() <= channel) reported_.resize(std::size_t{channel} + 1);
  std::vector<Reported>& reported = reported_[channel];
  if (reported.size() < books.instruments(channel)) reported.resize(books.instruments(channel));
  if (changed_.capacity() < reported.size()) changed_.reserve(reported.capacity());
  const Session session = books.session(channel);
  books.for_each_book(channel, [&](const book::Book& book) {
    Reported& seen = reported[book.instrument.value];
    if (!all && seen.is(book, session)) return;
    seen.note(book, session);
    changed_.push_back(&book);
  });
}

// A book that has not been touched for a while is in no cache, so that what is read of it is
// loaded some books ahead: it takes a third of the time.
void ShardCuts::add_rows(const book::BookSet& books, const strategy::StrategyRunner& strategies,
                         Nanos cut) {
  constexpr std::size_t kViewAhead = 4, kLevelsAhead = 2;
  constexpr u32 kMostAhead = 16;
  const u32 levels_ahead = std::min(depth_, kMostAhead);
  for (std::size_t i = 0; i < changed_.size(); ++i) {
    if (i + kViewAhead < changed_.size()) books.prefetch_view(*changed_[i + kViewAhead]);
    if (i + kLevelsAhead < changed_.size()) {
      books.prefetch_levels(*changed_[i + kLevelsAhead], levels_ahead);
    }
    add_row(books, *changed_[i], strategies, cut);
  }
}

void ShardCuts::add_row(const book::BookSet& books, const book::Book& book,
                        const strategy::StrategyRunner& strategies, Nanos cut) {
  const u32 bids = std::min(depth_, book.side(Side::bid).size());
  const u32 asks = std::min(depth_, book.side(Side::ask).size());
  if (!filling_->has_room(FlatRow::bytes(std::size_t{bids} + asks, values_))) {
    filling_->next = outlet_.pool->take();
    filling_ = filling_->next;
  }
  FlatRow& row = filling_->add_row(bids, asks, values_);
  row.view = book::view_of(books, book);
  row.instrument = book.instrument.value;
  book::Level* level = row.levels();
  for (u32 i = 0; i < bids; ++i) *level++ = books.level(book, Side::bid, i);
  for (u32 i = 0; i < asks; ++i) *level++ = books.level(book, Side::ask, i);
  if (strategies.empty()) return;
  strategies.values(book, cut, one_books_values_);
  assert(one_books_values_.size() == values_);
  std::ranges::copy(one_books_values_, row.strategy_values().begin());
}

}  // namespace tapedeck::pipeline
