#include "tools/live_table.hpp"

#include <array>
#include <cstdio>

#include "engine/core/text.hpp"
#include "tools/output.hpp"

namespace tapedeck::tools {
namespace {

std::string head_line(const pipeline::Report& report) {
  const pipeline::Progress& now = report.now;
  const double seconds =
      static_cast<double>(report.since_start.value) / static_cast<double>(kNanosPerSecond);
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(),
                "%7.1f s  %s events  %s/s  lag %s  queue %llu  orders live %s  dropped %s", seconds,
                grouped(now.applied).c_str(),
                grouped(static_cast<u64>(report.events_per_s)).c_str(),
                grouped(report.in_queues).c_str(), static_cast<unsigned long long>(report.deepest),
                grouped(now.live_orders).c_str(), grouped(now.dropped).c_str());
  return text.data();
}

std::string book_line(const pipeline::BookTop& top, bool with_venue) {
  std::string name = printable(top.define.name());
  if (with_venue) name += "@" + std::to_string(top.venue);
  std::array<char, 256> text{};
  std::snprintf(
      text.data(), text.size(), "  %-10s %10lld %10s   %-10s %10lld %10s %14s%s%s", name.c_str(),
      static_cast<long long>(top.bid_quantity.value), price_for_people(top.bid).c_str(),
      price_for_people(top.ask).c_str(), static_cast<long long>(top.ask_quantity.value),
      price_for_people(top.last_price).c_str(), grouped(static_cast<u64>(top.volume.value)).c_str(),
      top.stale ? "  STALE" : "", top.suspect ? "  suspect" : "");
  return text.data();
}

void print_lines(const std::vector<std::string>& lines, const char* before_each) {
  std::string text;
  for (const std::string& line : lines) text += before_each + line + "\n";
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

}  // namespace

std::vector<std::string> table_lines(const pipeline::Report& report, std::size_t columns) {
  std::vector<std::string> lines{head_line(report)};
  if (!report.tops.empty()) {
    std::array<char, 128> text{};
    std::snprintf(text.data(), text.size(), "  %-10s %10s %10s   %-10s %10s %10s %14s", "",
                  "bid qty", "bid", "ask", "ask qty", "last", "volume");
    lines.emplace_back(text.data());
  }
  bool several_venues = false;
  for (const pipeline::BookTop& top : report.tops) several_venues |= top.venue != 0;
  for (const pipeline::BookTop& top : report.tops) lines.push_back(book_line(top, several_venues));
  for (std::string& line : lines) line.resize(std::min(line.size(), columns));
  return lines;
}

void print_table(const pipeline::Report& report) {
  constexpr std::size_t kUnlimited = 1000;
  print_lines(table_lines(report, kUnlimited), "");
}

void LiveTable::draw(const pipeline::Report& report) {
  const std::vector<std::string> lines = table_lines(report, terminal_columns() - 1);
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
