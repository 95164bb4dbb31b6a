// Where a conversion goes, by the ending of its file: ITCH 5.0 messages, a tape, or rows of text.
//
// One thread, the one that polls the feed. Made before the feed is opened, whose messages it may
// want to see; started once it is known what the feed gives; finished after its last event. Memory
// does not grow with the input.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/thread/runner.hpp"
#include "feeds/catalog/catalog.hpp"
#include "feeds/itch50/impossible.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

enum class OutFormat : u8 { itch50, tape, csv, jsonl };
[[nodiscard]] std::string_view name_of(OutFormat format);
/// Throws UsageError that lists the endings there are.
[[nodiscard]] OutFormat out_format_of(const std::string& path);

/// What came of it.
struct Written {
  u64 messages = 0;                           // in an ITCH file or on a tape
  u64 rows = 0;                               // of text, one an event
  u64 bytes = 0, file_bytes = 0;              // before compression, and as they lie on disk
  u64 checkpoints = 0, checkpoint_bytes = 0;  // of the books, on a tape; as they lie on disk
  u64 days = 0;                               // whose starts are in an ITCH file
  itch50::EncoderCounters encoder;  // of an ITCH file of events: what it could not express
};

class ConversionOutput {
 public:
  virtual ~ConversionOutput() = default;

  /// Who is to see the feed's messages; may be null.
  [[nodiscard]] virtual feeds::MessageObserver* observer() = 0;
  /// Opens the file. May put itself between the feed and whoever polls it. Throws
  /// std::runtime_error. Both must outlive the run.
  virtual void start(feeds::OpenedFeeds& opened, const thread::StopFlag& stop) = 0;
  /// What a poll gave. Throws std::runtime_error when it cannot be written.
  virtual void take(const EventBuffer& events) = 0;
  /// There is no point in going on: finish() will say why.
  [[nodiscard]] virtual bool failed() const { return false; }
  /// Nothing follows; `whole`: the feed was read to its end. Throws std::runtime_error when
  /// something could not be written.
  [[nodiscard]] virtual Written finish(bool whole) = 0;
};

/// `tape`: how tapes are written. Throws UsageError.
[[nodiscard]] std::unique_ptr<ConversionOutput> conversion_output(const std::string& path,
                                                                  const RecordOptions& tape);

}  // namespace tapedeck::tools
