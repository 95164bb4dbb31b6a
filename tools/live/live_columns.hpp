// The columns of the live table: which of them a terminal has room for, and how wide they are.
// Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/live/live_frame.hpp"

namespace tapedeck::tools {

/// Returns the mark for text that was cut.
[[nodiscard]] std::string_view cut_mark_of(bool unicode);

class LiveColumns {
 public:
  /// Chooses the columns for `rows`, which must outlive this object, and a terminal of this many
  /// `columns`. `titled`: the columns must be wide enough for their titles.
  LiveColumns(std::span<const LiveRow> rows, const std::vector<std::string>& value_names,
              bool unicode, bool titled, std::size_t columns);

  [[nodiscard]] FrameLine title() const;
  [[nodiscard]] FrameLine line(std::size_t row) const;

 private:
  enum class Kind : u8 { name, bid_quantity, bid, ask, ask_quantity, last, volume, value, state };
  struct Column {
    Kind kind;
    std::size_t value = 0;  // for Kind::value: its number
    std::size_t width = 0;
  };

  [[nodiscard]] static std::size_t least_width_of(Kind kind);
  void choose();
  void choose_least();
  [[nodiscard]] bool add(Kind kind, std::size_t value = 0);
  [[nodiscard]] bool has_doubt() const;
  [[nodiscard]] std::string cell(const LiveRow& row, const Column& column) const;
  [[nodiscard]] Move move(const LiveRow& row, const Column& column) const;
  [[nodiscard]] std::string title_of(const Column& column) const;
  [[nodiscard]] std::size_t width_of(const Column& column, std::size_t least) const;
  [[nodiscard]] bool shows_moves(Kind kind) const;
  [[nodiscard]] std::string aligned(const std::string& text, const Column& column) const;
  [[nodiscard]] std::size_t width() const;
  [[nodiscard]] FrameLine joined(std::vector<LinePiece> cells) const;

  std::span<const LiveRow> rows_;
  const std::vector<std::string>& value_names_;
  bool unicode_, titled_;
  std::size_t columns_;         // of the terminal
  std::vector<Column> chosen_;  // in the order of their kinds
  bool with_reasons_ = false;   // the states have their reasons
  bool doubt_in_name_ = false;  // a mark behind the name stands for a state
  bool with_moves_ = true;
  std::size_t gap_ = 1;
};

}  // namespace tapedeck::tools
