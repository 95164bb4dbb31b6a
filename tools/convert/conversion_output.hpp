// The output of a conversion: a file of ITCH 5.0 messages, a tape, or a file of text rows. The
// ending of the file's name selects the format.
//
// Only the thread that polls the feed uses it. Construct it before the feed is opened, because
// opening the feed needs observer(). Call start() once the feed's content is known, and finish()
// after the feed's last event. Memory does not grow with the input.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/output/output_place.hpp"
#include "engine/thread/runner.hpp"
#include "feeds/catalog/catalog.hpp"
#include "feeds/itch50/unencodable.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/provenance.hpp"
#include "tools/run/row_selection.hpp"

namespace tapedeck::tools {

enum class OutFormat : u8 { itch50, tape, csv, jsonl, parquet };
/// Returns true for a format that can be replayed: a recording, which replaces no file unasked.
[[nodiscard]] constexpr bool is_recording(OutFormat format) {
  return format == OutFormat::itch50 || format == OutFormat::tape;
}
[[nodiscard]] std::string_view name_of(OutFormat format);
/// Returns the format with the name `as`, which is an ending without the first dot; if `as` is
/// empty, the format for the ending of `path`. Throws UsageError, which lists the valid names or
/// endings, for any other, and for an ending that says another format than `as`.
[[nodiscard]] OutFormat out_format_of(const std::string& path, const std::string& as);

/// Counts what a conversion has written.
struct Written {
  u64 messages = 0;                           // messages in an ITCH file or on a tape
  u64 rows = 0;                               // rows of text, one per event
  u64 bytes = 0, file_bytes = 0;              // bytes before compression, and bytes on disk
  u64 checkpoints = 0, checkpoint_bytes = 0;  // checkpoints on a tape, and their bytes on disk
  u64 days = 0;                               // how often a day starts in an ITCH file
  itch50::EncoderCounters encoder;            // the events that ITCH cannot express
  output::PlacePtr place;                     // of the completed file
};

class ConversionOutput {
 public:
  virtual ~ConversionOutput() = default;

  /// Returns the observer for the feed's messages, or null if the output needs none.
  [[nodiscard]] virtual feeds::MessageObserver* observer() = 0;
  /// Begins to write to a claimed place. May replace the feed in `opened` by a feed that wraps it.
  /// Throws std::runtime_error if a pipe cannot be opened. `opened` and `stop` must outlive the
  /// run.
  virtual void start(output::PlacePtr place, feeds::OpenedFeeds& opened,
                     const thread::StopFlag& stop) = 0;
  /// Writes the events of one poll. Throws std::runtime_error if they cannot be written.
  virtual void take(const EventBuffer& events) = 0;
  /// Returns true if writing has failed. finish() then throws the reason.
  [[nodiscard]] virtual bool failed() const { return false; }
  /// Completes the output. `whole` says whether the feed was read to its end. The result's place
  /// may be synced and kept. Throws std::runtime_error if something could not be written.
  [[nodiscard]] virtual Written finish(bool whole) = 0;
};

/// Returns the output for `path`, see out_format_of(). `tape` has the options for tapes, and `rows`
/// those for rows; a format with metadata gets `provenance`. Throws UsageError.
[[nodiscard]] std::unique_ptr<ConversionOutput> conversion_output(const std::string& path,
                                                                  const std::string& as,
                                                                  const RecordOptions& tape,
                                                                  const RowOptions& rows,
                                                                  const Provenance& provenance);

}  // namespace tapedeck::tools
