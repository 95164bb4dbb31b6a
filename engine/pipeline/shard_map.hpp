// Maps instruments to shards. The map does not change while the engine runs; any thread may then
// read it.
#pragma once

#include <string>
#include <unordered_map>

#include "engine/core/types.hpp"

namespace tapedeck::pipeline {

class ShardMap {
 public:
  explicit ShardMap(u32 shards) : shards_(shards) {}

  /// Assigns a symbol of all channels to the shard that the user chose.
  void assign(std::string symbol, u32 shard) { by_symbol_[std::move(symbol)] = shard; }
  [[nodiscard]] u32 shard_of(ChannelId channel, Instrument instrument,
                             std::string_view symbol) const {
    if (!by_symbol_.empty()) {
      const auto found = by_symbol_.find(std::string{symbol});
      if (found != by_symbol_.end()) return found->second % shards_;
    }
    return (channel + instrument.value) % shards_;
  }
  /// Returns the shard that counts the events that concern the whole channel.
  [[nodiscard]] u32 owner_shard(ChannelId channel) const { return channel % shards_; }
  [[nodiscard]] u32 shards() const { return shards_; }

 private:
  u32 shards_;
  std::unordered_map<std::string, u32> by_symbol_;
};

}  // namespace tapedeck::pipeline
