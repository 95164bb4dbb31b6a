#include "engine/pipeline/market_view.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/pipeline/engine.hpp"

namespace tapedeck::pipeline {
namespace {

std::vector<const ShardPublisher*> published_by(const Engine& engine) {
  std::vector<const ShardPublisher*> shards;
  for (u32 i = 0; i < engine.shards(); ++i) shards.push_back(&engine.published(i));
  return shards;
}

}  // namespace

MarketView::MarketView(const Engine& engine) : MarketView(published_by(engine)) {}

MarketView::MarketView(std::vector<const ShardPublisher*> shards)
    : shards_(std::move(shards)), copies_(shards_.size()) {}

void MarketView::refresh() {
  changed_.clear();
  for (u32 shard = 0; shard < shards_.size(); ++shard) read_shard(shard);
  read_depths();
  read_trades();
}

void MarketView::read_shard(u32 shard) {
  std::deque<Copy>& copies = copies_[shard];
  const std::size_t cells = shards_[shard]->cells().size();
  while (copies.size() < cells) {
    const auto cell = static_cast<u32>(copies.size());
    copies.emplace_back().shown.place = {shard, cell};
    ++size_;
  }
  for (Copy& copy : copies) {
    if (!read_copy(*shards_[shard], copy)) continue;
    const book::InstrumentView& view = copy.shown.view;
    changed_.push_back(copy.shown.place);
    if (view.time > std::max(time_.time, Nanos{0})) time_ = {view.time, view.venue};
  }
}

// Returns whether anything has changed. The view is read first: its cell is written last, so that
// the values are at least as new. Until it is there, the instrument is not, even if its values are.
bool MarketView::read_copy(const ShardPublisher& shard, Copy& copy) {
  Shown& shown = copy.shown;
  const u32 cell = shown.place.cell;
  bool changed = read_newer(shard.cells(), cell, copy.view_version, shown.view);
  if (copy.view_version == 0) return false;
  if (const ValueBoard* const values = shard.values()) {
    changed |= read_newer(*values, cell, copy.values_version, shown.values);
    shown.has_values = copy.values_version > 0;
  }
  return changed;
}

// Returns whether the cell had a newer value, which is then in `value`.
template <class Cells, class Value>
bool MarketView::read_newer(const Cells& cells, u32 cell, u64& version, Value& value) {
  // Before the value, which may be newer: then the next refresh reads it once more.
  const u64 now = cells.cell(cell).version();
  if (now == version) return false;
  const auto read = cells.cell(cell).try_read();
  if (!read) {
    ++given_up_;
    return false;
  }
  value = *read;
  version = now;
  return true;
}

void MarketView::read_depths() {
  const std::size_t changed_views = changed_.size();
  for (auto& [place, depth] : depths_) {
    const u64 now = depth.request.version();
    if (now == depth.version) continue;
    const auto levels = depth.request.try_read();
    if (!levels) {
      ++given_up_;
      continue;
    }
    depth.levels = levels;
    depth.version = now;
    changed_.push_back(place);
  }
  // Both parts are sorted.
  const auto middle = changed_.begin() + static_cast<std::ptrdiff_t>(changed_views);
  std::inplace_merge(changed_.begin(), middle, changed_.end(), PlaceOrder{});
  changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
}

void MarketView::read_trades() {
  new_trades_.clear();
  for (u32 shard = 0; shard < trade_readers_.size(); ++shard) {
    // Bounded, however fast the shard is.
    for (u64 i = 0; i < TradeRing::kTrades; ++i) {
      const auto trade = trade_readers_[shard].try_next();
      if (!trade) break;
      new_trades_.push_back({{shard, trade->cell}, *trade});
    }
  }
}

const MarketView::Shown* MarketView::at(Place place) const {
  if (place.shard >= copies_.size() || place.cell >= copies_[place.shard].size()) return nullptr;
  const Copy& copy = copies_[place.shard][place.cell];
  return copy.view_version > 0 ? &copy.shown : nullptr;
}

const MarketView::Shown* MarketView::find(ChannelId venue, std::string_view symbol) const {
  const auto place = place_of(shards_, venue, symbol);
  return place ? at(*place) : nullptr;
}

std::vector<const MarketView::Shown*> MarketView::busiest(std::size_t most) const {
  std::vector<const Shown*> all;
  all.reserve(size_);
  for (const std::deque<Copy>& copies : copies_) {
    for (const Copy& copy : copies) {
      if (copy.view_version > 0) all.push_back(&copy.shown);
    }
  }
  const std::size_t shown = std::min(most, all.size());
  std::ranges::partial_sort(all, all.begin() + static_cast<std::ptrdiff_t>(shown),
                            [](const Shown* a, const Shown* b) {
                              return std::tuple{b->view.executions, a->view.venue, a->view.name()} <
                                     std::tuple{a->view.executions, b->view.venue, b->view.name()};
                            });
  all.resize(shown);
  return all;
}

bool MarketView::want_depth(Place place) {
  if (at(place) == nullptr) return false;
  DepthBoard* const board = shards_[place.shard]->depth();
  if (board == nullptr) return false;
  WantedDepth& depth = depths_[place];
  if (depth.wanted++ == 0) depth.request = board->request(place.cell);
  return true;
}

void MarketView::drop_depth(Place place) {
  const auto at = depths_.find(place);
  if (at != depths_.end() && --at->second.wanted == 0) depths_.erase(at);
}

const Depth* MarketView::depth(Place place) const {
  const auto at = depths_.find(place);
  return at != depths_.end() && at->second.levels ? &*at->second.levels : nullptr;
}

void MarketView::follow_trades() {
  if (!trade_readers_.empty()) return;
  for (const ShardPublisher* const shard : shards_) {
    if (shard->trades() == nullptr) return;
    trade_readers_.emplace_back(*shard->trades());
  }
}

u64 MarketView::lost_trades() const {
  u64 lost = 0;
  for (const TradeReader& reader : trade_readers_) lost += reader.lost();
  return lost;
}

}  // namespace tapedeck::pipeline
