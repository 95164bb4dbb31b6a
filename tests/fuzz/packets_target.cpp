// MoldUDP64 packets, as a socket would give them: each after a 16-bit
// little-endian length. Steps of any size give the same events; a header that is accepted is what
// the encoder writes; a packet's blocks put together are the packet again. Some inputs let time
// pass between packets, hold few of them, or cut them.
#include "feeds/moldudp64/parser.hpp"
#include "tests/fuzz/any_decoder.hpp"
#include "tests/fuzz/oracles.hpp"

namespace tapedeck::fuzz {
namespace {

namespace mold = feeds::moldudp64;

// How packets come, by the bits of one byte.
struct Arrival {
  explicit Arrival(u8 choice) : few_held((choice & 4) != 0), cut((choice & 8) != 0 ? 7 : 0) {
    constexpr std::array<i64, 4> kSteps{0, 1'000'000, 400'000'000, 2 * kNanosPerSecond};
    step = Nanos{kSteps[choice & 3]};
  }
  Nanos step;  // from packet to packet
  bool few_held;
  std::size_t cut;  // bytes of each packet that were on the wire and are not there
};

// Puts packets through a parser, at most `most` messages per step.
class Receiver {
 public:
  Receiver(u8 decoder, u32 most, const Arrival& arrival)
      : parser_(any_decoder(decoder), arrival.few_held
                                          ? feeds::SequencerLimits{.packets = 2, .bytes = 64}
                                          : feeds::SequencerLimits{}),
        arrival_(arrival),
        most_(most) {}

  void take(Bytes packet) {
    now_ = now_ + arrival_.step;
    bytes_ += packet.size();
    const feeds::Datagram datagram{packet, packet.size() + arrival_.cut, now_};
    if (parser_.recognises(datagram)) {
      parser_.begin(datagram);
    } else if (datagram.is_cut()) {
      parser_.begin_unreadable(now_);
    }
    drain();
  }
  void end() {
    parser_.begin_end();
    drain();
  }
  const Account& account() {
    account_.counters = parser_.counters();
    account_.warnings = parser_.warnings();
    account_.complete = parser_.complete();
    account_.last_sequence = parser_.last_sequence();
    return account_;
  }

 private:
  // What is held may come with any packet.
  void drain() {
    for (std::size_t steps = 0; !parser_.finished(); ++steps) {
      require(steps <= 2 * bytes_ + 2, "a packet ends, and each step takes something");
      const u32 room = std::min<u32>(kMinPollBuffer, 2 * most_ + 2);
      EventBuffer out{room_for_events(room).data(), room};
      (void)parser_.step(most_, Nanos{1}, out);
      account_.events.insert(account_.events.end(), out.begin(), out.end());
    }
  }

  feeds::MoldUdp64Parser parser_;
  Arrival arrival_;
  u32 most_;
  Nanos now_{kNanosPerSecond};
  std::size_t bytes_ = 0;
  Account account_;
};

void require_encoder_agrees(Bytes packet) {
  const auto header = mold::parse_header(packet);
  if (!header) return;
  Bytes rest = packet.subspan(mold::kHeaderBytes);
  std::vector<Bytes> messages;
  for (u16 i = 0; i < header->messages(); ++i) {
    const mold::Block block = mold::take_block(rest);
    if (!block.whole) break;
    messages.push_back(block.message);
  }
  std::vector<std::byte> again;
  mold::append_packet(*header, messages, again);
  require(std::ranges::equal(again, packet.first(packet.size() - rest.size())),
          "the blocks of a packet, put together, are the packet");
}

void read_packets(Bytes input) {
  Choices choices{input};
  const u8 decoder = choices.byte();
  const u32 pieces = choices.one_of<u32>({1, 2, 3, 17});
  const Arrival arrival{choices.byte()};
  Receiver whole{decoder, kMaxMessagesPerPoll, arrival};
  Receiver in_pieces{decoder, pieces, arrival};
  for (Bytes rest = choices.rest(); rest.size() >= 2;) {
    const std::size_t length = std::min<std::size_t>(load_le<u16>(rest.data()), rest.size() - 2);
    const Bytes packet = rest.subspan(2, length);
    require_encoder_agrees(packet);
    whole.take(packet);
    in_pieces.take(packet);
    rest = rest.subspan(2 + length);
  }
  whole.end();
  in_pieces.end();
  require_same(whole.account(), in_pieces.account());
  if (is_one_in_eight(input)) require_books_agree(whole.account().events);
}

}  // namespace
}  // namespace tapedeck::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tapedeck::fuzz::read_packets(std::as_bytes(std::span{data, size}));
  return 0;
}
