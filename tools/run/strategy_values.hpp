// What the strategies of a finished run say of every instrument.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/pipeline/engine.hpp"

namespace tapedeck::tools {

struct StrategyValues {
  struct Row {
    ChannelId venue;
    std::string symbol;
    std::vector<double> values;  // by name
  };
  std::vector<std::string> names;
  std::vector<Row> rows;  // by (venue, symbol)
};

/// After the engine has run. Without strategies, without rows.
[[nodiscard]] StrategyValues signals_of(const pipeline::Engine& engine);

/// [{venue, symbol, values: {name: value or null}}].
[[nodiscard]] nlohmann::ordered_json json_of(const StrategyValues& signals);
/// Null where there is none.
[[nodiscard]] const StrategyValues::Row* row_of(const StrategyValues& signals, ChannelId venue,
                                                const std::string& symbol);
/// To ten digits; "-" for what is not available.
[[nodiscard]] std::string shown(double value);

}  // namespace tapedeck::tools
