// Reports a shard's part of every cut: what has changed of a channel's instruments since the
// shard's last report of that channel.
//
// The shard's thread uses it. Between two cuts it costs the shard nothing: whether an instrument
// has changed is seen at the cut, by counters that its book keeps anyway. Cost: report() looks at
// each of the channel's books, and writes down those that have changed. It allocates only for
// instruments defined since the last report, for strategies, and when its pool has no spare chunk.
#pragma once

#include <functional>
#include <vector>

#include "engine/book/book_set.hpp"
#include "engine/core/clock.hpp"
#include "engine/core/histogram.hpp"
#include "engine/pipeline/cut_chunk.hpp"
#include "engine/strategy/strategy_runner.hpp"

namespace tapedeck::pipeline {

/// Where reports go, and where their chunks come from.
struct CutOutlet {
  CutChunkPool* pool = nullptr;
  std::function<void(CutChunk*)> send;
  std::function<void()> want_spare;  // asks the assembling thread to call pool->keep_spare()
};

class ShardCuts {
 public:
  /// Reports `depth` levels a side, and `values` values of strategies an instrument. What `outlet`
  /// refers to, and `clock`, must outlive this object.
  ShardCuts(u32 shard, u32 depth, u32 values, CutOutlet outlet, const Clock& clock);

  /// Reports the channel's state at cut.first, for the cuts up to cut.last. The books must be in
  /// that state. `ended`: the channel has ended.
  void report(const book::BookSet& books, const strategy::StrategyRunner& strategies,
              ChannelId channel, const CutFields& cut, bool ended);
  /// Has memory made ready for reports of this many books. Called after a batch.
  void expect(std::size_t books) {
    if (books == expected_) [[likely]]
      return;
    expected_ = books;
    if (outlet_.pool->expect_rows(books)) outlet_.want_spare();
  }
  /// Returns how long the calls of report() took.
  [[nodiscard]] const Histogram& stalls() const { return stalls_; }

  /// Returns how many chunks this shard has had to make itself, for want of spare ones.
  [[nodiscard]] u64 made_chunks() const { return outlet_.pool->made_by_take(); }

  /// Returns the most bytes that a row takes.
  [[nodiscard]] static std::size_t most_row_bytes(u32 depth, u32 values) {
    return FlatRow::bytes(std::size_t{2} * depth, values);
  }

 private:
  // What a book was like when it was last reported. Every change of a book or of its view changes
  // one of these: events count and have numbers, and what a channel does to all its books, without
  // an event of theirs, shows in their trust, their levels or the session.
  struct Reported {
    u64 events = 0;
    Sequence sequence = 0;
    Nanos time{0};
    LossFields range{0, 0};
    u32 bids = 0, asks = 0;
    book::TrustState trust = book::TrustState::live;
    book::TrustReason reason = book::TrustReason::none;
    Session session = Session::unknown;
    bool is_known = false;

    /// Returns true if the book is as it was.
    [[nodiscard]] bool is(const book::Book& book, Session now) const;
    void note(const book::Book& book, Session now);
  };

  void find_changed(const book::BookSet& books, ChannelId channel, bool all);
  void add_rows(const book::BookSet& books, const strategy::StrategyRunner& strategies, Nanos cut);
  void add_row(const book::BookSet& books, const book::Book& book,
               const strategy::StrategyRunner& strategies, Nanos cut);

  u32 shard_;
  u32 depth_;
  u32 values_;
  CutOutlet outlet_;
  const Clock& clock_;
  std::size_t expected_ = 0;
  std::vector<std::vector<Reported>> reported_;  // by channel and instrument
  std::vector<const book::Book*> changed_;       // since the last report; only during report()
  CutChunk* filling_ = nullptr;                  // the last chunk of the report being made
  std::vector<double> one_books_values_;         // reused, so that no row allocates
  Histogram stalls_;
};

}  // namespace tapedeck::pipeline
