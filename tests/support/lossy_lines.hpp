// A capture of one MoldUDP64 stream that comes over two lines, each with losses, reordered and
// repeated packets, among packets of others; and what a reader can make of it at best.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "engine/core/random.hpp"
#include "feeds/moldudp64/packet.hpp"
#include "tests/support/made_capture.hpp"

namespace tapedeck::test {

struct LossyLinesOptions {
  u64 seed = 1;
  double loss = 0.01;      // of a packet, on each line
  u64 beginning_lost = 0;  // packets at the beginning that neither line has
};

struct LossyLines {
  MadeCapture capture;
  u64 first = 0;       // the first number that came; 0: none did
  u64 first_lost = 0;  // after it, the first and the last number that came on neither line
  u64 last_lost = 0;
  u64 lost = 0;
  u64 again = 0;    // numbers that came a second time or more
  u64 foreign = 0;  // packets of others
};

inline const feeds::Destination kLineA = *feeds::parse_destination("233.54.12.111:26477");
inline const feeds::Destination kLineB = *feeds::parse_destination("233.49.196.111:26477");

/// Sends the messages, numbered from 1, and heartbeats at the end.
inline LossyLines lossy_lines(const std::vector<Bytes>& messages,
                              const LossyLinesOptions& options) {
  namespace mold = feeds::moldudp64;
  constexpr u32 kSeconds = 1'340'285'400;
  Random random{options.seed};
  struct Sent {
    u64 at;
    std::string frame;
  };
  const auto packet = [](u64 sequence, u16 count, std::span<const Bytes> content) {
    std::vector<std::byte> bytes;
    const mold::Header header{{'0', '0', '0', '0', '0', '0', '0', '0', '0', 'A'}, sequence, count};
    mold::append_packet(header, content, bytes);
    return std::string{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  };
  LossyLines lines;
  std::vector<Sent> sent;
  std::vector<u32> came(messages.size() + 1);
  const std::span<const Bytes> all{messages};
  u64 at = 0;
  for (std::size_t next = 0, number = 0; next < messages.size(); ++number) {
    const std::size_t count = std::min<std::size_t>(1 + random.below(6), messages.size() - next);
    const std::string payload = packet(next + 1, static_cast<u16>(count), all.subspan(next, count));
    for (const feeds::Destination& line : {kLineA, kLineB}) {
      if (number < options.beginning_lost) continue;
      for (u64 copies = random.chance(0.02) ? 2 : 1; copies > 0; --copies) {
        if (random.chance(options.loss)) continue;
        // Out of order by up to ten packets; line B is later.
        const u64 delay = (line == kLineB ? 15 : 0) + (random.chance(0.1) ? random.below(100) : 0);
        sent.push_back({at + delay, udp_frame_to(line, payload)});
        for (std::size_t k = 1; k <= count; ++k) ++came[next + k];
      }
    }
    if (random.chance(0.01)) {
      const feeds::Destination other = *feeds::parse_destination("239.255.255.250:1900");
      sent.push_back({at, random.chance(0.5)
                              ? udp_frame_to(other, "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250")
                              : udp_frame_to(kLineA, packet(next + 1, 3, {}))});
      ++lines.foreign;
    }
    next += count;
    at += 10;
  }
  for (u64 i = 0; i < 3; ++i) {
    sent.push_back({at + 1'000 + i, udp_frame_to(kLineA, packet(messages.size() + 1, 0, {}))});
  }
  std::ranges::stable_sort(sent, {}, &Sent::at);
  for (const Sent& one : sent) {
    lines.capture.add(one.frame, kSeconds + static_cast<u32>(one.at / 1'000'000),
                      static_cast<u32>(one.at % 1'000'000 * 1'000));
  }
  for (std::size_t number = 1; number < came.size(); ++number) {
    lines.again += came[number] > 1 ? came[number] - 1 : 0;
    if (lines.first == 0 && came[number] > 0) lines.first = number;
    if (lines.first == 0 || came[number] > 0) continue;
    if (lines.lost++ == 0) lines.first_lost = number;
    lines.last_lost = number;
  }
  return lines;
}

}  // namespace tapedeck::test
