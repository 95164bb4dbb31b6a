#include "tools/cat/cat.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "engine/output/event_rows.hpp"
#include "engine/output/write_all.hpp"
#include "tools/cat/event_lines.hpp"
#include "tools/cli/activity.hpp"
#include "tools/cli/outputs.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/run/feed_run.hpp"
#include "tools/run/recording_part.hpp"
#include "tools/run/row_selection.hpp"

namespace tapedeck::tools {
namespace {

// Rows of any format that have not been written yet.
class PendingRows {
 public:
  virtual ~PendingRows() = default;
  virtual void add(const Event& event) = 0;
  virtual void learn(const Event& event) = 0;
  [[nodiscard]] virtual Bytes bytes() const = 0;
  virtual void clear() = 0;
};

template <class Rows>
class RowsOf final : public PendingRows {
 public:
  template <class Argument>
  explicit RowsOf(Argument argument) : rows_(std::move(argument)) {}

  void add(const Event& event) override { rows_.add(event); }
  void learn(const Event& event) override { rows_.learn(event); }
  [[nodiscard]] Bytes bytes() const override { return rows_.bytes(); }
  void clear() override { rows_.clear(); }
  [[nodiscard]] Rows& rows() { return rows_; }

 private:
  Rows rows_;
};

enum class RowText : u8 { text, jsonl, csv };

RowText row_text_of(const std::string& as) {
  constexpr std::array<std::string_view, 3> kNames{"text", "jsonl", "csv"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (as == kNames[i]) return static_cast<RowText>(i);
  }
  const auto near = nearest(as, std::vector<std::string>{kNames.begin(), kNames.end()});
  throw UsageError("--as " + as + ": must be text, jsonl or csv" +
                   (near ? "; did you mean " + *near + "?" : "") +
                   "; `tapedeck convert` writes files of other formats");
}

std::unique_ptr<PendingRows> pending_rows(RowText format, const ShownTimes& shown) {
  if (format == RowText::text) return std::make_unique<RowsOf<EventLines>>(shown);
  auto rows = std::make_unique<RowsOf<output::EventRows>>(
      format == RowText::csv ? output::RowFormat::csv : output::RowFormat::jsonl);
  if (shown.base == feeds::TimeBase::midnight) rows->rows().note_unknown_day();
  return rows;
}

std::optional<u64> limit_of(const std::string& text) {
  if (text.empty()) return {};
  const auto limit = parse_count(text);
  if (!limit) throw UsageError("--limit " + text + ": must be a whole number like 20 or 10k");
  return limit;
}

// Selects events, and writes their rows to standard output after each poll, because the next poll
// may wait for the source.
class Printer {
 public:
  Printer(const CatOptions& options, RowText format, const ShownTimes& shown)
      : selection_(options.rows),
        limit_(limit_of(options.limit)),
        rows_(pending_rows(format, shown)) {}

  void take(const EventBuffer& events) {
    for (const Event& event : events) {
      if (is_over()) break;
      if (event.kind != Kind::define && event.instrument < kNoInstrument) ++of_instruments_;
      if (selection_.take(event, *rows_)) ++written_;
    }
    flush();
  }
  /// Returns true if no further row can be written.
  [[nodiscard]] bool is_over() const { return gone_ || (limit_ && written_ >= *limit_); }
  [[nodiscard]] u64 of_instruments() const { return of_instruments_; }

 private:
  void flush() {
    if (gone_ || rows_->bytes().empty()) return;
    if (!output::write_all(STDOUT_FILENO, rows_->bytes())) {
      if (errno != EPIPE) {
        throw std::runtime_error("the rows could not be written to standard output: " +
                                 std::generic_category().message(errno));
      }
      gone_ = true;
    }
    rows_->clear();
  }

  RowSelection selection_;
  std::optional<u64> limit_;
  std::unique_ptr<PendingRows> rows_;
  u64 written_ = 0;
  u64 of_instruments_ = 0;
  bool gone_ = false;  // the reader of standard output
};

ExitCode verdict(const Feed& feed, const feeds::SymbolSelection& symbols, const Printer& printer,
                 int signal) {
  if (signal != 0) return code_after(signal);
  for (const std::string& warning : feed.warnings()) spdlog::warn("{}", with_flags(warning));
  if (printer.is_over()) return ExitCode::done;
  for (const std::string& warning : missing_symbols(symbols)) spdlog::warn("{}", warning);
  const auto left_out = feed.left_out();
  const Recording& recording = *feed.recording();
  if (recording.damage()) spdlog::error("{}", with_flags(*recording.damage()));
  if (left_out) spdlog::error("{}", with_flags(*left_out));
  if (recording.damage() || left_out) return ExitCode::damaged_input;
  const FeedCounters& counters = feed.counters();
  if (counters.messages == 0 && !recording.is_empty_but_whole()) {
    spdlog::error("the input holds no message");
    return ExitCode::damaged_input;
  }
  if (counters.filtered > 0 && printer.of_instruments() == 0) {
    spdlog::error("the input holds nothing of the instruments asked for");
    return ExitCode::damaged_input;
  }
  if (!recording.complete()) {
    spdlog::warn("the input ends without {}", recording.expected_end());
  }
  return ExitCode::done;
}

}  // namespace

ExitCode cat(const CatOptions& options) {
  require_standard_output();
  const Activity activity{"reading the events"};
  const RowText format = row_text_of(options.as);
  const std::optional<TimeZone> zone = zone_of_option(options.input.tz);
  (void)parse_kinds(options.rows.kinds);
  (void)limit_of(options.limit);
  ReplayOptions input = options.input;
  input.run.quiet = options.quiet;
  const feeds::FilesSpec request = files_spec(input);
  check_apart({}, files_read(input));
  StopOnSignal stop{StopOnSignal::Limit::here};
  feeds::OpenedFeeds opened = feeds::open_channels(request);
  refuse_several_streams(input.paths[0], opened);
  for (const std::string& warning : opened.warnings) spdlog::warn("{}", with_flags(warning));
  std::vector<ShownTimes> shown = shown_times(opened, zone);
  std::optional<PlaceFinder> finder;
  if (!input.from.empty() || !input.to.empty()) {
    feeds::keep_times_plausible(opened);
    finder.emplace(opened, reopening(request), zone, stop.flag());
    play(input, settings_of(find_part(input, *finder)), opened, *finder);
  }
  Printer printer{options, format, shown[0]};
  const auto take = [&](std::size_t, const EventBuffer& events) {
    printer.take(events);
    if (printer.is_over()) stop.flag().request();
  };
  const bool live = ::isatty(STDERR_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 0 && !options.quiet;
  const int signal = run_feeds(opened.channels, take, live, stop);
  return verdict(*opened.channels[0].feed, request.symbols, printer, signal);
}

}  // namespace tapedeck::tools
