#include "feeds/pcap/capture_source.hpp"

#include <utility>

namespace tapedeck::feeds::pcap {
namespace {

// Returns 0 when the size of any file is unknown, because progress needs the whole total.
u64 total_of(const std::vector<std::unique_ptr<ByteSource>>& files) {
  u64 total = 0;
  for (const auto& file : files) {
    if (file->raw_bytes_total() == 0) return 0;
    total += file->raw_bytes_total();
  }
  return total;
}

Wholeness wholeness_of(Carries carries) {
  if (carries == Carries::truncated) return Wholeness::cut;
  return carries == Carries::contradictory ? Wholeness::unreadable : Wholeness::whole;
}

}  // namespace

CaptureSource::CaptureSource(std::vector<std::unique_ptr<ByteSource>> files, bool counts_others)
    : files_(std::move(files)),
      counts_bytes_(counts_others),
      counts_others_(counts_others),
      raw_total_(total_of(files_)) {
  if (files_.empty()) return;
  name_ = files_.front()->name();
  reader_.emplace(*files_.front());
}

Received CaptureSource::poll(DatagramSink& sink, Nanos /*now*/) {
  while (!damage_) {
    if (reader_ && would_wait(sink)) return Received::nothing;
    Packet packet{};
    Next next = Next::end;
    while (reader_ && next == Next::end) {
      next = reader_->next(packet);
      const u64 offset = files_[file_]->offset();
      const u64 bytes = offset - std::exchange(offset_, offset);
      if (counts_bytes_) bytes_ += bytes;
      if (next == Next::end) open_next_file();
    }
    if (!reader_) return Received::ended;
    if (next == Next::damaged) {
      damage_ = reader_->damage();
      return Received::ended;
    }
    if (!link_type_checked_ && !link_type_is_known()) return Received::ended;
    link_type_checked_ = true;
    ++packets_;
    Frame frame = find_udp_payload(reader_->link_type(), packet.bytes, packet.original_length);
    frame.datagram.time = packet.time;
    if (!pass_on(frame, sink)) return Received::packets;
  }
  return Received::ended;
}

// Returns true if the next packet is not there yet, and must not be waited for.
inline bool CaptureSource::would_wait(const DatagramSink& sink) {
  return reader_->may_wait() && (!sink.may_wait() || !files_[file_]->may_wait()) &&
         !reader_->is_ready();
}

// Returns false if the sink has no room for another packet.
inline bool CaptureSource::pass_on(const Frame& frame, DatagramSink& sink) {
  const bool has_none = frame.carries == Carries::not_ip || frame.carries == Carries::not_udp;
  const Taken taken = has_none ? sink.skip(frame.datagram.time)
                               : sink.take(frame.datagram, wholeness_of(frame.carries));
  const bool is_skipped = taken.use == DatagramUse::skipped;
  counts_bytes_ = taken.use == DatagramUse::taken || (is_skipped && counts_others_);
  if (counts_bytes_) {
    met_[static_cast<std::size_t>(frame.carries)] += 1;
    if (is_skipped && frame.carries == Carries::payload) ++foreign_;
  }
  return taken.has_room;
}

void CaptureSource::open_next_file() {
  reader_.reset();
  raw_done_ += files_[file_]->raw_bytes_read();
  files_[file_].reset();
  offset_ = 0;
  link_type_checked_ = false;
  counts_bytes_ = counts_others_;
  file_ += 1;
  if (file_ < files_.size()) reader_.emplace(*files_[file_]);
}

bool CaptureSource::link_type_is_known() {
  if (is_known_link_type(reader_->link_type())) return true;
  constexpr u64 kLinkTypeAt = 20;
  damage_ = Damage{.file = files_[file_]->name(),
                   .offset = kLinkTypeAt,
                   .found = "link type " + std::to_string(reader_->link_type()),
                   .expected = "Ethernet (1), raw IP (101) or Linux cooked (113, 276)",
                   .hint = "capture on a network interface, or convert the file to Ethernet"};
  return false;
}

ReadProgress CaptureSource::progress() const {
  return {raw_done_ + (file_ < files_.size() ? files_[file_]->raw_bytes_read() : 0), raw_total_};
}

}  // namespace tapedeck::feeds::pcap
