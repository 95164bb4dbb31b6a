// Joins the shards' reports into cuts.
//
// One thread uses it, except for completed(). It holds the newest row of every instrument, because
// reports have only what has changed.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <set>
#include <vector>

#include "engine/pipeline/cut_chunk.hpp"
#include "engine/pipeline/cuts.hpp"

namespace tapedeck::pipeline {

/// Passes complete cuts to the sink. Leaves out a cut if no channel had an event since the previous
/// cut.
class CutAssembler {
 public:
  CutAssembler(u32 channels, u32 shards, CutSink& sink);

  /// Takes a shard's report, and gives its chunks back to their pool once they have been read.
  void add(CutChunk* report);
  /// Passes nothing to the sink from now on, but still counts completed cuts. Called after a
  /// failure.
  void mute() { muted_ = true; }
  /// Returns the last cut that every shard has reported for every channel. Any thread.
  [[nodiscard]] Nanos completed() const {
    return Nanos{completed_.load(std::memory_order_acquire)};
  }

 private:
  struct Held {
    CutRow row;
    std::size_t frozen_at = 0;  // the instrument's place in its part's `frozen`
  };
  /// A channel's instruments of one shard.
  struct Part {
    std::deque<CutChunk*> reports;  // of later cuts than the rows are of
    Nanos passed = kBeginningOfTime;
    std::deque<Held> rows;
    std::vector<u32> row_of;  // by instrument: its place in `rows`, from 1; 0: none
    Nanos held_from{0};       // the cut that the rows are of
    std::shared_ptr<const strategy::FrozenStrategies> frozen;
  };
  void write(Nanos cut);
  void read(Part& part, const CutChunk& report);
  void hold(Part& part, const FlatRow& row, std::size_t at);
  void sort();

  std::vector<Part> parts_;
  u32 shards_;
  std::set<Nanos> due_;  // cuts to be written: some channel had an event since the cut before
  std::vector<const CutRow*> sorted_;  // every row that is held, by (venue, symbol)
  bool is_sorted_ = true;
  bool has_twins_ = false;  // instruments of one venue and symbol, which change places
  CutSink& sink_;
  bool muted_ = false;
  std::atomic<i64> completed_{kBeginningOfTime.value};
};

}  // namespace tapedeck::pipeline
