// A strategy with its options. make() creates any number of instances of it.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tapedeck::strategy {

class Strategy;
struct Context;

struct StrategyPlan {
  std::string label;                 // the prefix of the outputs' names
  std::vector<std::string> outputs;  // names, in the order of Strategy::values()
  std::function<std::unique_ptr<Strategy>(const Context&)> make;
  std::function<std::unique_ptr<Strategy>(const Strategy&)> copy;  // copies an instance
};

/// Returns the names of all outputs of all plans, in their order, such as "vwap.price".
[[nodiscard]] inline std::vector<std::string> names_of(std::span<const StrategyPlan> plans) {
  std::vector<std::string> names;
  for (const StrategyPlan& plan : plans) {
    for (const std::string& output : plan.outputs) names.push_back(plan.label + "." + output);
  }
  return names;
}

}  // namespace tapedeck::strategy
