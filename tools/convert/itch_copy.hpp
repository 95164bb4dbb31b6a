// Two ways to write an ITCH 5.0 file: copy messages unchanged, or encode the events of any feed.
//
// Only the thread that polls the feed uses these classes. They write while the feed is read, so
// that memory does not grow with the input. They throw std::runtime_error when the file cannot be
// written.
#pragma once

#include <utility>

#include "engine/core/feed.hpp"
#include "engine/output/compressed_file.hpp"
#include "feeds/common/message_observer.hpp"
#include "feeds/itch50/event_encoder.hpp"

namespace tapedeck::tools {

/// Writes length-prefixed messages to a file.
class ItchFile {
 public:
  ItchFile(output::PlacePtr place, const std::string& name) : file_(std::move(place), name) {}

  [[nodiscard]] itch50::FrameBuffer& frames() { return frames_; }
  /// Writes the collected frames once they have kFlushAt bytes.
  void flush_if_full() {
    if (frames_.bytes().size() >= kFlushAt) flush();
  }
  /// Flushes everything and completes the file, see CompressedFile::finish(). Must be the last
  /// call.
  [[nodiscard]] output::PlacePtr finish() {
    flush();
    return file_.finish();
  }
  [[nodiscard]] u64 messages() const { return frames_.messages(); }
  /// bytes() returns the size before compression, and file_bytes() the size of the file.
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

/// Copies ITCH messages byte for byte. Does nothing before start().
class MessageCopy final : public feeds::MessageObserver {
 public:
  void start(ItchFile& file) { file_ = &file; }
  void on_message(Bytes message, Sequence sequence, std::span<const Event> events) override;
  /// Returns the number of copied messages that start a day (system event O).
  [[nodiscard]] u64 days() const { return days_; }

 private:
  ItchFile* file_ = nullptr;
  u64 days_ = 0;
};

/// Encodes events. If the feed's first event is not a session event, EventCopy adds session events.
/// It adds O, S and Q at the time of the first event. If the feed was read to its end, it also adds
/// M, E and C at the newest time.
class EventCopy {
 public:
  EventCopy(ItchFile& file, Nanos midnight) : file_(file), encoder_(midnight) {}

  void take(const EventBuffer& events);
  /// Must be called after the last event. `whole` is true if the feed was read to its end.
  void finish(bool whole);
  [[nodiscard]] const itch50::EncoderCounters& counters() const { return encoder_.counters(); }

 private:
  void frame(Session session, Nanos time);

  ItchFile& file_;
  itch50::EventEncoder encoder_;
  bool started_ = false;
  bool framed_ = false;  // true if EventCopy adds session events
  Nanos newest_ = kBeginningOfTime;
};

}  // namespace tapedeck::tools
