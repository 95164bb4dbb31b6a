#include "feeds/catalog/catalog.hpp"

#include <algorithm>
#include <utility>

#include "engine/core/error.hpp"
#include "feeds/catalog/broken_feed.hpp"
#include "feeds/catalog/channels.hpp"
#include "feeds/common/read_ahead.hpp"
#include "feeds/dbn/archive.hpp"

namespace tapedeck::feeds {
namespace {

std::unique_ptr<Feed> make_channel(std::vector<Input> inputs, const FeedRequest& request,
                                   Days& days, itch50::Framing framing, MessageObserver* observer) {
  const std::string format = inputs[0].format;
  if (format.empty()) return std::make_unique<BrokenFeed>(unknown_content(inputs[0]));
  for (const Input& input : inputs) {
    // A file of unknown format is damage, which the feed reports when it reaches the file.
    if (!input.format.empty() && input.format != format) {
      throw PathError(inputs[0].path,
                      "is " + format + ", " + input.path + " is " + input.format +
                          ": one channel reads one format; use `parallel` for a channel each");
    }
  }
  if (format != "lobster") {
    const std::string problem =
        "goes with a LOBSTER message file; " + inputs[0].path + " is " + format;
    if (request.orderbook) throw ConfigError("orderbook", {}, problem);
    if (request.symbol) {
      throw ConfigError("symbol", *request.symbol, problem + "; `symbols` selects instruments");
    }
  }
  if (format == "pcap") return make_capture(std::move(inputs), request, days, observer);
  if (format == "dbn") return make_dbn(std::move(inputs), request, days, observer);
  if (format == "lobster") return make_lobster(std::move(inputs), request, days, observer);
  if (format == "tape") return make_tape(std::move(inputs), request, days, observer);
  return make_itch(std::move(inputs), request, days, framing, observer);
}

}  // namespace

OpenedFeeds open_feeds(const FeedRequest& request) {
  const itch50::Framing framing = framing_of(request.framing);
  if (std::ranges::count(request.paths, "-") > 1) {
    throw PathError("-", "standard input can be read once only");
  }
  std::vector<Input> inputs;
  const Growth growth = request.follow ? Growth::expected : Growth::none;
  for (const std::string& path : request.paths) {
    Input& input =
        inputs.emplace_back(Input{path, open_source(path, growth, request.max_ratio), {}});
    if (!request.format || *request.format == "dbn") {
      auto packed = dbn::open_archive(path, *input.source, request.max_ratio);
      if (packed != nullptr) input.source = std::move(packed);
    }
    // A pipe has no size, and its read may block for ever.
    const bool ahead = request.read_ahead && input.source->raw_bytes_total() > 0;
    // For a tape, make_tape() reads ahead behind the unpacking, which is the expensive part.
    if (ahead && !begins_as_tape(*input.source)) input.source = read_ahead(std::move(input.source));
    input.format = request.format ? *request.format : format_of(input, framing);
    if (request.follow && input.format != "tape") {
      throw PathError(path, "is no tape; only tapes can be followed while they are written");
    }
  }
  OpenedFeeds opened;
  Days days{request.date};
  const auto add_channel = [&](std::vector<Input> of_channel) {
    opened.formats.push_back(of_channel[0].format);
    opened.sources.push_back(source_of(of_channel[0]));
    opened.itch.push_back(carries_itch(of_channel[0]));
    MessageObserver* const observer =
        request.observer_of_channel ? request.observer_of_channel(opened.channels.size()) : nullptr;
    opened.channels.push_back(
        make_channel(std::move(of_channel), request, days, framing, observer));
    opened.midnights.push_back(days.take_first());
  };
  if (request.parallel) {
    for (Input& input : inputs) {
      std::vector<Input> one;
      one.push_back(std::move(input));
      add_channel(std::move(one));
    }
  } else {
    add_channel(std::move(inputs));
  }
  opened.time_base = days.undated() ? TimeBase::midnight : TimeBase::utc;
  return opened;
}

}  // namespace tapedeck::feeds
