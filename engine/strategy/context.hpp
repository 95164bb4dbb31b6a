// What a strategy instance is made with: its instrument, and the way to the venue.
#pragma once

#include <string>

#include "engine/core/types.hpp"
#include "engine/strategy/gateway.hpp"

namespace tapedeck::strategy {

struct Context {
  ChannelId venue = 0;
  Instrument instrument{0};             // dense within its channel
  std::string symbol;                   // as the instrument was first defined
  u8 quantity_scale = 0;                // quantities are in units of 10^-quantity_scale
  i64 price_scale = kPriceUnitsPerOne;  // price units per unit of the currency
  u32 round_lot = 0;                    // 0: unknown
  Gateway* gateway = nullptr;           // outlives the strategy; never null
};

}  // namespace tapedeck::strategy
