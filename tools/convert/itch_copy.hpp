// Two ways into an ITCH 5.0 file: messages as they are, and events of whatever feed.
//
// One thread, the one that polls the feed. Both write as they go; memory does not grow with the
// input. Throw std::runtime_error when the file cannot be written.
#pragma once

#include "engine/core/feed.hpp"
#include "engine/output/compressed_file.hpp"
#include "feeds/common/message_observer.hpp"
#include "feeds/itch50/event_encoder.hpp"

namespace tapedeck::tools {

/// Length-prefixed messages on their way into a file.
class ItchFile {
 public:
  explicit ItchFile(const std::string& path) : file_(path) {}

  [[nodiscard]] itch50::FrameBuffer& frames() { return frames_; }
  /// Hands frames on once there are enough of them for the disk.
  void flush_if_full() {
    if (frames_.bytes().size() >= kFlushAt) flush();
  }
  /// Everything is in the file. Must be called last.
  void close() {
    flush();
    file_.close();
  }
  [[nodiscard]] u64 messages() const { return frames_.messages(); }
  /// Before compression, and after.
  [[nodiscard]] u64 bytes() const { return bytes_; }
  [[nodiscard]] u64 file_bytes() const { return file_.file_bytes(); }

 private:
  static constexpr std::size_t kFlushAt = std::size_t{1} << 20;
  void flush() {
    file_.write(frames_.bytes());
    bytes_ += frames_.bytes().size();
    frames_.clear();
  }

  output::CompressedFile file_;
  itch50::FrameBuffer frames_;
  u64 bytes_ = 0;
};

/// Copies ITCH messages byte for byte. Does nothing until it is given a file.
class MessageCopy final : public feeds::MessageObserver {
 public:
  void start(ItchFile& file) { file_ = &file; }
  void on_message(Bytes message, Sequence sequence, std::span<const Event> events) override;
  /// Starts of days among the messages (system event O).
  [[nodiscard]] u64 days() const { return days_; }

 private:
  ItchFile* file_ = nullptr;
  u64 days_ = 0;
};

/// Encodes events. A feed that knows no sessions gets a frame of its own: O, S and Q at the time of
/// its first event; M, E and C at its last, if it was whole.
class EventCopy {
 public:
  EventCopy(ItchFile& file, Nanos midnight) : file_(file), encoder_(midnight) {}

  void take(const EventBuffer& events);
  /// After the last event.
  void finish(bool whole);
  [[nodiscard]] const itch50::EncoderCounters& counters() const { return encoder_.counters(); }

 private:
  void frame(Session session, Nanos time);

  ItchFile& file_;
  itch50::EventEncoder encoder_;
  bool started_ = false;
  bool framed_ = false;  // the sessions are ours to write
  Nanos newest_ = kBeginningOfTime;
};

}  // namespace tapedeck::tools
