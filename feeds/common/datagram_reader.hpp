// Reads the datagrams of one stream from a source, and has a parser make events of them. One
// thread; no allocation per packet.
//
// 1. A packet that carries nothing for the parser is skipped and counted.
// 2. A packet that may carry something for the parser but cannot be read is counted as malformed,
//    and the parser emits a loss.
//    Of a cut packet or a datagram's first fragment, the parser gets the available part, and
//    detects that the rest is missing. Later fragments are skipped; nothing is reassembled.
// 3. A source may bring several streams. StreamOptions::owner_of says which packets belong to this
//    stream; packets of other streams are passed over.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/feed.hpp"
#include "feeds/common/datagram_parser.hpp"
#include "feeds/common/datagram_source.hpp"

namespace tapedeck::feeds {

/// Times before this, on the first day of 1970, come from tools that write zeros, not from a clock.
inline constexpr Nanos kFirstRealTime{i64{86'400} * kNanosPerSecond};

/// Whose packet it is, among the streams of a source.
enum class PacketOwner : u8 {
  this_stream,
  another_stream,
  left_out,  // a stream that is not read, because it was not found before the run
  nobody     // not of this protocol, or of a stream that the user has not chosen
};

struct StreamOptions {
  /// Messages carry times of day, which count from `midnight`. Without `midnight`, they count from
  /// midnight in New York on the day on which the packet was received.
  std::optional<Nanos> midnight = {};
  /// Returns the owner of a packet that the parser recognises. Of a packet whose header cannot be
  /// read, `payload` is empty, and `port` is too if the packet is cut before it. An empty function:
  /// all packets are this stream's.
  std::function<PacketOwner(const Destination& destination, std::optional<u16> port, Bytes payload)>
      owner_of = {};
  /// No packet that the parser recognises is of another stream; owner_of() need not be asked.
  bool is_only_stream = false;
  /// Counts the packets that belong to no stream. Set for one of the streams of a source.
  bool counts_others = true;
};

class DatagramReader final : public DatagramSink {
 public:
  DatagramReader(std::unique_ptr<DatagramParser> parser, StreamOptions options);

  /// Works as Feed::poll() with the packets of `source`, which is the same at every poll.
  [[nodiscard]] FeedStatus poll(DatagramSource& source, EventBuffer& out, Nanos now);

  Taken take(const Datagram& datagram, Wholeness wholeness) override;
  Taken skip(Nanos time) override;
  [[nodiscard]] bool may_wait() const override { return out_->empty(); }

  [[nodiscard]] FeedCounters& counters() { return counters_; }
  [[nodiscard]] const FeedCounters& counters() const { return counters_; }
  [[nodiscard]] const StreamOptions& options() const { return options_; }
  /// Returns true once the source has ended and the stream has said that it is complete.
  [[nodiscard]] bool said_complete() const { return ended_ && parser_->complete(); }
  /// Returns the newest number on the wire, or the number of messages if there are no numbers.
  [[nodiscard]] Sequence last_sequence() const;
  [[nodiscard]] std::vector<std::string> warnings() const { return parser_->warnings(); }
  /// Returns the number of packets of streams that are not read.
  [[nodiscard]] u64 left_out() const { return left_out_; }
  /// Returns true if the date came from the packets' times. Returns false if `midnight` was given,
  /// or if all times are on 1970-01-01, as from tools that write zeros. In the latter case times
  /// count from 1970-01-01.
  [[nodiscard]] bool time_from_packets() const { return time_from_packets_; }

 private:
  // Bounds a poll that finds only packets of other protocols. A capture may contain millions of
  // such packets.
  static constexpr u32 kMaxPacketsPerPoll = 4 * kMaxMessagesPerPoll;

  [[nodiscard]] PacketOwner owner_of(const Datagram& datagram, bool recognised) const;
  [[nodiscard]] bool finish_packet();
  [[nodiscard]] Taken pass_over(DatagramUse use);
  [[nodiscard]] Taken count_skipped();
  void follow_clock(Nanos received_at);

  std::unique_ptr<DatagramParser> parser_;
  FeedCounters& counters_;  // the parser's
  StreamOptions options_;
  // The current poll:
  EventBuffer* out_ = nullptr;
  Nanos now_{0};
  u32 packets_ = 0, messages_ = 0;  // taken by it
  bool drained_ = false;            // the parser was told that nothing more comes
  bool ended_ = false;
  // The current midnight is valid for packets received in [day_begins_, day_ends_).
  bool time_from_packets_ = false;
  Nanos day_begins_{0};
  Nanos day_ends_{0};
  u64 left_out_ = 0;
};

}  // namespace tapedeck::feeds
