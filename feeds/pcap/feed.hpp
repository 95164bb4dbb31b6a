// Reads capture files as one channel, one file after another, and passes the UDP payload of each
// packet to a datagram parser. One thread; no allocation per packet.
//
// 1. A packet that carries nothing for the parser is skipped and counted by reason.
// 2. A packet that may carry something for the parser but cannot be read counts as malformed, and
//    the parser emits a loss.
//    The available part of a truncated packet or of a datagram's first fragment goes to the parser,
//    which detects that the rest is missing. Later fragments are skipped; nothing is reassembled.
// 3. Damage ends the channel, even if files remain.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "engine/core/feed.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/common/datagram_parser.hpp"
#include "feeds/pcap/capture.hpp"
#include "feeds/pcap/frame.hpp"

namespace tapedeck::feeds {

class PcapFeed final : public Feed {
 public:
  /// Without `midnight`, times of day count from midnight in New York on the day when each packet
  /// was captured.
  PcapFeed(std::vector<std::unique_ptr<ByteSource>> files, std::unique_ptr<DatagramParser> parser,
           std::optional<Nanos> midnight = {});

  [[nodiscard]] FeedStatus poll(EventBuffer& out, Nanos now) override;

  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  [[nodiscard]] const std::optional<Damage>& damage() const override { return damage_; }
  [[nodiscard]] bool said_complete() const override { return ended_ && parser_->complete(); }
  [[nodiscard]] u64 last_sequence() const override;
  [[nodiscard]] u64 raw_bytes_read() const override;
  [[nodiscard]] u64 raw_bytes_total() const override { return raw_total_; }
  [[nodiscard]] std::vector<std::string> warnings() const override;

  /// True when the date came from the capture's clock. False with a fixed midnight. False also when
  /// every packet is stamped with the first day of 1970, as by tools that write zeros; times then
  /// count from 1970-01-01.
  [[nodiscard]] bool time_from_capture() const { return time_from_capture_; }
  /// The number of packets of this content, used or not.
  [[nodiscard]] u64 met(pcap::Carries carries) const {
    return met_[static_cast<std::size_t>(carries)];
  }

 private:
  // Bounds a poll that meets only packets of other protocols; a capture may hold millions of them.
  static constexpr u32 kMaxPacketsPerPoll = 4 * kMaxMessagesPerPoll;

  [[nodiscard]] bool take_packet();
  void open_next_file();
  bool end_damaged(Damage damage);
  bool link_type_is_known();
  void begin_datagram(const pcap::Frame& frame);
  void follow_clock(Nanos captured_at);

  std::vector<std::unique_ptr<ByteSource>> files_;
  std::unique_ptr<DatagramParser> parser_;
  FeedCounters& counters_;  // the parser's
  std::optional<pcap::CaptureReader> reader_;
  std::size_t file_ = 0;  // index of the file that reader_ reads
  u64 offset_ = 0;        // in that file; counters_.bytes counts up to this offset
  bool ended_ = false;

  // The midnight in force holds for packets captured in [day_begins_, day_ends_).
  bool midnight_is_fixed_;
  bool time_from_capture_ = false;
  Nanos day_begins_{0};
  Nanos day_ends_{0};

  std::array<u64, pcap::kCarries> met_{};
  u64 foreign_ = 0;   // whole UDP payloads of other protocols
  u64 raw_done_ = 0;  // raw bytes of the files already closed
  u64 raw_total_ = 0;
  std::optional<Damage> damage_;
};

}  // namespace tapedeck::feeds
