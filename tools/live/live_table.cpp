#include "tools/live/live_table.hpp"

#include <array>
#include <cstdio>

#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/human_text.hpp"
#include "tools/cli/standard_streams.hpp"

namespace tapedeck::tools {
namespace {

// Builds one line from as many fields as fit in whole.
class Fields {
 public:
  explicit Fields(std::size_t columns) : columns_(columns) {}

  void add(const std::string& field) {
    full_ |= line_.size() + field.size() > columns_;
    if (!full_) line_ += field;
  }
  [[nodiscard]] std::string line() const { return line_; }

 private:
  std::size_t columns_;
  std::string line_;
  bool full_ = false;
};

std::string head_line(const pipeline::Report& report, std::size_t columns) {
  const pipeline::Progress& now = report.now;
  std::array<char, 32> seconds{};
  std::snprintf(
      seconds.data(), seconds.size(), "%7.1f s",
      static_cast<double>(report.since_start.value) / static_cast<double>(kNanosPerSecond));
  Fields fields{columns};
  fields.add(seconds.data());
  fields.add("  " + counted(now.applied, "event"));
  fields.add("  " + grouped(static_cast<u64>(report.events_per_s)) + "/s");
  fields.add("  live " + grouped(now.live_orders));
  fields.add("  lag " + grouped(report.in_queues));
  fields.add("  queue " + grouped(report.deepest));
  fields.add("  dropped " + grouped(now.dropped));
  return fields.line();
}

constexpr std::size_t kNameColumn = 12;
constexpr std::size_t kNumber = 11;

// On a narrow terminal the best prices come first, in columns without room to spare.
constexpr std::size_t kNarrow = 64;
constexpr std::size_t kNarrowName = 10;
constexpr std::size_t kNarrowNumber = 9;

std::string narrow_line(const std::array<std::string, 5>& cells, std::size_t columns) {
  Fields fields{columns};
  fields.add(left_aligned(cells[0], kNarrowName));
  fields.add(right_aligned(cells[1], kNarrowNumber));
  fields.add("  " + left_aligned(cells[2], kNarrowNumber));
  for (std::size_t i = 3; i < cells.size(); ++i) fields.add(right_aligned(cells[i], kNarrowNumber));
  return fields.line();
}

std::string title_line(std::size_t columns) {
  if (columns < kNarrow) return narrow_line({"", "bid", "ask", "last", "volume"}, columns);
  Fields fields{columns};
  fields.add(left_aligned("", kNameColumn));
  for (const char* title : {"bid qty", "bid"}) fields.add(right_aligned(title, kNumber));
  fields.add("   " + left_aligned("ask", kNumber));
  for (const char* title : {"ask qty", "last", "volume"}) fields.add(right_aligned(title, kNumber));
  return fields.line();
}

std::string book_line(const book::InstrumentView& view, bool with_venue, std::size_t columns) {
  std::string name = "  " + printable(view.name());
  if (with_venue) name += "@" + std::to_string(view.venue);
  const std::string volume = grouped(static_cast<u64>(view.volume.value));
  const bool is_doubtful = view.trust.reason != book::TrustReason::none;
  if (columns < kNarrow) {
    // A mark for what there is no room to say.
    return narrow_line(
        {name + (is_doubtful ? "!" : ""), price_for_people(view.bid.price),
         price_for_people(view.ask.price), price_for_people(view.last_price), volume},
        columns);
  }
  Fields fields{columns};
  fields.add(left_aligned(name, kNameColumn));
  fields.add(right_aligned(std::to_string(view.bid.quantity.value), kNumber));
  fields.add(right_aligned(price_for_people(view.bid.price), kNumber));
  fields.add("   " + left_aligned(price_for_people(view.ask.price), kNumber));
  fields.add(right_aligned(std::to_string(view.ask.quantity.value), kNumber));
  fields.add(right_aligned(price_for_people(view.last_price), kNumber));
  fields.add(right_aligned(volume, kNumber));
  if (is_doubtful) fields.add("  " + text_of(view.trust));
  return fields.line();
}

void print_lines(const std::vector<std::string>& lines, const char* before_each) {
  std::string text;
  for (const std::string& line : lines) text += before_each + line + "\n";
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace

std::vector<std::string> table_lines(const pipeline::Report& report, TerminalSize size) {
  std::vector<std::string> lines{head_line(report, size.columns)};
  constexpr std::size_t kHead = 3;  // two head lines, and the line of the cursor
  if (report.busiest.empty() || size.rows <= kHead) return lines;
  lines.push_back(title_line(size.columns));
  bool several_venues = false;
  for (const book::InstrumentView& view : report.busiest) several_venues |= view.venue != 0;
  for (const book::InstrumentView& view : report.busiest) {
    if (lines.size() + 1 >= size.rows) break;
    lines.push_back(book_line(view, several_venues, size.columns));
  }
  return lines;
}

void print_table(const pipeline::Report& report) {
  constexpr std::size_t kUnlimited = 1000;
  print_lines(table_lines(report, {kUnlimited, kUnlimited}), "");
}

void LiveTable::draw(const pipeline::Report& report) {
  TerminalSize size = terminal_size();
  --size.columns;  // a full line would wrap on some terminals
  const std::vector<std::string> lines = table_lines(report, size);
  clear();
  print_lines(lines, "\x1b[K");
  drawn_ = lines.size();
}

void LiveTable::clear() {
  if (drawn_ > 0) std::fprintf(stderr, "\r\x1b[%zuA\x1b[J", drawn_);
  std::fflush(stderr);
  drawn_ = 0;
}

}  // namespace tapedeck::tools
