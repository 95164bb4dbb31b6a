#include "feeds/pcap/feed.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "engine/core/calendar.hpp"
#include "engine/core/units.hpp"

namespace tapedeck::feeds {
namespace {

using pcap::Carries;

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

// Returns 0 when the size of any file is unknown, because progress needs the whole total.
u64 total_of(const std::vector<std::unique_ptr<ByteSource>>& files) {
  u64 total = 0;
  for (const auto& file : files) {
    if (file->raw_bytes_total() == 0) return 0;
    total += file->raw_bytes_total();
  }
  return total;
}

}  // namespace

PcapFeed::PcapFeed(std::vector<std::unique_ptr<ByteSource>> files,
                   std::unique_ptr<DatagramParser> parser, PcapOptions options)
    : files_(std::move(files)),
      parser_(std::move(parser)),
      counters_(parser_->counters()),
      options_(std::move(options)),
      raw_total_(total_of(files_)) {
  counts_bytes_ = options_.counts_others;
  parser_->set_midnight(options_.midnight.value_or(Nanos{0}));
  if (files_.empty()) return;
  files_name_ = files_.front()->name();
  reader_.emplace(*files_.front());
}

FeedStatus PcapFeed::poll(EventBuffer& out, Nanos now) {
  u32 messages = 0;
  for (u32 packets = 0; packets < kMaxPacketsPerPoll; ++packets) {
    if (!parser_->finished()) {
      messages += parser_->step(kMaxMessagesPerPoll - messages, now, out);
      if (!parser_->finished()) return FeedStatus::ready;
    }
    if (drained_) {
      ended_ = true;
      return FeedStatus::ended;
    }
    // What was read is handed over before a pipe's writer is waited for.
    if (reader_ && (!out.empty() || !files_[file_]->may_wait()) && !reader_->is_ready()) {
      return out.empty() ? FeedStatus::idle : FeedStatus::ready;
    }
    if (!take_packet()) {
      drained_ = true;
      parser_->begin_end();
    }
  }
  return FeedStatus::ready;
}

// Takes the next packet. Returns false where the channel ends.
bool PcapFeed::take_packet() {
  pcap::Packet packet{};
  pcap::Next next = pcap::Next::end;
  while (reader_ && next == pcap::Next::end) {
    next = reader_->next(packet);
    const u64 offset = files_[file_]->offset();
    const u64 bytes = offset - std::exchange(offset_, offset);
    if (counts_bytes_) counters_.bytes += bytes;
    if (next == pcap::Next::end) open_next_file();
  }
  if (!reader_) return false;
  if (next == pcap::Next::damaged) return end_damaged(*reader_->damage());
  if (!link_type_checked_ && !link_type_is_known()) return false;
  link_type_checked_ = true;
  follow_clock(packet.time);
  ++packets_;
  pcap::Frame frame =
      pcap::find_udp_payload(reader_->link_type(), packet.bytes, packet.original_length);
  frame.datagram.time = packet.time;
  begin_datagram(frame);
  return true;
}

void PcapFeed::open_next_file() {
  reader_.reset();
  raw_done_ += files_[file_]->raw_bytes_read();
  files_[file_].reset();
  offset_ = 0;
  link_type_checked_ = false;
  counts_bytes_ = options_.counts_others;
  file_ += 1;
  if (file_ < files_.size()) reader_.emplace(*files_[file_]);
}

bool PcapFeed::end_damaged(Damage damage) {
  damage_ = std::move(damage);
  return false;
}

bool PcapFeed::link_type_is_known() {
  if (pcap::is_known_link_type(reader_->link_type())) return true;
  constexpr u64 kLinkTypeAt = 20;
  return end_damaged({.file = files_[file_]->name(),
                      .offset = kLinkTypeAt,
                      .found = "link type " + std::to_string(reader_->link_type()),
                      .expected = "Ethernet (1), raw IP (101) or Linux cooked (113, 276)",
                      .hint = "capture on a network interface, or convert the file to Ethernet"});
}

PacketOwner PcapFeed::owner_of(const pcap::Frame& frame, bool recognised) const {
  if (!options_.owner_of || (recognised && options_.is_only_stream)) {
    return PacketOwner::this_stream;
  }
  if (frame.address.empty()) {
    return options_.counts_others ? PacketOwner::this_stream : PacketOwner::nobody;
  }
  const auto port = frame.has_port ? std::optional{frame.port} : std::nullopt;
  const Bytes payload = recognised ? frame.datagram.payload : Bytes{};
  return options_.owner_of(frame.destination(), port, payload);
}

void PcapFeed::begin_datagram(const pcap::Frame& frame) {
  const Datagram& datagram = frame.datagram;
  const bool recognised = parser_->recognises(datagram);
  // Too short to be recognised, or without a valid length: it may be a packet of this protocol.
  const bool unreadable =
      frame.carries == Carries::contradictory ||
      (frame.carries == Carries::truncated && datagram.payload.size() < parser_->header_bytes());
  if (!recognised && !unreadable) return skip(frame);
  const PacketOwner owner = owner_of(frame, recognised);
  counts_bytes_ = owner == PacketOwner::this_stream;
  if (owner == PacketOwner::another_stream) return;
  if (owner == PacketOwner::nobody) return skip(frame);
  if (owner == PacketOwner::left_out) {
    if (options_.counts_others) ++left_out_;
    return;
  }
  met_[static_cast<std::size_t>(frame.carries)] += 1;
  if (unreadable) return parser_->begin_unreadable(datagram.time);
  // The parser detects what is missing at the end of a cut payload or a first fragment.
  parser_->begin(datagram);
}

void PcapFeed::skip(const pcap::Frame& frame) {
  counts_bytes_ = options_.counts_others;
  if (!options_.counts_others) return;
  met_[static_cast<std::size_t>(frame.carries)] += 1;
  counters_.skipped_packets += 1;
  if (frame.carries == Carries::payload) foreign_ += 1;
}

void PcapFeed::follow_clock(Nanos captured_at) {
  if (options_.midnight || captured_at < pcap::kFirstRealTime) return;
  if (captured_at >= day_begins_ && captured_at < day_ends_) return;
  const auto today = eastern_day(captured_at);
  day_begins_ = eastern_midnight(Date{today});
  day_ends_ = eastern_midnight(Date{today + std::chrono::days{1}});
  time_from_capture_ = true;
  parser_->set_midnight(day_begins_);
}

std::optional<std::string> PcapFeed::left_out() const {
  if (left_out_ == 0) return Feed::left_out();
  return files_name_ + ": " +
         counted(left_out_,
                 "packet is of a stream that was not found before the run, and was not read",
                 "packets are of streams that were not found before the run, and were not read") +
         "; save a "
         "pipe to a file first, or choose streams by `group`";
}

Sequence PcapFeed::last_sequence() const {
  const u64 on_the_wire = parser_->last_sequence();
  return on_the_wire != 0 ? on_the_wire : counters_.messages;
}

ReadProgress PcapFeed::progress() const {
  return {raw_done_ + (file_ < files_.size() ? files_[file_]->raw_bytes_read() : 0), raw_total_};
}

std::vector<std::string> PcapFeed::warnings() const {
  std::vector<std::string> all = parser_->warnings();
  std::string reasons;
  if (foreign_ > 0) reasons += ", " + grouped(foreign_) + " other UDP";
  for (int i = 0; i < pcap::kCarries; ++i) {
    const auto reason = static_cast<Carries>(i);
    if (reason == Carries::payload || met(reason) == 0) continue;
    reasons += ", " + grouped(met(reason)) + " " + std::string{name_of(reason)};
  }
  if (!reasons.empty()) {
    all.push_back("of " + counted(packets_, "captured packet") + " not all could be used" +
                  reasons);
  }
  if (!options_.midnight && !time_from_capture_ && packets_ > 0) {
    all.emplace_back(
        "the capture has no times: its messages count from an unknown midnight; give `date`");
  }
  return all;
}

}  // namespace tapedeck::feeds
