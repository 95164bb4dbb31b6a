#include "feeds/catalog/capture_streams.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

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
// Enough for a capture's header and its first packet's.
constexpr std::size_t kFirstHeaders = 40;

// Notes the packets of one capture, at most `most`. Returns how many there are.
u64 note_packets(ByteSource& source, u64 most, moldudp64::StreamFinder& finder,
                 CaptureStreams& found) {
  pcap::CaptureReader reader{source};
  pcap::Packet packet{};
  moldudp64::BlockEnds ends;
  u64 packets = 0;
  for (; packets < most && reader.next(packet) == pcap::Next::packet; ++packets) {
    if (!found.has_times() && packet.time >= kFirstRealTime) found.first_time = packet.time;
    const pcap::Frame frame =
        pcap::find_udp_payload(reader.link_type(), packet.bytes, packet.original_length);
    const Datagram& datagram = frame.datagram;
    if (datagram.has_port && moldudp64::is_packet(datagram.payload, datagram.size, ends)) {
      finder.note(datagram.destination(), datagram.payload, ends.all());
    }
  }
  return packets;
}

bool has_packet(const ByteSource& pipe) {
  moldudp64::StreamFinder finder;
  CaptureStreams found;
  return note_packets(*memory_source(pipe.name(), pipe.window()), 1, finder, found) > 0;
}

// Looks at what a pipe brings without taking it.
void look_ahead(ByteSource& pipe, moldudp64::StreamFinder& finder, CaptureStreams& found) {
  found.is_pipe = true;
  bool goes_on = pipe.ensure(kFirstHeaders);
  while (goes_on && !has_packet(pipe)) {
    goes_on = pipe.window().size() < kMaxWindow / 2 && pipe.fill() == Fill::more;
  }
  while (goes_on && pipe.window().size() < kMaxWindow / 2) {
    const Fill filled = pipe.fill_now();
    goes_on = filled == Fill::later ? pipe.wait_for_writer(kPatience) : filled == Fill::more;
  }
  note_packets(*memory_source(pipe.name(), pipe.window()), kLookAhead, finder, found);
}

// What the user has chosen of a pipe is read although it has not come yet.
void add_groups(const moldudp64::StreamFinder::Groups& groups, CaptureStreams& found) {
  for (const std::vector<Destination>& group : groups) {
    const auto is_of_group = [&group](const moldudp64::FoundStream& stream) {
      return std::ranges::find(group, stream.members[0].destination) != group.end();
    };
    const auto there = std::ranges::find_if(found.streams, is_of_group);
    moldudp64::FoundStream& stream =
        there != found.streams.end() ? *there : found.streams.emplace_back();
    for (const Destination& destination : group) stream.members.push_back({destination, {}});
  }
}

// Says whether a packet is of stream `at` of a capture.
class OwnerOf {
 public:
  OwnerOf(const CaptureStreams& found, std::size_t at, bool has_groups)
      : at_(at), is_pipe_(found.is_pipe), has_groups_(has_groups) {
    for (std::size_t i = 0; i < found.streams.size(); ++i) {
      for (const moldudp64::StreamMember& member : found.streams[i].members) {
        by_member_.emplace(member, i);
        by_destination_.emplace(member.destination, i);
      }
    }
  }
  PacketOwner operator()(const Destination& destination, std::optional<u16> port, Bytes payload) {
    if (has_newest_ && payload.size() > newest_session_.size() &&
        std::memcmp(payload.data(), newest_session_.data(), newest_session_.size()) == 0 &&
        destination == newest_) {
      return newest_owner_;
    }
    auto header = moldudp64::parse_header(payload);
    if (!header || !header->sequenced()) return at_destination(destination, port);
    moldudp64::pad_with_blanks(header->session);
    const moldudp64::StreamMember member{destination, header->session};
    const PacketOwner owner = owner_of(member, header->messages() > 0);
    // A heartbeat's owner may change with the first message of its session.
    has_newest_ = owner != PacketOwner::nobody;
    newest_ = destination;
    std::ranges::copy(payload.first(newest_session_.size()), newest_session_.begin());
    newest_owner_ = owner;
    return owner;
  }

