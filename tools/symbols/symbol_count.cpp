#include "tools/symbols/symbol_count.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tapedeck::tools {

void SymbolCount::take(const EventBuffer& events) {
  for (const Event& event : events) {
    const std::size_t at = event.instrument.value;
    if (event.kind == Kind::define) {
      if (at >= kMaxInstrumentsPerChannel) continue;
      if (entries_.size() <= at) entries_.resize(at + 1);
      entries_[at].counted.symbol = event.define.name();
      entries_[at].counted.source_id = event.define.source_id;
      continue;
    }
    if (is_control(event.kind) || event.kind == Kind::clear || at >= entries_.size()) continue;
    CountedSymbol& counted = entries_[at].counted;
    if (std::exchange(entries_[at].newest, event.sequence) != event.sequence) ++counted.messages;
    counted.first = std::min(counted.first.value_or(event.exchange_time), event.exchange_time);
    counted.last = std::max(counted.last.value_or(event.exchange_time), event.exchange_time);
    if (event.kind == Kind::add) ++counted.adds;
    if (event.kind == Kind::execute || event.kind == Kind::execute_at) ++counted.executions;
    if (event.kind == Kind::trade || event.kind == Kind::cross) ++counted.trades;
  }
}

std::vector<CountedSymbol> SymbolCount::busiest_first() const {
  std::vector<CountedSymbol> all;
  for (const Entry& entry : entries_) {
    if (entry.counted.messages > 0) all.push_back(entry.counted);
  }
  std::ranges::sort(all, [](const CountedSymbol& a, const CountedSymbol& b) {
    return std::tie(b.messages, a.symbol) < std::tie(a.messages, b.symbol);
  });
  return all;
}

}  // namespace tapedeck::tools
