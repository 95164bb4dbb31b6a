#include "tools/convert/conversion_output.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "engine/output/compressed_file.hpp"
#include "engine/output/event_parquet.hpp"
#include "engine/output/event_rows.hpp"
#include "tools/cli/error.hpp"
#include "tools/convert/itch_copy.hpp"
#include "tools/run/recordings.hpp"

namespace tapedeck::tools {
namespace {

struct Ending {
  std::string_view text;
  OutFormat format;
};
constexpr std::array<Ending, 11> kOutEndings{{{".itch", OutFormat::itch50},
                                              {".itch.gz", OutFormat::itch50},
                                              {".itch.zst", OutFormat::itch50},
                                              {".tape", OutFormat::tape},
                                              {".csv", OutFormat::csv},
                                              {".csv.gz", OutFormat::csv},
                                              {".csv.zst", OutFormat::csv},
                                              {".jsonl", OutFormat::jsonl},
                                              {".jsonl.gz", OutFormat::jsonl},
                                              {".jsonl.zst", OutFormat::jsonl},
                                              {".parquet", OutFormat::parquet}}};

// Writes an ITCH file: copies messages if the feed shows ITCH messages, else encodes its events.
class ItchOutput final : public ConversionOutput {
 public:
  explicit ItchOutput(std::string name) : name_(std::move(name)) {}

  feeds::MessageObserver* observer() override { return &copy_; }
  void start(output::PlacePtr place, feeds::OpenedFeeds& opened,
             const thread::StopFlag& /*stop*/) override {
    file_.emplace(std::move(place), name_);
    if (opened.channels[0].carries_itch) {
      copy_.start(*file_);
    } else {
      events_.emplace(*file_, opened.channels[0].midnight);
    }
  }
  void take(const EventBuffer& events) override {
    if (events_) events_->take(events);
  }
  Written finish(bool whole) override {
    Written written;
    if (events_) {
      events_->finish(whole);
      written.encoder = events_->counters();
    }
    written.place = file_->finish();
    written.messages = file_->messages();
    written.bytes = file_->bytes();
    written.file_bytes = file_->file_bytes();
    written.days = copy_.days();
    return written;
  }

 private:
  std::string name_;
  MessageCopy copy_;
  std::optional<ItchFile> file_;
  std::optional<EventCopy> events_;
};

// Writes a tape as --record does, but compresses fully even when behind, because nothing waits for
// the channel.
class TapeOutput final : public ConversionOutput {
 public:
  explicit TapeOutput(const RecordOptions& tape) : recorder_(unhurried(tape)) {}

  feeds::MessageObserver* observer() override { return &recorder_.observer(); }
  void start(output::PlacePtr place, feeds::OpenedFeeds& opened,
             const thread::StopFlag& stop) override {
    recorder_.start(std::move(place), tape_header(opened.channels[0], opened.time_base), stop);
    std::unique_ptr<Feed>& feed = opened.channels[0].feed;
    feed = recorder_.record(std::move(feed));
    recorder_.show();
  }
  void take(const EventBuffer& /*events*/) override {}
  [[nodiscard]] bool failed() const override { return recorder_.failed(); }
  Written finish(bool /*whole*/) override {
    Written written;
    written.place = recorder_.finish();
    const tape::TapeWriter::Counters counters = recorder_.recorded().counters;
    written.messages = counters.messages;
    written.bytes = counters.content_bytes;
    written.file_bytes = counters.file_bytes;
    written.checkpoints = counters.checkpoints;
    written.checkpoint_bytes = counters.checkpoint_bytes;
    return written;
  }

 private:
  static recorder::RecordingOptions unhurried(RecordOptions tape) {
    if (tape.compress.empty()) tape.compress = "small";
    recorder::RecordingOptions recording = recording_options(tape);
    recording.hurries = false;
    recording.keeps_messages = false;
    return recording;
  }

  recorder::TapeRecorder recorder_;
};

class RowsOutput final : public ConversionOutput {
 public:
  RowsOutput(output::RowFormat format, const RowOptions& options, std::string name)
      : name_(std::move(name)), rows_(format), selection_(options) {}

  feeds::MessageObserver* observer() override { return nullptr; }
  void start(output::PlacePtr place, feeds::OpenedFeeds& opened,
             const thread::StopFlag& /*stop*/) override {
    if (opened.time_base == feeds::TimeBase::midnight) rows_.note_unknown_day();
    file_.emplace(std::move(place), name_);
  }
  void take(const EventBuffer& events) override {
    for (const Event& event : events) {
      selection_.take(event, rows_);
      if (rows_.full()) flush();
    }
  }
  Written finish(bool /*whole*/) override {
    flush();
    Written written;
    written.place = file_->finish();
    written.rows = rows_.rows();
    written.bytes = bytes_;
    written.file_bytes = file_->file_bytes();
    return written;
  }

