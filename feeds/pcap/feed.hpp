// Reads capture files, one after another, as one channel: a CaptureSource brings the datagrams, and
// a DatagramReader makes events of them. One thread; no allocation per packet.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/recording.hpp"
#include "feeds/common/datagram_reader.hpp"
#include "feeds/pcap/capture_source.hpp"

namespace tapedeck::feeds {

class PcapFeed final : public RecordedFeed {
 public:
  PcapFeed(std::vector<std::unique_ptr<ByteSource>> files, std::unique_ptr<DatagramParser> parser,
           const StreamOptions& options = {});

  std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) override { return {}; }
  [[nodiscard]] FeedStatus poll(EventBuffer& out, Nanos now) override;

  [[nodiscard]] const FeedCounters& counters() const override { return reader_.counters(); }
  [[nodiscard]] const std::optional<Damage>& damage() const override { return source_.damage(); }
  [[nodiscard]] bool said_complete() const override { return reader_.said_complete(); }
  [[nodiscard]] std::string expected_end() const override {
    return "an end of session or its closing message (system event C)";
  }
  [[nodiscard]] Sequence last_sequence() const override { return reader_.last_sequence(); }
  [[nodiscard]] ReadProgress progress() const override { return source_.progress(); }
  [[nodiscard]] std::vector<std::string> warnings() const override;
  [[nodiscard]] std::optional<std::string> left_out() const override;

  /// See DatagramReader::time_from_packets().
  [[nodiscard]] bool time_from_capture() const { return reader_.time_from_packets(); }
  /// Returns the number of packets with this content, used or not.
  [[nodiscard]] u64 met(pcap::Carries carries) const { return source_.met(carries); }

 private:
  pcap::CaptureSource source_;
  DatagramReader reader_;
};

}  // namespace tapedeck::feeds
