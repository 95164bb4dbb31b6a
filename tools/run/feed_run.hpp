// Reads feeds to their ends on the calling thread, without an engine, for commands that look at
// events and build no books.
#pragma once

#include <functional>
#include <span>

#include "feeds/catalog/opened_channel.hpp"
#include "tools/cli/signals.hpp"

namespace tapedeck::tools {

/// Receives the events of one poll of a channel. Called once with no events before the channel's
/// first poll.
using TakeEvents = std::function<void(std::size_t channel, const EventBuffer& events)>;

/// Reads the channels one after another, and draws the progress if `live`. A stop takes effect
/// between two polls. Returns the signal that requested the stop; 0 if there was no stop.
[[nodiscard]] int run_feeds(std::span<const feeds::OpenedChannel> channels, const TakeEvents& take,
                            bool live, StopOnSignal& stop);

}  // namespace tapedeck::tools
