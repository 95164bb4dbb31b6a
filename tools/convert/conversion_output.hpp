// The output of a conversion, chosen by the file name's ending: ITCH 5.0 messages, a tape, or rows
// of text.
//
// One thread, the one that polls the feed. Construct it before the feed is opened, because it may
// observe the feed's messages. Call start() once the feed's content is known, and finish() after
// its last event. Memory does not grow with the input.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/thread/runner.hpp"
#include "feeds/catalog/catalog.hpp"
#include "feeds/itch50/unencodable.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

enum class OutFormat : u8 { itch50, tape, csv, jsonl };
[[nodiscard]] std::string_view name_of(OutFormat format);
/// Throws UsageError, which lists the known endings.
[[nodiscard]] OutFormat out_format_of(const std::string& path);

/// What a conversion has written.
struct Written {
  u64 messages = 0;                           // in an ITCH file or on a tape
  u64 rows = 0;                               // of text, one per event
  u64 bytes = 0, file_bytes = 0;              // before compression, and on disk
  u64 checkpoints = 0, checkpoint_bytes = 0;  // on a tape; their bytes on disk
  u64 days = 0;                               // starts of days in an ITCH file
  itch50::EncoderCounters encoder;            // of events: what ITCH cannot express
};

class ConversionOutput {
 public:
  virtual ~ConversionOutput() = default;

  /// The observer for the feed's messages; may be null.
  [[nodiscard]] virtual feeds::MessageObserver* observer() = 0;
  /// Opens the file. May wrap the feed in `opened`. Throws std::runtime_error. `opened` and `stop`
  /// must outlive the run.
  virtual void start(feeds::OpenedFeeds& opened, const thread::StopFlag& stop) = 0;
  /// Takes the events of one poll. Throws std::runtime_error when they cannot be written.
  virtual void take(const EventBuffer& events) = 0;
  /// True when writing has failed; finish() throws the reason.
  [[nodiscard]] virtual bool failed() const { return false; }
  /// Ends the output. `whole`: the feed was read to its end. Throws std::runtime_error when
  /// something could not be written.
  [[nodiscard]] virtual Written finish(bool whole) = 0;
};

/// `tape`: options for tapes. Throws UsageError.
[[nodiscard]] std::unique_ptr<ConversionOutput> conversion_output(const std::string& path,
                                                                  const RecordOptions& tape);

}  // namespace tapedeck::tools
