// Tapes with checkpoints of the books, read from wherever a reader begins.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/book/book_set.hpp"
#include "feeds/tape/checkpoints.hpp"
#include "tests/support/book_state.hpp"
#include "tests/support/tapes.hpp"

namespace tapedeck::test {

/// For seeking; `bytes` must outlive it.
inline tape::Reopen reopening_memory(Bytes bytes) {
  return [bytes] { return feeds::memory_source("a.tape", bytes); };
}

inline std::vector<tape::IndexEntry> checkpoints_on(Bytes bytes) {
  return tape::checkpoints_of(reopening_memory(bytes));
}

inline std::unique_ptr<book::BookSet> books_of_channel() {
  auto books = std::make_unique<book::BookSet>(book::BookOptions{.flow_digest = true});
  books->open_channel(0, true);
  return books;
}

/// The books that these events make, of channel 0.
inline std::unique_ptr<book::BookSet> books_of(std::span<const Event> events) {
  auto books = books_of_channel();
  books->apply(0, events);
  return books;
}

/// A tape that was read to its end.
struct ReadOn {
  std::optional<ChannelMoment> reached;  // by seeking
  std::vector<Event> checkpoint;         // what made the books there
  std::vector<Event> events;             // of the channel from there on
  std::unique_ptr<book::BookSet> books;  // at the end
  std::optional<Damage> damage;
  std::vector<std::string> warnings;
  bool complete = false;
  u64 last_sequence = 0;
};

/// From the front without a place.
inline ReadOn read_on(Bytes bytes, tape::Content content, std::optional<ChannelPlace> place = {},
                      tape::TapeOptions options = {}) {
  options.reopen = reopening_memory(bytes);
  const auto feed = open_tape(feeds::memory_source("a.tape", bytes), content, std::move(options));
  ReadOn read;
  if (place) read.reached = feed->seek(*place);
  read.events = drain(*feed);
  read.books = books_of(read.events);
  if (read.reached) {
    // The last that a checkpoint says is of the whole channel.
    const auto end = std::ranges::find_if(read.events, [](const Event& event) {
      return event.kind == Kind::restore && event.instrument == kEveryInstrument;
    });
    const auto size = end - read.events.begin() + (end == read.events.end() ? 0 : 1);
    read.checkpoint.assign(read.events.begin(), read.events.begin() + size);
    read.events.erase(read.events.begin(), read.events.begin() + size);
  }
  read.damage = feed->damage();
  read.warnings = feed->warnings();
  read.complete = feed->complete();
  read.last_sequence = feed->last_sequence();
  return read;
}

}  // namespace tapedeck::test
