// A kind of strategy: its name, its options, its outputs, and how to make instances.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/strategy/strategy.hpp"
#include "strategies/options.hpp"

namespace tapedeck::strategies {

struct OptionKind {
  std::string_view key, preset, help;
};

struct StrategyKind {
  std::string_view name, help;
  std::vector<std::string_view> outputs;
  std::vector<OptionKind> options;
  std::function<std::unique_ptr<strategy::Strategy>(const Options&)> make;
  std::function<std::unique_ptr<strategy::Strategy>(const strategy::Strategy&)> copy;
};

/// Returns the kind whose instances are of class S. Its make() constructs an S from Options if S
/// has such a constructor, otherwise by the default constructor. Its copy() uses S's copy
/// constructor.
template <class S>
StrategyKind kind_of(std::string_view name, std::string_view help,
                     std::vector<std::string_view> outputs, std::vector<OptionKind> options = {}) {
  const auto make = [](const Options& given) -> std::unique_ptr<strategy::Strategy> {
    if constexpr (std::is_constructible_v<S, const Options&>) {
      return std::make_unique<S>(given);
    } else {
      return std::make_unique<S>();
    }
  };
  const auto copy = [](const strategy::Strategy& other) -> std::unique_ptr<strategy::Strategy> {
    return std::make_unique<S>(static_cast<const S&>(other));
  };
  return {name, help, std::move(outputs), std::move(options), make, copy};
}

}  // namespace tapedeck::strategies
