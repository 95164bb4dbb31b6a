#include "tools/live/live_columns.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "tools/cli/display_width.hpp"

namespace tapedeck::tools {
namespace {

// Least widths, so that columns seldom move from one frame to the next.
constexpr std::size_t kName = 8, kPrice = 8, kQuantity = 8, kVolume = 11, kValue = 9;
constexpr std::size_t kWidestGap = 3;
constexpr const char* kDoubtMark = "!";

// Both triangles are one column wide in every terminal, unlike the larger ones and arrows.
constexpr const char* kUp = "\u25B4";
constexpr const char* kDown = "\u25BE";

}  // namespace

std::string_view cut_mark_of(bool unicode) {
  return unicode ? "\u2026" : "~";
}

LiveColumns::LiveColumns(std::span<const LiveRow> rows, const std::vector<std::string>& value_names,
                         bool unicode, bool titled, std::size_t columns)
    : rows_(rows),
      value_names_(value_names),
      unicode_(unicode),
      titled_(titled),
      columns_(columns) {
  choose();
}

bool LiveColumns::shows_moves(Kind kind) const {
  return with_moves_ && (kind == Kind::bid || kind == Kind::ask);
}

bool LiveColumns::has_doubt() const {
  return std::ranges::any_of(rows_, [](const LiveRow& row) { return !row.state.empty(); });
}

std::string LiveColumns::cell(const LiveRow& row, const Column& column) const {
  switch (column.kind) {
    case Kind::name:
      return row.name + (doubt_in_name_ && !row.state.empty() ? kDoubtMark : "");
    case Kind::bid_quantity:
      return row.bid_quantity;
    case Kind::bid:
      return row.bid;
    case Kind::ask:
      return row.ask;
    case Kind::ask_quantity:
      return row.ask_quantity;
    case Kind::last:
      return row.last;
    case Kind::volume:
      return row.volume;
    case Kind::value:
      return column.value < row.values.size() ? row.values[column.value] : "-";
    case Kind::state:
      return with_reasons_ ? row.state_with_reason : row.state;
  }
  return {};
}

std::string LiveColumns::title_of(const Column& column) const {
  switch (column.kind) {
    case Kind::name:
    case Kind::state:
      return {};
    case Kind::bid_quantity:
      return "bid qty";
    case Kind::bid:
      return "bid";
    case Kind::ask:
      return "ask";
    case Kind::ask_quantity:
      return "ask qty";
    case Kind::last:
      return "last";
    case Kind::volume:
      return "volume";
    case Kind::value:
      return value_names_[column.value];
  }
  return {};
}

std::size_t LiveColumns::width_of(const Column& column, std::size_t least) const {
  std::size_t width = std::max(least, titled_ ? display_width(title_of(column)) : 0);
  for (const LiveRow& row : rows_) width = std::max(width, display_width(cell(row, column)));
  return width + (shows_moves(column.kind) ? 1 : 0);
}

std::size_t LiveColumns::width() const {
  std::size_t sum = 0;
  for (const Column& column : chosen_) sum += column.width + gap_;
  return sum - (chosen_.empty() ? 0 : gap_);
}

std::size_t LiveColumns::least_width_of(Kind kind) {
  switch (kind) {
    case Kind::name:
      return kName;
    case Kind::bid:
    case Kind::ask:
    case Kind::last:
      return kPrice;
    case Kind::volume:
      return kVolume;
    case Kind::value:
      return kValue;
    case Kind::state:
      return 0;
    case Kind::bid_quantity:
    case Kind::ask_quantity:
      return kQuantity;
  }
  return 0;
}

// Adds a column in its place if it fits.
bool LiveColumns::add(Kind kind, std::size_t value) {
  Column column{kind, value, 0};
  column.width = width_of(column, least_width_of(kind));
  const auto at = std::ranges::upper_bound(chosen_, kind, {}, &Column::kind);
  const auto added = chosen_.insert(at, column);
  if (width() <= columns_) return true;
  chosen_.erase(added);
  return false;
}

void LiveColumns::choose() {
  const bool doubt = has_doubt();
  if (!add(Kind::name) || !add(Kind::bid) || !add(Kind::ask) || (doubt && !add(Kind::state))) {
    return choose_least();
  }
  for (const Kind kind : {Kind::last, Kind::volume}) {
    if (!add(kind)) return;
  }
  if (!add(Kind::bid_quantity)) return;
  if (!add(Kind::ask_quantity)) {
    std::erase_if(chosen_, [](const Column& column) { return column.kind == Kind::bid_quantity; });
    return;
  }
  if (doubt) {
    chosen_.pop_back();
    with_reasons_ = true;
    if (!add(Kind::state)) {
      with_reasons_ = false;
      return (void)add(Kind::state);
    }
  }
  for (std::size_t value = 0; value < value_names_.size(); ++value) {
    if (!add(Kind::value, value)) break;
  }
  while (gap_ < kWidestGap && width() + chosen_.size() - 1 <= columns_) ++gap_;
}

// Without room to spare: narrower columns, then no marks, then a mark for the states, then a
// shorter name, and at last fewer prices.
void LiveColumns::choose_least() {
  const auto fits = [&](std::initializer_list<Kind> kinds) {
    chosen_.clear();
    for (const Kind kind : kinds) {
      Column column{kind, 0, 0};
      column.width = width_of(column, 0);
      chosen_.push_back(column);
    }
    return width() <= columns_;
  };
  const bool doubt = has_doubt();
  if (doubt && fits({Kind::name, Kind::bid, Kind::ask, Kind::state})) return;
  doubt_in_name_ = doubt;
  if (fits({Kind::name, Kind::bid, Kind::ask})) return;
  with_moves_ = false;
  constexpr std::size_t kLeastName = 4;
  const auto fits_with_shorter_name = [&] {
    Column& name = chosen_.front();
    const std::size_t others = width() - name.width;
    if (others + std::min(kLeastName, name.width) > columns_) return false;
    name.width = std::min(name.width, columns_ - others);
    return true;
  };
  if (fits({Kind::name, Kind::bid, Kind::ask}) || fits_with_shorter_name()) return;
  if (fits({Kind::name, Kind::bid}) || fits_with_shorter_name()) return;
  chosen_.resize(1);
  chosen_.front().width = std::min(chosen_.front().width, columns_);
}

Move LiveColumns::move(const LiveRow& row, const Column& column) const {
  if (!shows_moves(column.kind)) return Move::none;
  return column.kind == Kind::bid ? row.bid_move : row.ask_move;
}

std::string LiveColumns::aligned(const std::string& text, const Column& column) const {
  const std::size_t width = column.width - (shows_moves(column.kind) ? 1 : 0);
  const bool is_text = column.kind == Kind::name || column.kind == Kind::state;
  if (!is_text) return padded_left(text, width);
  if (column.kind != Kind::name || display_width(text) <= width) return padded_right(text, width);
  // The mark of a state stays behind a name that is cut.
  const bool is_marked = doubt_in_name_ && text.ends_with(kDoubtMark);
  const std::string mark = std::string{cut_mark_of(unicode_)} + (is_marked ? kDoubtMark : "");
  return padded_right(cut_at_end(text, width, mark), width);
}

// Joins the cells of a line, without blanks at its end.
FrameLine LiveColumns::joined(std::vector<LinePiece> cells) const {
  FrameLine line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line.push_back({std::string(gap_, ' ')});
    line.push_back(std::move(cells[i]));
  }
  while (!line.empty()) {
    std::string& text = line.back().text;
    text.erase(text.find_last_not_of(' ') + 1);
    if (!text.empty()) break;
    line.pop_back();
  }
  return line;
}

FrameLine LiveColumns::title() const {
  std::vector<LinePiece> cells;
  for (const Column& column : chosen_) {
    const std::string blank = shows_moves(column.kind) ? " " : "";
    cells.push_back({aligned(title_of(column), column) + blank, Tone::soft});
  }
  return joined(std::move(cells));
}

FrameLine LiveColumns::line(std::size_t row_number) const {
  const LiveRow& row = rows_[row_number];
  const char* const up = unicode_ ? kUp : "^";
  const char* const down = unicode_ ? kDown : "v";
  std::vector<LinePiece> cells;
  for (const Column& column : chosen_) {
    const bool is_of_state = column.kind == Kind::name || column.kind == Kind::state;
    LinePiece piece{aligned(cell(row, column), column),
                    is_of_state && !row.state.empty() ? Tone::doubt : Tone::plain};
    if (shows_moves(column.kind)) {
      const Move moved = move(row, column);
      piece.text += moved == Move::up ? up : moved == Move::down ? down : " ";
      if (moved != Move::none) piece.tone = moved == Move::up ? Tone::rise : Tone::fall;
    }
    cells.push_back(std::move(piece));
  }
  return joined(std::move(cells));
}

}  // namespace tapedeck::tools
