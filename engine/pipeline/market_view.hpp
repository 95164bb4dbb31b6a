// A reader's model of what the shards of an engine show: the last good copy of every view, of the
// strategies' values, of the levels that were asked for, and the trades since the last refresh.
//
// Whatever shows a running engine (terminal, network) reads cells through this class alone. One
// thread at a time uses a view; an engine may have any number of them. The engine's shards, which
// must outlive it, never wait for it, however slow it is. A refresh takes from the cells only what
// has changed since the one before. So a reader that shows everything, and then what each refresh
// reports as changed, misses nothing that is still true and shows nothing twice; of several
// changes between two refreshes it shows the last.
// Cost of a refresh: one load per instrument, and a copy per instrument that has changed.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/pipeline/shard_publisher.hpp"

namespace tapedeck::pipeline {

class Engine;

/// The latest exchange time that any instrument has reached, and its channel.
struct MarketTime {
  Nanos time = kBeginningOfTime;  // kBeginningOfTime: no event so far
  ChannelId channel = 0;
};

class MarketView {
 public:
  /// What is known of one instrument. Plain data.
  struct Shown {
    Place place;
    book::InstrumentView view;
    LiveValues values{};      // of the strategies
    bool has_values = false;  // the engine has strategies and shows their values
  };
  /// A trade and the place of its instrument.
  struct Trade {
    Place place;
    PublishedTrade trade;
  };

  /// Begins empty: the first refresh() reads every cell.
  explicit MarketView(const Engine& engine);
  /// `shards`: what the shards of one engine show, by their numbers.
  explicit MarketView(std::vector<const ShardPublisher*> shards);

  /// Reads what has changed.
  void refresh();

  /// Returns the places of the instruments that the last refresh() found new, or whose view,
  /// values or levels it found changed; each once, by shard and cell.
  [[nodiscard]] std::span<const Place> changed() const { return changed_; }
  /// Returns the number of instruments.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Returns null for a place at which the last refresh() found no instrument. The pointer remains
  /// valid as long as the view.
  [[nodiscard]] const Shown* at(Place place) const;
  /// Returns null for an unknown symbol. If several instruments of the venue have it, returns the
  /// first that was defined.
  [[nodiscard]] const Shown* find(ChannelId venue, std::string_view symbol) const;
  /// Returns at most `most` instruments with the most executions, in descending order. Instruments
  /// with equal counts keep their order from one call to the next.
  [[nodiscard]] std::vector<const Shown*> busiest(std::size_t most) const;
  [[nodiscard]] const MarketTime& time() const { return time_; }

  /// Makes the following refreshes read the levels of an instrument. Each call needs a call of
  /// drop_depth(). Returns false, and does nothing, if there is no such instrument yet, or without
  /// EngineConfig::depth.
  [[nodiscard]] bool want_depth(Place place);
  /// Undoes one want_depth() of the place.
  void drop_depth(Place place);
  /// Returns the levels as the last refresh() found them. Null until the shard has shown them for
  /// the first time, and if they are not wanted.
  [[nodiscard]] const Depth* depth(Place place) const;

  /// Makes the following refreshes take all trades that shards apply from now on. Does nothing
  /// without EngineConfig::trades.
  void follow_trades();
  /// Returns the trades that the last refresh() took, for each shard in the order in which it
  /// applied them.
  [[nodiscard]] std::span<const Trade> trades() const { return new_trades_; }
  /// Returns how many trades were overwritten before a refresh came to them.
  [[nodiscard]] u64 lost_trades() const;

  /// Returns how many reads of cells the writer kept overtaking. The older copy remains, and the
  /// next refresh tries again.
  [[nodiscard]] u64 given_up() const { return given_up_; }

 private:
  // An instrument's copies, and the versions of the cells that they come from.
  struct Copy {
    Shown shown;
    u64 view_version = 0, values_version = 0;
  };
  struct WantedDepth {
    DepthRequest request;
    u32 wanted = 0;  // calls of want_depth() without drop_depth()
    u64 version = 0;
    std::optional<Depth> levels;
  };
  struct PlaceOrder {
    bool operator()(const Place& a, const Place& b) const {
      return a.shard != b.shard ? a.shard < b.shard : a.cell < b.cell;
    }
  };

  void read_shard(u32 shard);
  [[nodiscard]] bool read_copy(const ShardPublisher& shard, Copy& copy);
  template <class Cells, class Value>
  [[nodiscard]] bool read_newer(const Cells& cells, u32 cell, u64& version, Value& value);
  void read_depths();
  void read_trades();

  std::vector<const ShardPublisher*> shards_;
  std::vector<std::deque<Copy>> copies_;  // by shard and cell
  std::size_t size_ = 0;
  std::map<Place, WantedDepth, PlaceOrder> depths_;
  std::vector<Place> changed_;
  std::vector<TradeReader> trade_readers_;  // by shard
  std::vector<Trade> new_trades_;
  MarketTime time_;
  u64 given_up_ = 0;
};

}  // namespace tapedeck::pipeline
