#include "tools/signal_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <cstdio>
#include <tuple>

namespace tapedeck::tools {

SignalValues signals_of(const pipeline::Engine& engine) {
  SignalValues signals{book::names_of(engine.strategies()), {}};
  if (signals.names.empty()) return signals;
  for (std::size_t shard = 0; shard < engine.shards(); ++shard) {
    for (const book::Book& book : engine.books(shard).books()) {
      signals.rows.push_back(
          {book.line, std::string{book.state.define.name()}, engine.strategy_values(shard, book)});
    }
  }
  // A line may give one symbol to two instruments, which no shard keeps apart: their values do.
  const auto key = [](const SignalValues::Row& row) { return std::tie(row.venue, row.symbol); };
  std::ranges::sort(signals.rows, [&](const auto& a, const auto& b) {
    if (key(a) != key(b)) return key(a) < key(b);
    return std::ranges::lexicographical_compare(
        a.values, b.values, [](double x, double y) { return std::is_lt(std::strong_order(x, y)); });
  });
  return signals;
}

nlohmann::ordered_json json_of(const SignalValues& signals) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const SignalValues::Row& row : signals.rows) {
    nlohmann::ordered_json values = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < signals.names.size(); ++i) {
      // The library writes null for what is not a number.
      values[signals.names[i]] = row.values[i];
    }
    list.push_back({{"venue", row.venue}, {"symbol", row.symbol}, {"values", std::move(values)}});
  }
  return list;
}

std::string text_of(const SignalValues& signals, const SignalValues::Row& row) {
  std::string text;
  for (std::size_t i = 0; i < signals.names.size(); ++i) {
    // As many digits as prices have; the JSON summary has them all.
    std::array<char, 32> value{"-"};
    if (std::isfinite(row.values[i])) {
      std::snprintf(value.data(), value.size(), "%.10g", row.values[i]);
    }
    text.append(i == 0 ? "" : ", ").append(signals.names[i]).append(" ").append(value.data());
  }
  return text;
}

}  // namespace tapedeck::tools
