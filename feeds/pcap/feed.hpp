// A channel made of capture files: each file's packets in order, one file after another, each UDP
// payload given to a datagram parser. One thread; no allocation per packet.
//
// 1. A packet that carries nothing for the parser is skipped and counted by the reason.
// 2. A packet that might carry something but cannot be read is malformed and a loss. What there is
//    of one that was cut short, or of a datagram's first fragment, goes to the parser: it finds
//    that the rest is missing. Later fragments are skipped, nothing is put together again.
// 3. Damage ends the channel, whatever files remain.
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
  /// Without `midnight`, the format's times of day are counted from midnight in New York on the
  /// day that each packet was captured.
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

  /// The date came from the capture's clock. False with a fixed midnight, and where every packet
  /// is stamped zero: then times count from 1970-01-01.
  [[nodiscard]] bool time_from_capture() const { return time_from_capture_; }
  /// Packets by what they carried, used or not.
  [[nodiscard]] u64 met(pcap::Carries carries) const {
    return met_[static_cast<std::size_t>(carries)];
  }

 private:
  // A capture may hold millions of packets of others: a poll must end among them as well.
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
  std::size_t file_ = 0;  // the one that reader_ reads
  u64 offset_ = 0;        // in it, up to where counters_.bytes counts
  bool ended_ = false;

  // The midnight in force holds for packets captured in [day_begins_, day_ends_).
  bool midnight_is_fixed_;
  bool time_from_capture_ = false;
  Nanos day_begins_{0};
  Nanos day_ends_{0};

  std::array<u64, pcap::kCarries> met_{};
  u64 foreign_ = 0;   // whole UDP payloads of other protocols
  u64 raw_done_ = 0;  // of files already closed
  u64 raw_total_ = 0;
  std::optional<Damage> damage_;
};

}  // namespace tapedeck::feeds
