// What the strategies of a finished run say of every instrument.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/pipeline/engine.hpp"

namespace tapedeck::tools {

struct SignalValues {
  struct Row {
    LineNumber venue;
    std::string symbol;
    std::vector<double> values;  // by name
  };
  std::vector<std::string> names;
  std::vector<Row> rows;  // by (venue, symbol)
};

/// After the engine has run. Without strategies, without rows.
[[nodiscard]] SignalValues signals_of(const pipeline::Engine& engine);

/// [{venue, symbol, values: {name: value or null}}].
[[nodiscard]] nlohmann::ordered_json json_of(const SignalValues& signals);
/// One line: "vwap.price 582.72, vwap.volume 100"; "-" for what is not available.
[[nodiscard]] std::string text_of(const SignalValues& signals, const SignalValues::Row& row);

}  // namespace tapedeck::tools
