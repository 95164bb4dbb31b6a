// A strategy with its options: what it takes to run it on any number of instruments.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tapedeck::strategy {

class Strategy;

struct StrategyPlan {
  std::string label;                 // what its outputs' names begin with
  std::vector<std::string> outputs;  // in the order of values()
  std::function<std::unique_ptr<Strategy>()> make;
  std::function<std::unique_ptr<Strategy>(const Strategy&)> copy;  // of one that make() made
};

/// "vwap.price" and so on: all outputs of all plans, in their order.
[[nodiscard]] inline std::vector<std::string> names_of(std::span<const StrategyPlan> plans) {
  std::vector<std::string> names;
  for (const StrategyPlan& plan : plans) {
    for (const std::string& output : plan.outputs) names.push_back(plan.label + "." + output);
  }
  return names;
}

}  // namespace tapedeck::strategy
