#include "feeds/catalog/opened_channel.hpp"

#include <utility>

#include "feeds/common/plausible_times.hpp"

namespace tapedeck::feeds {

std::vector<std::unique_ptr<Feed>> OpenedFeeds::take_feeds() {
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.reserve(channels.size());
  for (OpenedChannel& channel : channels) feeds.push_back(std::move(channel.feed));
  return feeds;
}

TimeZone zone_of(const OpenedChannel& channel) {
  const std::string& source = channel.source;
  const bool is_eastern = channel.carries_itch || source == "itch50" || source == "pcap" ||
                          source == "lobster" || source == "simulated";
  return is_eastern ? TimeZone::us_eastern() : TimeZone::utc();
}

void keep_times_plausible(OpenedFeeds& opened) {
  for (OpenedChannel& channel : opened.channels) {
    channel.feed = std::make_unique<PlausibleTimes>(std::move(channel.feed));
  }
}

}  // namespace tapedeck::feeds
