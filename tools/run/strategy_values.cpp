#include "tools/run/strategy_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <cstdio>
#include <tuple>

#include <nlohmann/json.hpp>

#include "engine/book/book_set.hpp"
#include "engine/pipeline/channel.hpp"

namespace tapedeck::tools {

StrategyValues signals_of(const pipeline::Engine& engine) {
  StrategyValues signals{strategy::names_of(engine.strategies()), {}};
  if (signals.names.empty()) return signals;
  for (std::size_t shard = 0; shard < engine.shards(); ++shard) {
    for (const book::Book& book : engine.books(shard).books()) {
      signals.rows.push_back({book.channel, std::string{book.state.define.name()},
                              engine.strategy_values(shard, book)});
    }
  }
  // Two instruments of a channel may have the same symbol. Their rows are then ordered by value, so
  // that the order does not depend on the shards.
  const auto key = [](const StrategyValues::Row& row) { return std::tie(row.venue, row.symbol); };
  std::ranges::sort(signals.rows, [&](const auto& a, const auto& b) {
    if (key(a) != key(b)) return key(a) < key(b);
    return std::ranges::lexicographical_compare(
        a.values, b.values, [](double x, double y) { return std::is_lt(std::strong_order(x, y)); });
  });
  return signals;
}

nlohmann::ordered_json json_of(const StrategyValues& signals) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const StrategyValues::Row& row : signals.rows) {
    nlohmann::ordered_json values = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < signals.names.size(); ++i) {
      // The library writes null for NaN.
      values[signals.names[i]] = row.values[i];
    }
    list.push_back({{"venue", row.venue}, {"symbol", row.symbol}, {"values", std::move(values)}});
  }
  return list;
}

const StrategyValues::Row* row_of(const StrategyValues& signals, ChannelId venue,
                                  std::string_view symbol) {
  const auto at = std::ranges::find_if(signals.rows, [&](const StrategyValues::Row& row) {
    return row.venue == venue && row.symbol == symbol;
  });
  return at == signals.rows.end() ? nullptr : &*at;
}

std::string shown(double value) {
  std::array<char, 32> text{"-"};
  if (std::isfinite(value)) std::snprintf(text.data(), text.size(), "%.10g", value);
  return text.data();
}

}  // namespace tapedeck::tools
