#include "engine/strategy/strategy_runner.hpp"

namespace tapedeck::strategy {

StrategyInstances::StrategyInstances(std::span<const strategy::StrategyPlan> plans)
    : plans_(plans) {
  instances_.reserve(plans.size());
  for (const strategy::StrategyPlan& plan : plans) instances_.push_back(plan.make());
}

void StrategyInstances::values(Nanos now, std::vector<double>& out) const {
  std::size_t count = 0;
  for (const strategy::StrategyPlan& plan : plans_) count += plan.outputs.size();
  out.assign(count, strategy::kNotAvailable);
  std::span<double> left{out};
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const std::size_t outputs = plans_[i].outputs.size();
    instances_[i]->values(now, left.first(outputs));
    left = left.subspan(outputs);
  }
}

StrategyInstances StrategyInstances::copy() const {
  StrategyInstances copies{{}};
  copies.plans_ = plans_;
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    copies.instances_.push_back(plans_[i].copy(*instances_[i]));
  }
  return copies;
}

void StrategyRunner::on_define(const book::Book& book) {
  if (book.number > by_book_.size()) by_book_.emplace_back(plans_);
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
