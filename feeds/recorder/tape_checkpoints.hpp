// Makes the checkpoints of a tape while the tape is written. Builds the checkpoints' books from the
// tape's own frames.
//
// Writer's thread. TapeCheckpoints decodes every frame exactly as a reader of the tape does, so
// that a checkpoint equals the state of such a reader. Memory: the books of one channel.
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
  /// `header`: the tape's file header. `hash_key`: the books' hash key, see BookOptions.
  TapeCheckpoints(const tape::FileHeader& header, u64 hash_key);
  TapeCheckpoints(const TapeCheckpoints&) = delete;
  TapeCheckpoints& operator=(const TapeCheckpoints&) = delete;
  ~TapeCheckpoints();

  /// Decodes a frame that was written. `content` is uncompressed, and `header` describes it in this
  /// form. Throws std::bad_alloc.
  void read(const tape::FrameHeader& header, Bytes content);
  /// Writes a checkpoint of the current books.
  void write(tape::TapeWriter& writer, tape::Backlog backlog);

 private:
  class Frames;
  class Parts;

  TapeCheckpoints(std::unique_ptr<Frames> frames, std::unique_ptr<feeds::MessageDecoder> decoder,
                  u64 hash_key, bool undated);
  void note(const Event& event);

  Frames* frames_;                          // owned by feed_
  const feeds::MessageDecoder* exporting_;  // owned by feed_; null for a tape of events
  tape::TapeFeed feed_;
  book::BookSet books_;
  std::vector<Event> polled_ = std::vector<Event>(kMinPollBuffer);
  tape::EventEncoder encoder_;
  u64 channel_hash_;  // see tape::IndexEntry
  book::NewestMessages newest_;
  std::vector<std::string> names_;  // by instrument; not from books_, which are one poll behind
  bool renamed_ = false;            // an instrument has been renamed since the tape began
};

}  // namespace tapedeck::recorder
