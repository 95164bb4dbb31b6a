// A strategy with its options, from which instances are made for any number of instruments.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tapedeck::strategy {

class Strategy;

struct StrategyPlan {
  std::string label;                 // the prefix of its outputs' names
  std::vector<std::string> outputs;  // in the order of values()
  std::function<std::unique_ptr<Strategy>()> make;
  std::function<std::unique_ptr<Strategy>(const Strategy&)> copy;  // of an instance of make()
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
