#include "feeds/pcap/capture.hpp"

#include <cassert>
#include <cstdio>
#include <utility>

#include "engine/core/units.hpp"

namespace tapedeck::feeds::pcap {
namespace {

constexpr u32 kMicroseconds = 0xA1B2C3D4;
constexpr u32 kNanoseconds = 0xA1B23C4D;
constexpr u32 kPcapng = 0x0A0D0D0A;  // reads the same in both byte orders

constexpr std::size_t kMagicBytes = 4;
constexpr std::size_t kFileHeaderBytes = 24;
constexpr std::size_t kPacketHeaderBytes = 16;
static_assert(kPacketHeaderBytes + kMaxCapturedBytes <= kMaxWindow, "a packet fits a window");

// The only version in use since 1998; before it, the two lengths of a packet were swapped.
constexpr u16 kMajor = 2;
constexpr u16 kMinor = 4;

std::string hex(u32 value) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", value);
  return text;
}

}  // namespace

bool is_capture(Bytes beginning) {
  if (beginning.size() < kMagicBytes) return false;
  const u32 little = load_le<u32>(beginning.data());
  const u32 big = byte_swapped(little);
  return little == kMicroseconds || little == kNanoseconds || big == kMicroseconds ||
         big == kNanoseconds || big == kPcapng;
}

u16 CaptureReader::load16(std::size_t at) const {
  assert(at + sizeof(u16) <= source_.window().size());
  const std::byte* from = source_.window().data() + at;
  return big_endian_ ? load_be<u16>(from) : load_le<u16>(from);
}

u32 CaptureReader::load32(std::size_t at) const {
  assert(at + sizeof(u32) <= source_.window().size());
  const std::byte* from = source_.window().data() + at;
  return big_endian_ ? load_be<u32>(from) : load_le<u32>(from);
}

Next CaptureReader::next(Packet& packet) {
  if (damage_) return Next::damaged;
  source_.consume(std::exchange(to_consume_, 0));
  if (!header_read_ && !read_file_header()) return Next::damaged;

  if (!source_.ensure(kPacketHeaderBytes)) {
    if (source_.window().empty() && !source_.damage()) return Next::end;
    return cut_short("a packet's header", kPacketHeaderBytes);
  }
  const u32 captured = load32(8);
  if (captured > kMaxCapturedBytes) {
    return break_off("a packet of " + counted(captured, "byte"),
                     "at most " + std::to_string(kMaxCapturedBytes),
                     "the file is damaged here or before; capture or copy it again");
  }
  const std::size_t whole = kPacketHeaderBytes + captured;
  if (!source_.ensure(whole)) return cut_short("a packet", whole);
  const i64 fraction = i64{load32(4)} * (nanoseconds_ ? 1 : 1'000);
  packet.time = {i64{load32(0)} * kNanosPerSecond + fraction};
  packet.original_length = load32(12);
  packet.bytes = source_.window().subspan(kPacketHeaderBytes, captured);
  to_consume_ = whole;
  return Next::packet;
}

bool CaptureReader::is_packet_there() {
  if (damage_) return true;
  source_.consume(std::exchange(to_consume_, 0));
  if (!header_read_) return source_.is_ready(kFileHeaderBytes + kPacketHeaderBytes);
  if (!source_.is_ready(kPacketHeaderBytes)) return false;
  if (source_.window().size() < kPacketHeaderBytes) return true;  // the file ends
  const u32 captured = load32(8);
  return captured > kMaxCapturedBytes || source_.is_ready(kPacketHeaderBytes + captured);
}

bool CaptureReader::read_file_header() {
  // Check the magic first, so that a short file of another format is reported as such and not as
  // short.
  if (source_.ensure(kMagicBytes)) {
    const u32 little = load_le<u32>(source_.window().data());
    const u32 big = load_be<u32>(source_.window().data());
    big_endian_ = big == kMicroseconds || big == kNanoseconds;
    const u32 magic = big_endian_ ? big : little;
    nanoseconds_ = magic == kNanoseconds;
    if (magic != kMicroseconds && magic != kNanoseconds) return refuse_magic(big);
  }
  if (!source_.ensure(kFileHeaderBytes)) {
    cut_short("a capture's header", kFileHeaderBytes);
    return false;
  }
  if (load16(4) != kMajor || load16(6) != kMinor) {
    break_off("a capture of version " + std::to_string(load16(4)) + "." + std::to_string(load16(6)),
              "version 2.4", "convert it with: editcap -F nsecpcap IN OUT");
    return false;
  }
  // The bits above the link type are flags about frame check sequences, which count as padding
  // here.
  link_type_ = static_cast<u16>(load32(20));
  source_.consume(kFileHeaderBytes);
  header_read_ = true;
  return true;
}

bool CaptureReader::refuse_magic(u32 magic) {
  const bool is_pcapng = magic == kPcapng;
  break_off(is_pcapng ? "a pcapng file" : "the file type " + hex(magic),
            "a classic pcap file (a1b2c3d4 or a1b23c4d, in either byte order)",
            is_pcapng ? "convert it with: editcap -F nsecpcap IN OUT"
                      : "if it is a capture, convert it with: editcap -F nsecpcap IN OUT");
  return false;
}

Next CaptureReader::cut_short(const std::string& inside, std::size_t expected) {
  if (source_.damage()) {
    damage_ = source_.damage();
    return Next::damaged;
  }
  const std::size_t have = source_.window().size();
  return break_off(
      "the end of the file inside " + inside + ", after " + counted(have, "byte") + " of it",
      counted(expected, "byte"), "the capture was cut short; what came before was used");
}

Next CaptureReader::break_off(std::string found, std::string expected, std::string hint) {
  damage_ = Damage{.file = source_.name(),
                   .offset = source_.offset(),
                   .found = std::move(found),
                   .expected = std::move(expected),
                   .hint = std::move(hint)};
  return Next::damaged;
}

}  // namespace tapedeck::feeds::pcap
