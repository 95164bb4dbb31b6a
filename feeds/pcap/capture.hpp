// Reads the packets of classic capture files (libpcap's format) in both byte orders, with
// microseconds or nanoseconds. It does not interpret the packets. One thread. It copies no packet,
// and allocates memory only to report damage.
//
// The reader checks every length before use. It accepts packets of at most kMaxCapturedBytes,
// regardless of the file's snapshot length. It accepts a length on the wire that is less than the
// captured length, because some tools pad packets.
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

/// Returns true if the content has the magic number of a capture. Returns true for pcapng too, so
/// that the reader can refuse a pcapng file with a hint on how to convert it.
[[nodiscard]] bool is_capture(Bytes beginning);

struct Packet {
  Nanos time;           // since 1970 UTC; not checked, may be any value
  Bytes bytes;          // as captured
  u32 original_length;  // on the wire
};

enum class Next : u8 {
  packet,
  end,     // the file ends after a whole packet
  damaged  // damage() has the place and the reason
};

class CaptureReader {
 public:
  /// `source` must outlive the reader.
  explicit CaptureReader(ByteSource& source)
      : source_(source), is_file_(source.raw_bytes_total() > 0) {}

  /// Reads the next packet. Its bytes are valid until the next call.
  [[nodiscard]] Next next(Packet& packet);
  /// Returns true if next() may wait, because the source is a pipe.
  [[nodiscard]] bool may_wait() const { return !is_file_; }
  /// Returns false if next() would wait for a pipe's writer. The bytes of the last packet are not
  /// valid any more.
  [[nodiscard]] bool is_ready() { return is_file_ || is_packet_there(); }
  /// Returns the file's link type (LINKTYPE_...). Valid once next() has been called.
  [[nodiscard]] u16 link_type() const { return link_type_; }
  [[nodiscard]] const std::optional<Damage>& damage() const { return damage_; }

 private:
  [[nodiscard]] bool is_packet_there();
  bool read_file_header();
  bool refuse_magic(u32 magic);
  Next cut_short(const std::string& inside, std::size_t expected);
  Next break_off(std::string found, std::string expected, std::string hint);
  [[nodiscard]] u16 load16(std::size_t at) const;
  [[nodiscard]] u32 load32(std::size_t at) const;

  ByteSource& source_;
  bool is_file_;                // a file never waits
  std::size_t to_consume_ = 0;  // size of the last returned packet, with its header
  u16 link_type_ = 0;
  bool header_read_ = false;
  bool big_endian_ = false;
  bool nanoseconds_ = false;
  std::optional<Damage> damage_;
};

}  // namespace tapedeck::feeds::pcap
