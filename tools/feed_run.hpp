// Feeds read to their ends on the calling thread, without an engine: for commands that look at
// events and keep no books.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "engine/core/feed.hpp"

namespace tapedeck::tools {

/// What a poll of line `line` gave; called with nothing before the line's first poll.
using TakeEvents = std::function<void(std::size_t line, const EventBuffer& events)>;

/// Reads the lines one after another and draws how far it has come, if `live`. SIGINT and SIGTERM
/// end it between two polls; returns the signal that did, else 0. Must be called before any thread
/// is started (see signals.hpp).
[[nodiscard]] int run_feeds(std::span<const std::unique_ptr<Feed>> lines, const TakeEvents& take,
                            bool live);

}  // namespace tapedeck::tools
