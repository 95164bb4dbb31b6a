#include "feeds/common/datagram_reader.hpp"

#include <chrono>
#include <utility>

#include "engine/core/calendar.hpp"

namespace tapedeck::feeds {
namespace {

// New York is never more than this behind UTC: five hours in winter, four in summer.
constexpr std::chrono::hours kWinterOffset{5};

// Returns the day in New York on which `time` falls, by the rules of eastern_midnight().
std::chrono::sys_days eastern_day(Nanos time) {
  using std::chrono::days;
  const std::chrono::sys_time<std::chrono::nanoseconds> at{std::chrono::nanoseconds{time.value}};
  const auto winter_day = std::chrono::floor<days>(at - kWinterOffset);
  const auto next = winter_day + days{1};
  return time >= eastern_midnight(Date{next}) ? next : winter_day;
}

}  // namespace

DatagramReader::DatagramReader(std::unique_ptr<DatagramParser> parser, StreamOptions options)
    : parser_(std::move(parser)), counters_(parser_->counters()), options_(std::move(options)) {
  parser_->set_midnight(options_.midnight.value_or(Nanos{0}));
}

FeedStatus DatagramReader::poll(DatagramSource& source, EventBuffer& out, Nanos now) {
  out_ = &out;
  now_ = now;
  packets_ = messages_ = 0;
  if (!finish_packet()) return FeedStatus::ready;
  if (!drained_) {
    const Received received = source.poll(*this, now);
    // What was read is handed over before more is waited for.
    if (received == Received::nothing) return out.empty() ? FeedStatus::idle : FeedStatus::ready;
    if (received == Received::packets) return FeedStatus::ready;
    drained_ = true;
    parser_->begin_end();
    if (!finish_packet()) return FeedStatus::ready;
  }
  ended_ = true;
  return FeedStatus::ended;
}

// Has the parser go on with its packet. Returns false if the packet is not finished, because the
// poll has no room for its rest.
inline bool DatagramReader::finish_packet() {
  if (!parser_->finished())
    messages_ += parser_->step(kMaxMessagesPerPoll - messages_, now_, *out_);
  return parser_->finished();
}

Taken DatagramReader::take(const Datagram& datagram, Wholeness wholeness) {
  follow_clock(datagram.time);
  const bool recognised = parser_->recognises(datagram);
  // Too short to be recognised, or without a valid length: it may be a packet of this protocol.
  const bool unreadable =
      wholeness == Wholeness::unreadable ||
      (wholeness == Wholeness::cut && datagram.payload.size() < parser_->header_bytes());
  if (!recognised && !unreadable) return count_skipped();
  switch (owner_of(datagram, recognised)) {
    case PacketOwner::this_stream:
      break;
    case PacketOwner::nobody:
      return count_skipped();
    case PacketOwner::left_out:
      if (options_.counts_others) ++left_out_;
      return pass_over(DatagramUse::of_another);
    case PacketOwner::another_stream:
      return pass_over(DatagramUse::of_another);
  }
  // The parser detects what is missing at the end of a cut payload or a first fragment.
  if (unreadable) {
    parser_->begin_unreadable(datagram.time);
  } else {
    parser_->begin(datagram);
  }
  const bool is_finished = finish_packet();
  return {DatagramUse::taken, ++packets_ < kMaxPacketsPerPoll && is_finished};
}

Taken DatagramReader::skip(Nanos time) {
  follow_clock(time);
  return count_skipped();
}

Taken DatagramReader::pass_over(DatagramUse use) {
  return {use, ++packets_ < kMaxPacketsPerPoll};
}

Taken DatagramReader::count_skipped() {
  if (options_.counts_others) counters_.skipped_packets += 1;
  return pass_over(DatagramUse::skipped);
}

PacketOwner DatagramReader::owner_of(const Datagram& datagram, bool recognised) const {
  if (!options_.owner_of || (recognised && options_.is_only_stream)) {
    return PacketOwner::this_stream;
  }
  if (datagram.address.empty()) {
    return options_.counts_others ? PacketOwner::this_stream : PacketOwner::nobody;
  }
  const auto port = datagram.has_port ? std::optional{datagram.port} : std::nullopt;
  const Bytes payload = recognised ? datagram.payload : Bytes{};
  return options_.owner_of(datagram.destination(), port, payload);
}

void DatagramReader::follow_clock(Nanos received_at) {
  if (options_.midnight || received_at < kFirstRealTime) return;
  if (received_at >= day_begins_ && received_at < day_ends_) return;
  const auto today = eastern_day(received_at);
  day_begins_ = eastern_midnight(Date{today});
  day_ends_ = eastern_midnight(Date{today + std::chrono::days{1}});
  time_from_packets_ = true;
  parser_->set_midnight(day_begins_);
}

Sequence DatagramReader::last_sequence() const {
  const u64 on_the_wire = parser_->last_sequence();
  return on_the_wire != 0 ? on_the_wire : counters_.messages;
}

}  // namespace tapedeck::feeds
