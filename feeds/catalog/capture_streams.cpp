#include "feeds/catalog/capture_streams.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/core/units.hpp"
#include "feeds/itch50/decoder.hpp"
#include "feeds/moldudp64/parser.hpp"
#include "feeds/pcap/capture.hpp"
#include "feeds/pcap/feed.hpp"
#include "feeds/pcap/frame.hpp"

namespace tapedeck::feeds {
namespace {

// How many packets of a pipe are looked at, and how long the next ones are waited for.
constexpr u64 kLookAhead = 1'000;
constexpr Nanos kPatience{200'000'000};

// Notes the packets of one capture, at most `most`.
void note_packets(ByteSource& source, u64 most, moldudp64::StreamFinder& finder,
                  CaptureStreams& found) {
  pcap::CaptureReader reader{source};
  pcap::Packet packet{};
  while (most-- > 0 && reader.next(packet) == pcap::Next::packet) {
    found.has_times |= packet.time >= pcap::kFirstRealTime;
    const pcap::Frame frame =
        pcap::find_udp_payload(reader.link_type(), packet.bytes, packet.original_length);
    const bool whole = frame.carries == pcap::Carries::payload;
    if (!frame.has_destination || !moldudp64::is_packet(frame.payload, whole)) continue;
    finder.note(frame.destination, frame.payload);
  }
}

// Looks at what a pipe brings without taking it.
void look_ahead(ByteSource& pipe, moldudp64::StreamFinder& finder, CaptureStreams& found) {
  while (pipe.window().size() < kMaxWindow / 2) {
    const Fill filled = pipe.fill_now();
    const bool goes_on =
        filled == Fill::later ? pipe.wait_for_writer(kPatience) : filled == Fill::more;
    if (!goes_on) break;
  }
  const auto copy = memory_source(pipe.name(), pipe.window());
  note_packets(*copy, kLookAhead, finder, found);
}

// Says whether a packet is of stream `at` of a capture.
class OwnerOf {
 public:
  OwnerOf(const CaptureStreams& found, std::size_t at, bool is_pipe) : at_(at), is_pipe_(is_pipe) {
    for (std::size_t i = 0; i < found.streams.size(); ++i) {
      for (const moldudp64::StreamMember& member : found.streams[i].members) {
        by_member_.emplace(member, i);
        by_destination_.emplace(member.destination, i);
      }
    }
  }
  PacketOwner operator()(const Destination& destination, Bytes payload) const {
    const auto first = by_destination_.find(destination);
    if (first == by_destination_.end()) return PacketOwner::nobody;
    auto header = moldudp64::parse_header(payload);
    if (!header || !header->sequenced()) return owner(first->second);
    moldudp64::pad_with_blanks(header->session);
    const auto stream = by_member_.find({destination, header->session});
    if (stream != by_member_.end()) return owner(stream->second);
    // A pipe may bring a session that was not seen when streams were looked for.
    return is_pipe_ ? owner(first->second) : PacketOwner::nobody;
  }

 private:
  [[nodiscard]] PacketOwner owner(std::size_t stream) const {
    return stream == at_ ? PacketOwner::this_stream : PacketOwner::another_stream;
  }

  std::map<moldudp64::StreamMember, std::size_t> by_member_;
  std::map<Destination, std::size_t> by_destination_;  // the first stream
  std::size_t at_;
  bool is_pipe_;
};

}  // namespace

CaptureStreams find_streams(std::vector<Input>& inputs, const FeedRequest& request) {
  CaptureStreams found;
  moldudp64::StreamFinder finder{request.groups};
  for (Input& input : inputs) {
    if (input.format != "pcap") continue;
    if (input.source->raw_bytes_total() == 0) {
      look_ahead(*input.source, finder, found);
      continue;
    }
    const auto source = open_source(input.path, Growth::none, request.max_ratio);
    note_packets(*source, ~u64{0}, finder, found);
  }
  found.streams = finder.streams();
  found.left_out = finder.left_out();
  if (found.streams.empty()) found.streams.emplace_back();
  return found;
}

std::unique_ptr<Feed> make_stream(std::vector<Input> inputs, const FeedRequest& request,
                                  const CaptureStreams& found, std::size_t at,
                                  MessageObserver* observer) {
  std::vector<std::unique_ptr<ByteSource>> files;
  files.reserve(inputs.size());
  for (Input& input : inputs) files.push_back(std::move(input.source));
  std::unique_ptr<MessageDecoder> decoder = std::make_unique<itch50::Decoder>(request.symbols);
  if (observer != nullptr) {
    decoder = std::make_unique<ObservedDecoder>(std::move(decoder), *observer);
  }
  PcapOptions options;
  if (request.date) options.midnight = eastern_midnight(*request.date);
  options.counts_others = at == 0;
  // A capture in which no packet was recognised is read as if all were of one stream.
  const bool is_pipe = files.front()->raw_bytes_total() == 0;
  if (!found.streams[at].members.empty()) options.owner_of = OwnerOf{found, at, is_pipe};
  return std::make_unique<PcapFeed>(
      std::move(files), std::make_unique<MoldUdp64Parser>(std::move(decoder)), std::move(options));
}

}  // namespace tapedeck::feeds
