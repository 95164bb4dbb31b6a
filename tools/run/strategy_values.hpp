// The values of the strategies for every instrument at the end of a run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/pipeline/engine.hpp"

namespace tapedeck::tools {

struct StrategyValues {
  struct Row {
    ChannelId venue;
    std::string symbol;
    std::vector<double> values;  // in the order of `names`
  };
  std::vector<std::string> names;
  std::vector<Row> rows;  // by (venue, symbol)
};

/// Returns the values of all instruments; no rows if there are no strategies. May be called only
/// after the engine has run.
[[nodiscard]] StrategyValues signals_of(const pipeline::Engine& engine);

/// Returns [{venue, symbol, values: {name: value or null}}].
[[nodiscard]] nlohmann::ordered_json json_of(const StrategyValues& signals);
/// Returns the row of an instrument; null if there is none.
[[nodiscard]] const StrategyValues::Row* row_of(const StrategyValues& signals, ChannelId venue,
                                                std::string_view symbol);
/// Formats a value to ten digits; "-" if it is not available.
[[nodiscard]] std::string shown(double value);

}  // namespace tapedeck::tools
