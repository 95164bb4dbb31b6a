// Shows a shard's books to readers on other threads: a snapshot cell per instrument, a directory
// of them, the strategies' values, levels that readers ask for, trades, and how far the shard has
// come.
//
// The shard's thread publishes, once per batch. Any thread may read at any time.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/pipeline/cell_board.hpp"
#include "engine/pipeline/depth_board.hpp"
#include "engine/pipeline/directory.hpp"
#include "engine/pipeline/shard_books.hpp"
#include "engine/pipeline/trade_ring.hpp"
#include "engine/pipeline/visibility.hpp"

namespace tapedeck::pipeline {

struct ShardProgress {
  std::atomic<u64> applied{0};
  std::atomic<u64> live_orders{0};
};

class ShardPublisher {
 public:
  /// Writes cells if `with_cells`. The book set must track its changes then.
  explicit ShardPublisher(bool with_cells) : with_cells_(with_cells) {}

  /// Also shows the strategies' values in cells. Called before the first event.
  void show_values() { values_ = std::make_unique<ValueBoard>(); }
  /// Also shows the levels of the instruments that readers ask for. `bell` wakes the shard's
  /// thread. The publisher must write cells. Called before the first event.
  void show_depth(thread::Doorbell& bell) { depth_ = std::make_unique<DepthBoard>(bell); }
  /// Also has a ring of trades, which the shard's books write. Called before the first event.
  TradeRing& show_trades() {
    trades_ = std::make_unique<TradeRing>();
    return *trades_;
  }
  /// Also writes probes. Called before the first event.
  void show_probes() { probe_ = std::make_unique<VisibilityProbeCell>(); }

  /// Updates the progress, the cells of the books that have changed since the last call, and then
  /// the probe, if there is a new one.
  void publish(ShardBooks& books, const std::optional<VisibilityProbe>& probe);
  /// Fills the cells that readers have newly asked for, unless the next publish() does. Also called
  /// while there are no events, so that an instrument that does not change is shown.
  void serve_requests(const ShardBooks& books) {
    if (depth_ != nullptr && depth_->has_new_requests()) [[unlikely]]
      fill_requested(books);
  }

  [[nodiscard]] const ShardProgress& progress() const { return progress_; }
  [[nodiscard]] const CellBoard& cells() const { return cells_; }
  /// Finds the cells of an instrument.
  [[nodiscard]] const Directory& directory() const { return directory_; }
  /// Null unless show_values() was called.
  [[nodiscard]] const ValueBoard* values() const { return values_.get(); }
  /// Readers make requests of it. Null unless show_depth() was called.
  [[nodiscard]] DepthBoard* depth() const { return depth_.get(); }
  /// Readers make a TradeReader of it. Null unless show_trades() was called.
  [[nodiscard]] TradeRing* trades() const { return trades_.get(); }
  /// Null unless show_probes() was called.
  [[nodiscard]] const VisibilityProbeCell* probe() const { return probe_.get(); }

 private:
  void write_cells(const ShardBooks& books);
  void name_cells(const ShardBooks& books);
  void fill_requested(const ShardBooks& books);

  bool with_cells_;
  ShardProgress progress_;
  CellBoard cells_;
  Directory directory_;
  u64 definitions_ = 0;  // whose symbols the directory has
  std::unique_ptr<ValueBoard> values_;
  std::unique_ptr<DepthBoard> depth_;
  std::unique_ptr<TradeRing> trades_;
  std::unique_ptr<VisibilityProbeCell> probe_;
  std::vector<double> one_books_values_;  // reused, so that no cell allocates
};

/// Returns where an instrument's cells lie, by the directories of all `shards` of an engine, in
/// their order. Of several instruments with this symbol it is the one with the lowest number within
/// the venue, whichever shards they are in. Any thread.
[[nodiscard]] std::optional<Place> place_of(std::span<const ShardPublisher* const> shards,
                                            ChannelId venue, std::string_view symbol);

}  // namespace tapedeck::pipeline
