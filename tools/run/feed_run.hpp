// Feeds read to their ends on the calling thread, without an engine: for commands that look at
// events and keep no books.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "engine/core/feed.hpp"
#include "tools/cli/signals.hpp"

namespace tapedeck::tools {

/// What a poll of channel `channel` gave; called with nothing before the channel's first poll.
using TakeEvents = std::function<void(std::size_t channel, const EventBuffer& events)>;

/// Reads the channels one after another and draws how far it has come, if `live`. A stop ends it
/// between two polls; returns the signal that asked for it, else 0.
[[nodiscard]] int run_feeds(std::span<const std::unique_ptr<Feed>> channels, const TakeEvents& take,
                            bool live, StopOnSignal& stop);

}  // namespace tapedeck::tools
