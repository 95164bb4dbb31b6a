// Lays out the live table for a terminal of any size: head lines, a line per instrument, and how
// many instruments are not shown. Pure functions.
//
// A line is never wider than the terminal. What a narrow terminal leaves out goes in this order:
// the values of strategies, quantities, volume, the last price. The symbol, both best prices and a
// state that is not in order remain. A number is shown whole or not at all.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "engine/core/types.hpp"
#include "tools/cli/standard_streams.hpp"

namespace tapedeck::tools {

/// How a best price has moved since the last frame.
enum class Move : u8 { none, up, down };

/// One instrument. The texts have no control characters.
struct LiveRow {
  std::string name;
  std::string bid, ask, bid_quantity, ask_quantity, last, volume;
  Move bid_move = Move::none, ask_move = Move::none;
  std::string state, state_with_reason;  // empty: all is in order
  std::vector<std::string> values;       // in the order of LiveModel::value_names
};

/// What the table says, apart from the terminal's size.
struct LiveModel {
  std::array<std::string, 3> times;  // the market's time, from long to short; empty: not known
  std::vector<std::string> facts;    // of the head lines, the most important first
  std::string source;                // the name of the input, which may be cut; may be empty
  std::vector<std::string> value_names;
  std::vector<LiveRow> rows;  // the most important first
  u64 instruments = 0;        // of the engine: at least as many as there are rows
  bool unicode = false;       // the terminal shows UTF-8
};

/// What a piece of a line means, for its colour.
enum class Tone : u8 { plain, soft, rise, fall, doubt };
struct LinePiece {
  std::string text;
  Tone tone = Tone::plain;
};
using FrameLine = std::vector<LinePiece>;

/// Returns at most `size.rows` - 1 lines, each at most `size.columns` wide as a terminal shows it.
[[nodiscard]] std::vector<FrameLine> frame_of(const LiveModel& model, TerminalSize size);

/// Returns a line's text, with the terminal's codes for colours if `colour` is set. After the text,
/// colours are as they were before.
[[nodiscard]] std::string text_of(const FrameLine& line, bool colour);

}  // namespace tapedeck::tools