 private:
  void flush() {
    file_->write(rows_.bytes());
    bytes_ += rows_.bytes().size();
    rows_.clear();
  }

  std::string name_;
  output::EventRows rows_;
  RowSelection selection_;
  std::optional<output::CompressedFile> file_;
  u64 bytes_ = 0;
};

class ParquetOutput final : public ConversionOutput {
 public:
  ParquetOutput(const RowOptions& options, const Provenance& provenance)
      : kinds_(parse_kinds(options.kinds)),
        selection_(options),
        notes_(parquet_notes(provenance)) {}

  feeds::MessageObserver* observer() override { return nullptr; }
  void start(output::PlacePtr place, feeds::OpenedFeeds& opened,
             const thread::StopFlag& /*stop*/) override {
    std::vector<Kind> kinds;
    for (const EventKind& each : kEventKinds) {
      if (kinds_.has(each.kind)) kinds.push_back(each.kind);
    }
    rows_.emplace(kinds, opened.time_base == feeds::TimeBase::utc, notes_);
    file_.emplace(std::move(place));
  }
  void take(const EventBuffer& events) override {
    for (const Event& event : events) selection_.take(event, *rows_);
    if (rows_->full()) flush();
  }
  Written finish(bool /*whole*/) override {
    rows_->finish();
    flush();
    Written written;
    written.place = file_->finish();
    written.rows = rows_->rows();
    written.bytes = bytes_;
    written.file_bytes = file_->file_bytes();
    return written;
  }

 private:
  void flush() {
    file_->write(rows_->bytes());
    bytes_ += rows_->bytes().size();
    rows_->clear();
  }

  KindSet kinds_;
  RowSelection selection_;
  std::vector<output::ParquetNote> notes_;
  std::optional<output::EventParquet> rows_;
  std::optional<output::CompressedFile> file_;
  u64 bytes_ = 0;
};

void check_no_row_options(const RowOptions& rows) {
  const std::string_view why = ": is for rows; other formats hold whole channels";
  if (!rows.kinds.empty()) throw UsageError(std::string{"--kinds"}.append(why));
  if (rows.as_sent) throw UsageError(std::string{"--as-sent"}.append(why));
}

}  // namespace

std::string_view name_of(OutFormat format) {
  constexpr std::array<std::string_view, 5> kNames{"itch50", "tape", "csv", "jsonl", "parquet"};
  return kNames[static_cast<std::size_t>(format)];
}

OutFormat out_format_of(const std::string& path, const std::string& as) {
  const Ending* const found = std::ranges::find_if(
      kOutEndings, [&](const Ending& each) { return path.ends_with(each.text); });
  const bool is_known = found != kOutEndings.end();
  if (as.empty() && is_known) return found->format;
  std::string list;
  for (const Ending& ending : kOutEndings) {
    const std::string_view name = ending.text.substr(as.empty() ? 0 : 1);
    if (name == as) {
      if (!is_known || found == &ending) return ending.format;
      std::string problem = "--as " + as;
      problem.append(": the ending of ").append(path).append(" says ").append(found->text);
      throw UsageError(problem);
    }
    list.append(list.empty() ? "" : ", ").append(name);
  }
  if (!as.empty()) throw UsageError("--as " + as + ": must be one of " + list);
  throw UsageError("--out " + path + ": its ending says the format, and must be one of " + list +
                   "; or say it by --as");
}

std::unique_ptr<ConversionOutput> conversion_output(const std::string& path, const std::string& as,
                                                    const RecordOptions& tape,
                                                    const RowOptions& rows,
                                                    const Provenance& provenance) {
  const OutFormat format = out_format_of(path, as);
  const std::string name = as.empty() ? path : "." + as;  // says the compression
  if (is_recording(format)) {
    check_no_row_options(rows);
  } else {
    check_no_force(tape);
  }
  if (format == OutFormat::tape) return std::make_unique<TapeOutput>(tape);
  check_no_tape_options(
      tape, "is for tapes; other files are compressed as their endings ask, .gz or .zst");
  if (format == OutFormat::itch50) return std::make_unique<ItchOutput>(name);
  if (format == OutFormat::parquet) return std::make_unique<ParquetOutput>(rows, provenance);
  return std::make_unique<RowsOutput>(
      format == OutFormat::csv ? output::RowFormat::csv : output::RowFormat::jsonl, rows, name);
}

}  // namespace tapedeck::tools
