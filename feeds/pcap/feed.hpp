// Reads capture files, one after another, as one channel, and passes the UDP payload of each packet
// to a datagram parser. One thread; no allocation per packet.
//
// 1. A packet that carries nothing for the parser is skipped and counted by reason.
// 2. A packet that may carry something for the parser but cannot be read is counted as malformed,
//    and the parser emits a loss.
//    Of a truncated packet or a datagram's first fragment, the parser gets the available part, and
//    detects that the rest is missing. Later fragments are skipped; nothing is reassembled.
// 3. A capture may hold several streams. PcapOptions::owner_of says which packets belong to this
//    feed's stream; packets of other streams are passed over.
// 4. Damage ends the channel, even if more files follow.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/core/recording.hpp"
#include "feeds/common/byte_source.hpp"
#include "feeds/common/datagram_parser.hpp"
#include "feeds/pcap/capture.hpp"
#include "feeds/pcap/frame.hpp"

namespace tapedeck::feeds {

/// Whose packet it is, among the streams of a capture.
enum class PacketOwner : u8 {
  this_stream,
  another_stream,
  left_out,  // a stream that is not read, because it was not found before the run
  nobody     // not of this protocol, or of a stream that the user has not chosen
};

struct PcapOptions {
  /// Messages carry times of day, which count from `midnight`. Without `midnight`, they count from
  /// midnight in New York on the day on which the packet was captured.
  std::optional<Nanos> midnight = {};
  /// Returns the owner of a packet that the parser recognises. Of a packet whose header cannot be
  /// read, `payload` is empty, and `port` is too if the packet is cut before it. An empty function:
  /// all packets are this stream's.
  std::function<PacketOwner(const Destination& destination, std::optional<u16> port, Bytes payload)>
      owner_of = {};
  /// No packet that the parser recognises is of another stream; owner_of() need not be asked.
  bool is_only_stream = false;
  /// Counts the packets that belong to no stream. Set for one of the streams of a capture.
  bool counts_others = true;
};

class PcapFeed final : public RecordedFeed {
 public:
  PcapFeed(std::vector<std::unique_ptr<ByteSource>> files, std::unique_ptr<DatagramParser> parser,
           PcapOptions options = {});

  std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) override { return {}; }
  [[nodiscard]] FeedStatus poll(EventBuffer& out, Nanos now) override;

  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  [[nodiscard]] const std::optional<Damage>& damage() const override { return damage_; }
  [[nodiscard]] bool said_complete() const override { return ended_ && parser_->complete(); }
  [[nodiscard]] std::string expected_end() const override {
    return "an end of session or its closing message (system event C)";
  }
  [[nodiscard]] Sequence last_sequence() const override;
  [[nodiscard]] ReadProgress progress() const override;
  [[nodiscard]] std::vector<std::string> warnings() const override;
  [[nodiscard]] std::optional<std::string> left_out() const override;

  /// Returns true if the date came from the packets' capture times. Returns false if `midnight` was
  /// given, or if all capture times are on 1970-01-01, as from tools that write zeros. In the
  /// latter case times count from 1970-01-01.
  [[nodiscard]] bool time_from_capture() const { return time_from_capture_; }
  /// Returns the number of packets with this content, used or not.
  [[nodiscard]] u64 met(pcap::Carries carries) const {
    return met_[static_cast<std::size_t>(carries)];
  }

 private:
  // Bounds a poll that finds only packets of other protocols. A capture may contain millions of
  // such packets.
  static constexpr u32 kMaxPacketsPerPoll = 4 * kMaxMessagesPerPoll;

  [[nodiscard]] bool take_packet();
  void open_next_file();
  bool end_damaged(Damage damage);
  bool link_type_is_known();
  [[nodiscard]] PacketOwner owner_of(const pcap::Frame& frame, bool recognised) const;
  void begin_datagram(const pcap::Frame& frame);
  void skip(const pcap::Frame& frame);
  void follow_clock(Nanos captured_at);

  std::vector<std::unique_ptr<ByteSource>> files_;
  std::unique_ptr<DatagramParser> parser_;
  FeedCounters& counters_;  // the parser's
  std::optional<pcap::CaptureReader> reader_;
  std::size_t file_ = 0;            // index of the file that reader_ reads
  u64 offset_ = 0;                  // position in that file, before the newest packet
  bool counts_bytes_ = true;        // of the newest packet, or of the file's header
  bool link_type_checked_ = false;  // of that file
  bool drained_ = false;            // the parser was told that nothing more comes
  bool ended_ = false;

  PcapOptions options_;
  // The current midnight is valid for packets captured in [day_begins_, day_ends_).
  bool time_from_capture_ = false;
  Nanos day_begins_{0};
  Nanos day_ends_{0};

  std::array<u64, pcap::kCarries> met_{};
  u64 packets_ = 0;   // captured, of any stream
  u64 left_out_ = 0;  // of streams that are not read
  std::string files_name_;
  u64 foreign_ = 0;   // whole UDP payloads of other protocols
  u64 raw_done_ = 0;  // raw bytes of the files already closed
  u64 raw_total_ = 0;
  std::optional<Damage> damage_;
};

}  // namespace tapedeck::feeds
