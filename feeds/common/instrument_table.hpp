// Maps symbols to dense instrument numbers, in the order of first appearance. One channel, one
// thread.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/core/event.hpp"
#include "feeds/common/symbol_selection.hpp"

namespace tapedeck::feeds {

class InstrumentTable {
 public:
  /// `wanted` are the symbols that the user asked for. If it is empty, every symbol is wanted.
  explicit InstrumentTable(SymbolSelection wanted = {}) : wanted_(std::move(wanted)) {}

  struct Entry {
    Instrument number;
    bool is_new = false;
  };
  /// Returns the number of `symbol`. Assigns the next free number to a new symbol. Returns nothing
  /// if the symbol is new and the channel already has kMaxInstrumentsPerChannel instruments.
  std::optional<Entry> find_or_add(std::string_view symbol) {
    if (const auto at = numbers_.find(std::string{symbol}); at != numbers_.end()) {
      return Entry{at->second, false};
    }
    if (numbers_.size() >= kMaxInstrumentsPerChannel) return {};
    const Instrument number{static_cast<u32>(numbers_.size())};
    numbers_.emplace(symbol, number);
    return Entry{number, true};
  }
  [[nodiscard]] bool knows(std::string_view symbol) const {
    return numbers_.contains(std::string{symbol});
  }
  /// Renames an instrument. `from` must be known, and `to` must not be in use.
  void rename(std::string_view from, std::string_view to) {
    const auto node = numbers_.find(std::string{from});
    assert(node != numbers_.end() && !knows(to));
    const Instrument number = node->second;
    numbers_.erase(node);
    numbers_.emplace(to, number);
  }
  [[nodiscard]] bool wants(std::string_view symbol) const {
    return wanted_.empty() || wanted_.contains(symbol);
  }
  /// Returns all symbols, indexed by instrument number.
  [[nodiscard]] std::vector<std::string> symbols() const {
    std::vector<std::string> all(numbers_.size());
    for (const auto& [symbol, number] : numbers_) all[number.value] = symbol;
    return all;
  }
  [[nodiscard]] bool wants_all() const { return wanted_.empty(); }
  [[nodiscard]] std::size_t size() const { return numbers_.size(); }

 private:
  std::unordered_map<std::string, Instrument> numbers_;
  SymbolSelection wanted_;
};

/// Returns the fields of a define event. Truncates a symbol that is longer than kMaxSymbol.
[[nodiscard]] inline DefineFields define_fields(std::string_view symbol, u32 source_id,
                                                u32 round_lot = 0, u8 quantity_scale = 0) {
  DefineFields fields{};
  fields.set_name(symbol);
  fields.source_id = source_id;
  fields.round_lot = round_lot;
  fields.quantity_scale = quantity_scale;
  return fields;
}

}  // namespace tapedeck::feeds
