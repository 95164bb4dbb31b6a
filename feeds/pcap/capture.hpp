// Classic capture files (libpcap's format) as packets: both byte orders, microseconds and
// nanoseconds. Knows no protocol. One thread; no copy, no allocation but for damage.
//
// What the file says about lengths is checked before it is used: a packet has at most
// kMaxCapturedBytes, whatever the file's snapshot length; a packet may say that it was shorter on
// the wire than what was captured (some tools pad).
//
//   file:   magic u32 | version u16.u16 | zone i32 | accuracy u32 | snapshot length u32 | link u32
//   packet: seconds u32 | micro- or nanoseconds u32 | captured length u32 | length on the wire u32
#pragma once

#include <optional>
#include <string>

#include "feeds/common/byte_source.hpp"

namespace tapedeck::feeds::pcap {

/// The largest packet of any capture tool (libpcap's MAXIMUM_SNAPLEN).
inline constexpr u32 kMaxCapturedBytes = 262'144;

/// By its magic number. pcapng counts: the reader refuses it with the way to convert it.
[[nodiscard]] bool is_capture(Bytes beginning);

struct Packet {
  Nanos time;           // since 1970 UTC; as wild as the file's numbers
  Bytes bytes;          // as captured
  u32 original_length;  // on the wire
};

enum class Next : u8 {
  packet,
  end,     // the file ends behind a whole packet
  damaged  // damage() says where and why
};

class CaptureReader {
 public:
  /// `source` outlives the reader.
  explicit CaptureReader(ByteSource& source) : source_(source) {}

  /// The packet's bytes are valid until the next call.
  [[nodiscard]] Next next(Packet& packet);
  /// The file's link type (LINKTYPE_...); known once next() has been called.
  [[nodiscard]] u16 link_type() const { return link_type_; }
  [[nodiscard]] const std::optional<Damage>& damage() const { return damage_; }

 private:
  bool read_file_header();
  bool refuse_magic(u32 magic);
  Next cut_short(const std::string& inside, std::size_t expected);
  Next break_off(std::string found, std::string expected, std::string hint);
  [[nodiscard]] u16 load16(std::size_t at) const;
  [[nodiscard]] u32 load32(std::size_t at) const;

  ByteSource& source_;
  std::size_t to_consume_ = 0;  // the packet handed out last
  u16 link_type_ = 0;
  bool header_read_ = false;
  bool big_endian_ = false;
  bool nanoseconds_ = false;
  std::optional<Damage> damage_;
};

}  // namespace tapedeck::feeds::pcap
