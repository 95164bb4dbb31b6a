#include "tools/live/live_table.hpp"

#include <algorithm>

#include <unistd.h>

#include "engine/core/bytes.hpp"
#include "engine/output/write_all.hpp"
#include "tools/cli/display_width.hpp"
#include "tools/cli/standard_streams.hpp"

namespace tapedeck::tools {
namespace {

// A terminal that has gone away gets no more frames, and the run goes on.
void write_out(const std::string& text) {
  (void)output::write_all(STDERR_FILENO, as_bytes_of(text));
}

}  // namespace

void print_table(const pipeline::Report& report, const LiveContext& context) {
  constexpr std::size_t kUnlimited = 1000;
  std::string text;
  for (const FrameLine& line : frame_of(model_of(report, context, {}), {kUnlimited, kUnlimited})) {
    text += text_of(line, false) + "\n";
  }
  write_out(text);
}

std::string codes_to_first_line(const std::vector<std::size_t>& widths, std::size_t columns) {
  std::size_t lines = 0;
  for (const std::size_t width : widths) {
    lines += std::max<std::size_t>(1, (width + columns - 1) / std::max<std::size_t>(columns, 1));
  }
  return lines == 0 ? "" : "\r\x1b[" + std::to_string(lines) + "A";
}

void LiveTable::draw(const pipeline::Report& report) {
  const TerminalSize size = terminal_size();
  // A full line would wrap on some terminals.
  const TerminalSize room{size.columns - 1, size.rows};
  std::string text = codes_to_first_line(widths_, size.columns);
  widths_.clear();
  for (const FrameLine& line : frame_of(model_of(report, context_, shown_), room)) {
    widths_.push_back(display_width(text_of(line, false)));
    text += text_of(line, colour_) + "\x1b[K\n";
  }
  write_out(text + "\x1b[J");
  shown_ = BestPrices{report};
}

void LiveTable::clear() {
  if (!widths_.empty()) {
    write_out(codes_to_first_line(widths_, terminal_size().columns) + "\x1b[J");
  }
  widths_.clear();
}

}  // namespace tapedeck::tools
