#include "engine/strategy/strategy_runner.hpp"

#include <algorithm>
#include <utility>

namespace tapedeck::strategy {

u32 SeenLevels::look_behind(const book::BookSet& books, const book::Book& book) {
  u32 same = depth_;
  for (const Side side : {Side::bid, Side::ask}) {
    std::vector<book::Level>& seen = behind_[side == Side::bid ? 0 : 1];
    const u32 levels = std::min(depth_, book.side(side).size());
    const u32 there = levels == 0 ? 0 : levels - 1;  // without the best
    if (there < seen.size()) {
      seen.resize(there);
      same = std::min(same, there + 1);
    }
    for (u32 i = 0; i < there; ++i) {
      const book::Level level = books.level(book, side, i + 1);
      if (i == seen.size()) {
        seen.push_back(level);
      } else if (level == seen[i]) {
        continue;
      } else {
        seen[i] = level;
      }
      same = std::min(same, i + 1);
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
    Interest interest = strategy->interest();
    if (interest.levels > Interest::kMostLevels) interest.levels = Interest::kEveryMessage;
    if (interest.only_when_read) interest.levels = 0;
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
    : instances_(std::move(instances)),
      sees_all_(std::ranges::any_of(
          instances_,
          [](const One& one) { return one.interest.levels == Interest::kEveryMessage; })),
      looks_deep_(sees_all_ || levels_of(instances_) > 1),
      reads_late_(std::ranges::any_of(instances_,
                                      [](const One& one) { return one.interest.only_when_read; })),
      seen_(levels_of(instances_)),
      plans_(plans) {}

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

void StrategyInstances::look_deep(const book::BookSet& books, const book::Book& book, Nanos time) {
  const u32 same = seen_.look(books, book);
  if (same == seen_.depth() && !sees_all_) return;
  call_changed(books, book, time, same);
}

// Calls the instances that look at more levels than are the same.
[[gnu::noinline]] void StrategyInstances::call_changed(const book::BookSet& books,
                                                       const book::Book& book, Nanos time,
                                                       u32 same) {
  const book::BookView view{books, book, seen_.best()};
  for (const One& one : instances_) {
    const u32 levels = one.interest.levels;
    if (levels == Interest::kEveryMessage || levels > same) one.strategy->on_message(view, time);
  }
}

void StrategyInstances::call_late(const book::BookSet& books, const book::Book& book) {
  is_behind_ = false;
  const book::BookView view{books, book};
  for (const One& one : instances_) {
    if (one.interest.only_when_read) one.strategy->on_message(view, last_message_);
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
  wants_messages_ |= by_book_.emplace_back(plans_, context).want_messages();
}

void StrategyRunner::on_trade(const book::Book& book, const book::Trade& trade) {
  of(book).on_trade(trade);
}

void StrategyRunner::on_message(const book::Book& book, Nanos time) {
  of(book).on_message(books_, book, time);
}

std::vector<double> StrategyRunner::values(const book::Book& book, Nanos now) const {
  std::vector<double> values;
  if (!empty()) caught_up(book).values(now, values);
  return values;
}

std::shared_ptr<const FrozenStrategies> StrategyRunner::freeze(ChannelId channel) const {
  if (empty()) return {};
  auto frozen = std::make_shared<FrozenStrategies>();
  books_.for_each_book(channel,
                       [&](const book::Book& book) { frozen->add(caught_up(book).copy()); });
  return frozen;
}

}  // namespace tapedeck::strategy
