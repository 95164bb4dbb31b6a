#include "feeds/pcap/feed.hpp"

#include <utility>

#include "engine/core/units.hpp"

namespace tapedeck::feeds {

using pcap::Carries;

PcapFeed::PcapFeed(std::vector<std::unique_ptr<ByteSource>> files,
                   std::unique_ptr<DatagramParser> parser, const StreamOptions& options)
    : source_(std::move(files), options.counts_others), reader_(std::move(parser), options) {}

FeedStatus PcapFeed::poll(EventBuffer& out, Nanos now) {
  const FeedStatus status = reader_.poll(source_, out, now);
  reader_.counters().bytes = source_.bytes();
  return status;
}

std::optional<std::string> PcapFeed::left_out() const {
  if (reader_.left_out() == 0) return Feed::left_out();
  return source_.name() + ": " +
         counted(reader_.left_out(),
                 "packet is of a stream that was not found before the run, and was not read",
                 "packets are of streams that were not found before the run, and were not read") +
         "; save a "
         "pipe to a file first, or choose streams by `group`";
}

std::vector<std::string> PcapFeed::warnings() const {
  std::vector<std::string> all = reader_.warnings();
  std::string reasons;
  if (source_.foreign() > 0) reasons += ", " + grouped(source_.foreign()) + " other UDP";
  for (int i = 0; i < pcap::kCarries; ++i) {
    const auto reason = static_cast<Carries>(i);
    if (reason == Carries::payload || met(reason) == 0) continue;
    reasons += ", " + grouped(met(reason)) + " " + std::string{name_of(reason)};
  }
  if (!reasons.empty()) {
    all.push_back("of " + counted(source_.packets(), "captured packet") + " not all could be used" +
                  reasons);
  }
  if (!reader_.options().midnight && !time_from_capture() && source_.packets() > 0) {
    all.emplace_back(
        "the capture has no times: its messages count from an unknown midnight; give `date`");
  }
  return all;
}

}  // namespace tapedeck::feeds
