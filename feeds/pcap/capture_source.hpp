// Reads capture files, one after another, as a source of datagrams. One thread; no allocation per
// packet.
//
// Counts the packets by what they carry. Damage ends the source, even if more files follow.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feeds/common/byte_source.hpp"
#include "feeds/common/datagram_source.hpp"
#include "feeds/pcap/capture.hpp"
#include "feeds/pcap/frame.hpp"

namespace tapedeck::feeds::pcap {

class CaptureSource final : public DatagramSource {
 public:
  /// `counts_others`: counts the packets that the sink skips, too.
  CaptureSource(std::vector<std::unique_ptr<ByteSource>> files, bool counts_others);

  [[nodiscard]] Received poll(DatagramSink& sink, Nanos now) override;

  [[nodiscard]] const std::optional<Damage>& damage() const { return damage_; }
  [[nodiscard]] ReadProgress progress() const;
  /// Returns the name of the first file.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Returns the bytes of the files' headers and of the packets that are counted.
  [[nodiscard]] u64 bytes() const { return bytes_; }
  /// Returns the number of packets captured, of any stream.
  [[nodiscard]] u64 packets() const { return packets_; }
  /// Returns the number of packets with this content, taken or skipped.
  [[nodiscard]] u64 met(Carries carries) const { return met_[static_cast<std::size_t>(carries)]; }
  /// Returns the number of whole UDP payloads that were skipped.
  [[nodiscard]] u64 foreign() const { return foreign_; }

 private:
  [[nodiscard]] bool pass_on(const Frame& frame, DatagramSink& sink);
  [[nodiscard]] bool would_wait(const DatagramSink& sink);
  void open_next_file();
  [[nodiscard]] bool link_type_is_known();

  std::vector<std::unique_ptr<ByteSource>> files_;
  std::optional<CaptureReader> reader_;
  std::size_t file_ = 0;            // index of the file that reader_ reads
  u64 offset_ = 0;                  // position in that file, before the newest packet
  bool counts_bytes_;               // of the newest packet, or of the file's header
  bool link_type_checked_ = false;  // of that file
  bool counts_others_;

  std::array<u64, kCarries> met_{};
  u64 packets_ = 0;
  u64 foreign_ = 0;
  u64 bytes_ = 0;
  std::string name_;
  u64 raw_done_ = 0;  // raw bytes of the files already closed
  u64 raw_total_ = 0;
  std::optional<Damage> damage_;
};

}  // namespace tapedeck::feeds::pcap
