// Which shard an instrument lives in. Immutable once the engine runs; any thread.
#pragma once

#include <string>
#include <unordered_map>

#include "engine/core/types.hpp"

namespace tapedeck::pipeline {

class ShardMap {
 public:
  explicit ShardMap(u32 shards) : shards_(shards) {}

  /// Symbols named here go where the user says, whatever their line.
  void assign(std::string symbol, u32 shard) { by_symbol_[std::move(symbol)] = shard; }
  [[nodiscard]] u32 shard_of(LineNumber line, Instrument instrument,
                             std::string_view symbol) const {
    if (!by_symbol_.empty()) {
      const auto found = by_symbol_.find(std::string{symbol});
      if (found != by_symbol_.end()) return found->second % shards_;
    }
    return (line + instrument.value) % shards_;
  }
  /// Where what concerns the line as a whole is counted.
  [[nodiscard]] u32 home_of(LineNumber line) const { return line % shards_; }
  [[nodiscard]] u32 shards() const { return shards_; }

 private:
  u32 shards_;
  std::unordered_map<std::string, u32> by_symbol_;
};

}  // namespace tapedeck::pipeline