 private:
  [[nodiscard]] PacketOwner owner_of_stream(std::size_t stream) const {
    return stream == at_ ? PacketOwner::this_stream : PacketOwner::another_stream;
  }
  [[nodiscard]] PacketOwner owner_of(const moldudp64::StreamMember& member, bool has_messages) {
    const auto stream = by_member_.find(member);
    if (stream != by_member_.end()) return owner_of_stream(stream->second);
    if (!has_messages) return PacketOwner::nobody;
    // What a pipe brings later: a session that replaces another at its destination, or a stream
    // that could not be found before the run.
    const auto there = by_destination_.find(member.destination);
    if (is_pipe_ && there != by_destination_.end()) {
      const std::size_t at = there->second;
      by_member_.emplace(member, at);
      return owner_of_stream(at);
    }
    return has_groups_ ? PacketOwner::nobody : PacketOwner::left_out;
  }
  // Of a packet without numbers, or that cannot be read.
  [[nodiscard]] PacketOwner at_destination(const Destination& destination,
                                           std::optional<u16> port) const {
    const auto fits = [&](const auto& known) {
      return known.first.address == destination.address &&
             known.first.is_ipv6 == destination.is_ipv6 && (!port || known.first.port == *port);
    };
    const auto there = std::ranges::find_if(by_destination_, fits);
    return there != by_destination_.end() ? owner_of_stream(there->second) : PacketOwner::nobody;
  }

  std::map<moldudp64::StreamMember, std::size_t> by_member_;
  std::map<Destination, std::size_t> by_destination_;  // the first stream
  std::size_t at_;
  bool is_pipe_;
  bool has_groups_;
  // The newest packet's destination, its session as in the packet, and its owner.
  Destination newest_;
  std::array<std::byte, moldudp64::kSessionBytes> newest_session_{};
  bool has_newest_ = false;
  PacketOwner newest_owner_ = PacketOwner::nobody;
};

}  // namespace

CaptureStreams find_streams(std::vector<Input>& inputs, const FilesSpec& request) {
  CaptureStreams found;
  moldudp64::StreamFinder finder{request.groups};
  for (Input& input : inputs) {
    if (input.format != "pcap") continue;
    if (input.source->raw_bytes_total() == 0) {
      look_ahead(*input.source, finder, found);
    } else {
      const auto source = open_source(input.path, Growth::none, request.max_ratio);
      note_packets(*source, ~u64{0}, finder, found);
    }
  }
  found.streams = finder.streams();
  found.is_only_stream =
      !found.is_pipe && found.streams.size() == 1 && finder.all_are_of(found.streams[0]);
  if (found.is_pipe) add_groups(request.groups, found);
  return found;
}

std::unique_ptr<Feed> make_stream(std::vector<Input> inputs, const FilesSpec& request,
                                  const CaptureStreams& found, std::size_t at,
                                  MessageObserver* observer) {
  std::vector<std::unique_ptr<ByteSource>> files;
  files.reserve(inputs.size());
  for (Input& input : inputs) files.push_back(std::move(input.source));
  std::unique_ptr<MessageDecoder> decoder = std::make_unique<itch50::Decoder>(request.symbols);
  if (observer != nullptr) {
    decoder = std::make_unique<ObservedDecoder>(std::move(decoder), *observer);
  }
  StreamOptions options;
  if (request.date) options.midnight = eastern_midnight(*request.date);
  options.counts_others = at == 0;
  if (!found.streams.empty()) options.owner_of = OwnerOf{found, at, !request.groups.empty()};
  options.is_only_stream = found.is_only_stream;
  SequencerLimits limits;
  limits.remembers = found.is_pipe || found.streams.empty() || found.streams[at].has_copies;
  return std::make_unique<PcapFeed>(
      std::move(files), std::make_unique<MoldUdp64Parser>(std::move(decoder), limits), options);
}

}  // namespace tapedeck::feeds
