#include "tools/live/live_frame.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "engine/core/units.hpp"
#include "tools/cli/display_width.hpp"
#include "tools/live/live_columns.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::string_view kBetweenFacts = "  ";

// Packs texts into lines, in their order.
class HeadLines {
 public:
  HeadLines(std::size_t columns, std::size_t most) : columns_(columns), most_(most) {}

  // Begins another line if the text does not fit. Text that fits no line is cut, and text without a
  // line is left out.
  void add(const std::string& text, std::string_view cut_mark) {
    const std::size_t width = display_width(text);
    if (!lines_.empty() && width_ + kBetweenFacts.size() + width <= columns_) {
      lines_.back() += std::string{kBetweenFacts} + text;
      width_ += kBetweenFacts.size() + width;
    } else if (lines_.size() < most_) {
      lines_.push_back(cut_at_end(text, columns_, cut_mark));
      width_ = display_width(lines_.back());
    }
  }
  // Adds the end of a text to the last line, if enough of it fits there.
  void add_end_of(const std::string& text, std::string_view cut_mark) {
    constexpr std::size_t kLeast = 10;  // less of a name is not worth its room
    const std::size_t used = width_ + kBetweenFacts.size();
    if (lines_.empty() || text.empty() || used + kLeast > columns_) return;
    lines_.back() += std::string{kBetweenFacts} + cut_at_beginning(text, columns_ - used, cut_mark);
    width_ = display_width(lines_.back());
  }
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::size_t columns_, most_;
  std::vector<std::string> lines_;
  std::size_t width_ = 0;  // of the last line
};

// The longest form of the time beside which the first fact fits.
std::string time_beside(const LiveModel& model, std::size_t columns) {
  const std::size_t fact = model.facts.empty() ? 0 : display_width(model.facts.front());
  for (const std::string& time : model.times) {
    if (display_width(time) + kBetweenFacts.size() + fact <= columns) return time;
  }
  return model.times.back();
}

std::vector<std::string> head_lines(const LiveModel& model, std::size_t columns, std::size_t most) {
  const std::string_view mark = cut_mark_of(model.unicode);
  HeadLines head{columns, most};
  if (const std::string time = time_beside(model, columns); !time.empty()) head.add(time, mark);
  for (const std::string& fact : model.facts) head.add(fact, mark);
  head.add_end_of(model.source, mark);
  return head.lines();
}

// How the lines of a terminal are shared out.
struct Heights {
  std::size_t head = 0, title = 0, rows = 0, rest = 0;
};

// Of few lines, the first is the head, the second an instrument, the third says how many are not
// shown. The titles come next, then more of the head.
Heights heights_of(const LiveModel& model, std::size_t columns, std::size_t lines) {
  constexpr std::size_t kWithTitle = 4, kWithTwo = 6, kWithThree = 10;
  Heights heights;
  if (lines == 0) return heights;
  const std::size_t most = lines >= kWithThree ? 3 : lines >= kWithTwo ? 2 : 1;
  heights.head = std::max<std::size_t>(head_lines(model, columns, most).size(), 1);
  if (model.rows.empty()) return heights;
  heights.title = lines >= kWithTitle ? 1 : 0;
  const std::size_t room = lines - std::min(lines, heights.head + heights.title);
  heights.rows = std::min(room, model.rows.size());
  if (heights.rows == model.instruments || room < 2) return heights;
  heights.rest = 1;
  heights.rows = std::min(room - 1, model.rows.size());
  return heights;
}

std::string_view codes_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return {};
    case Tone::soft:
      return "\x1b[2m";
    case Tone::rise:
      return "\x1b[32m";
    case Tone::fall:
      return "\x1b[31m";
    case Tone::doubt:
      return "\x1b[33m";
  }
  return {};
}

}  // namespace

std::vector<FrameLine> frame_of(const LiveModel& model, TerminalSize size) {
  const std::size_t lines = size.rows == 0 ? 0 : size.rows - 1;
  const Heights heights = heights_of(model, size.columns, lines);
  std::vector<FrameLine> frame;
  for (std::string& line : head_lines(model, size.columns, heights.head)) {
    frame.push_back({{std::move(line)}});
  }
  if (heights.rows == 0) return frame;
  const std::span<const LiveRow> rows{model.rows.data(), heights.rows};
  const LiveColumns columns{rows, model.value_names, model.unicode, heights.title > 0,
                            size.columns};
  if (heights.title > 0) frame.push_back(columns.title());
  for (std::size_t row = 0; row < rows.size(); ++row) frame.push_back(columns.line(row));
  if (heights.rest > 0) {
    const u64 left = model.instruments - heights.rows;
    const std::string rest = "and " + counted(left, "more instrument");
    frame.push_back({{cut_at_end(rest, size.columns, cut_mark_of(model.unicode)), Tone::soft}});
  }
  return frame;
}

std::string text_of(const FrameLine& line, bool colour) {
  std::string text;
  for (const LinePiece& piece : line) {
    const std::string_view codes = colour ? codes_of(piece.tone) : std::string_view{};
    text += std::string{codes} + piece.text + (codes.empty() ? "" : "\x1b[0m");
  }
  return text;
}

}  // namespace tapedeck::tools
