// Makes the checkpoints of a tape that is being written, from books that it builds from the tape's
// frames.
//
// One thread, the writer's. It reads every frame as a reader of the tape will, so that a checkpoint
// equals the state of that reader. Memory: the books of a channel.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/book/book_set.hpp"
#include "engine/book/checkpoint_events.hpp"
#include "feeds/tape/event_codec.hpp"
#include "feeds/tape/feed.hpp"
#include "feeds/tape/writer.hpp"

namespace tapedeck::recorder {

class TapeCheckpoints {
 public:
  /// `header`: the tape's own. `hash_key`: of the books, see BookOptions.
  TapeCheckpoints(const tape::FileHeader& header, u64 hash_key);
  TapeCheckpoints(const TapeCheckpoints&) = delete;
  TapeCheckpoints& operator=(const TapeCheckpoints&) = delete;
  ~TapeCheckpoints();

  /// Reads a frame that was written, unpacked and with a header that says so. Throws
  /// std::bad_alloc.
  void read(const tape::FrameHeader& header, Bytes content);
  /// Writes a checkpoint of the current books.
  void write(tape::TapeWriter& writer, tape::Backlog backlog);

 private:
  class Frames;
  class Parts;

  TapeCheckpoints(std::unique_ptr<Frames> frames, std::unique_ptr<feeds::MessageDecoder> decoder,
                  u64 hash_key, bool undated);
  void note(const Event& event);

  Frames* frames_;                          // the feed's
  const feeds::MessageDecoder* exporting_;  // the feed's; null for a tape of events
  tape::TapeFeed feed_;
  book::BookSet books_;
  std::vector<Event> polled_ = std::vector<Event>(kMinPollBuffer);
  tape::EventEncoder encoder_;
  u64 channel_hash_;  // see tape::IndexEntry
  book::NewestMessages newest_;
  std::vector<std::string> names_;  // by instrument; kept here because the books are a batch behind
  bool renamed_ = false;            // any instrument, since the tape's beginning
};

}  // namespace tapedeck::recorder
