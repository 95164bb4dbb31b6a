// A kind of strategy: its name, its options, its outputs, and how to make instances.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/strategy/strategy.hpp"
#include "strategies/numbers.hpp"
#include "strategies/options.hpp"

namespace tapedeck::strategies {

struct OptionKind {
  std::string_view key, preset, help;
};

struct StrategyKind {
  std::string_view name, help;
  std::vector<std::string_view> outputs;
  std::vector<OptionKind> options;
  std::function<std::unique_ptr<strategy::Strategy>(const Options&, const strategy::Context&)> make;
  std::function<std::unique_ptr<strategy::Strategy>(const strategy::Strategy&)> copy;
};

/// Returns the kind whose instances are of class S. Its make() constructs an S from what S has a
/// constructor for: Options and Context, Options, Context, or nothing. Its copy() uses S's copy
/// constructor.
template <class S>
StrategyKind kind_of(std::string_view name, std::string_view help,
                     std::vector<std::string_view> outputs, std::vector<OptionKind> options = {}) {
  using strategy::Context;
  const auto make = [](const Options& given,
                       const Context& context) -> std::unique_ptr<strategy::Strategy> {
    if constexpr (std::is_constructible_v<S, const Options&, const Context&>) {
      return std::make_unique<S>(given, context);
    } else if constexpr (std::is_constructible_v<S, const Options&>) {
      return std::make_unique<S>(given);
    } else if constexpr (std::is_constructible_v<S, const Context&>) {
      return std::make_unique<S>(context);
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
