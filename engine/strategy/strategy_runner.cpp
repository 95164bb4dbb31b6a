#include "engine/strategy/strategy_runner.hpp"

#include <algorithm>
#include <utility>

namespace tapedeck::strategy {

u32 SeenLevels::look(const book::BookView& book) {
  const u32 bids = look(book, Side::bid, sides_[0]);
  return std::min(bids, look(book, Side::ask, sides_[1]));
}

u32 SeenLevels::look(const book::BookView& book, Side side, std::vector<book::Level>& seen) {
  const u32 there = std::min(depth_, book.levels(side));
  u32 same = depth_;
  if (there < seen.size()) {
    seen.resize(there);
    same = there;
  }
  for (u32 i = 0; i < there; ++i) {
    const book::Level level = i == 0 ? book.touch(side) : book.level(side, i);
    if (i < seen.size() && level == seen[i]) continue;
    same = std::min(same, i);
    if (i < seen.size()) {
      seen[i] = level;
    } else {
      seen.push_back(level);
    }
  }
  return same;
}

namespace {

// Returns how many levels have to be looked at for these interests.
template <class Instances>
u32 levels_of(const Instances& instances) {
  u32 most = 0;
  for (const auto& one : instances) {
    if (one.interest.levels != Interest::kEveryMessage) most = std::max(most, one.interest.levels);
  }
  return most;
}

template <class One, class Make>
std::vector<One> made_of(std::size_t count, const Make& make) {
  std::vector<One> instances;
  instances.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::unique_ptr<Strategy> strategy = make(i);
    const Interest interest = strategy->interest();
    instances.push_back({std::move(strategy), interest});
  }
  return instances;
}

}  // namespace

StrategyInstances::StrategyInstances(std::span<const strategy::StrategyPlan> plans,
                                     const Context& context)
    : StrategyInstances(plans, made_of<One>(plans.size(), [&](std::size_t i) {
                          return plans[i].make(context);
                        })) {}

StrategyInstances::StrategyInstances(std::span<const strategy::StrategyPlan> plans,
                                     std::vector<One> instances)
    : plans_(plans), instances_(std::move(instances)), seen_(levels_of(instances_)) {}

void StrategyInstances::values(Nanos now, std::vector<double>& out) const {
  std::size_t count = 0;
  for (const strategy::StrategyPlan& plan : plans_) count += plan.outputs.size();
  out.assign(count, strategy::kNotAvailable);
  std::span<double> left{out};
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const std::size_t outputs = plans_[i].outputs.size();
    instances_[i].strategy->values(now, left.first(outputs));
    left = left.subspan(outputs);
  }
}

StrategyInstances StrategyInstances::copy() const {
  return {plans_, made_of<One>(plans_.size(), [this](std::size_t i) {
            return plans_[i].copy(*instances_[i].strategy);
          })};
}

void StrategyRunner::on_define(const book::Book& book) {
  if (book.number <= by_book_.size()) return;
  const DefineFields& define = book.state.define;
  const Context context{.venue = book.channel,
                        .instrument = book.instrument,
                        .symbol = std::string{define.name()},
                        .quantity_scale = define.quantity_scale,
                        .round_lot = define.round_lot,
                        .gateway = gateway_};
  by_book_.emplace_back(plans_, context);
}

void StrategyRunner::on_trade(const book::Book& book, const book::Trade& trade) {
  by_book_[book.number - 1].on_trade(trade);
}

void StrategyRunner::on_message(const book::Book& book, Nanos time) {
  by_book_[book.number - 1].on_message(book::BookView{books_, book}, time);
}

std::vector<double> StrategyRunner::values(const book::Book& book, Nanos now) const {
  std::vector<double> values;
  if (!empty()) of(book).values(now, values);
  return values;
}

std::shared_ptr<const FrozenStrategies> StrategyRunner::freeze(ChannelId channel) const {
  if (empty()) return {};
  auto frozen = std::make_shared<FrozenStrategies>();
  for (const book::Book& book : books_.books()) {
    if (book.channel == channel) frozen->add(of(book).copy());
  }
  return frozen;
}

}  // namespace tapedeck::strategy
