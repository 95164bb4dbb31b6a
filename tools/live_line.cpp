#include "tools/live_line.hpp"

#include <array>
#include <cstdio>

#include "engine/core/text.hpp"
#include "tools/output.hpp"

namespace tapedeck::tools {
std::string live_text(const pipeline::Report& report, std::size_t columns) {
  const pipeline::Progress& now = report.now;
  std::array<char, 256> part{};
  std::string text;
  if (now.raw_bytes_total > 0) {
    std::snprintf(
        part.data(), part.size(), "%3.0f %%  ",
        100.0 * static_cast<double>(now.raw_bytes_read) / static_cast<double>(now.raw_bytes_total));
    text += part.data();
  }
  std::snprintf(part.data(), part.size(),
                "%s messages  %.2f M/s in  %.2f M/s applied  lag %s  queue %llu  dropped %s",
                grouped(now.messages).c_str(), report.messages_per_s / 1e6,
                report.events_per_s / 1e6, grouped(report.in_queues).c_str(),
                static_cast<unsigned long long>(report.deepest), grouped(now.dropped).c_str());
  text += part.data();
  if (!report.tops.empty()) {
    const pipeline::BookTop& top = report.tops.front();
    const std::string symbol = printable(top.define.name());
    text += "  " + symbol + " " + decimal(top.bid) + "/" + decimal(top.ask);
  }
  if (text.size() > columns) text.resize(columns);
  return text;
}

void draw_live_line(const pipeline::Report& report) {
  const std::string text = live_text(report, terminal_columns() - 1);
  std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
  std::fflush(stderr);
}

void clear_live_line() {
  std::fprintf(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

}  // namespace tapedeck::tools
