#include "tools/live/live_line.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/display_width.hpp"
#include "tools/cli/human_text.hpp"
#include "tools/cli/standard_streams.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::size_t kBar = 20;  // wide enough to show progress, with room for the rest

double seconds(Nanos time) {
  return static_cast<double>(time.value) / static_cast<double>(kNanosPerSecond);
}

// "[#####               ]  25 %"
std::string bar_text(double share, std::size_t width = kBar) {
  const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
  std::array<char, 16> percent{};
  std::snprintf(percent.data(), percent.size(), "%3.0f %%", 100.0 * share);
  return "[" + std::string(full, '#') + std::string(width - full, ' ') + "] " + percent.data();
}

}  // namespace

std::string time_left_text(Nanos elapsed, double share) {
  const auto all = static_cast<u64>(std::llround(seconds(elapsed) * (1.0 - share) / share));
  std::array<char, 48> text{};
  if (all < 60) {
    std::snprintf(text.data(), text.size(), "%llu s left", static_cast<unsigned long long>(all));
  } else if (all < 3600) {
    std::snprintf(text.data(), text.size(), "%llu min %02llu s left",
                  static_cast<unsigned long long>(all / 60),
                  static_cast<unsigned long long>(all % 60));
  } else {
    std::snprintf(text.data(), text.size(), "%llu h %02llu min left",
                  static_cast<unsigned long long>(all / 3600),
                  static_cast<unsigned long long>(all / 60 % 60));
  }
  return text.data();
}

std::string progress_text(const FileProgress& p) {
  const double elapsed = seconds(p.since_start);
  const double bytes_per_s = elapsed > 0 ? static_cast<double>(p.bytes_read) / elapsed : 0;
  std::array<char, 96> rate{};
  std::snprintf(rate.data(), rate.size(), "%s messages  %.2f M/s", grouped(p.messages).c_str(),
                p.messages_per_s / 1e6);
  const std::string read = bytes_for_people(p.bytes_read);
  const std::string speed = bytes_for_people(static_cast<u64>(bytes_per_s)) + "/s";
  if (p.bytes_total == 0) return read + "  " + speed + "  " + rate.data();
  const double share =
      std::min(1.0, static_cast<double>(p.bytes_read) / static_cast<double>(p.bytes_total));
  // The most wanted values come first, because a narrow terminal cuts off the end.
  const std::string left = p.bytes_read == 0 ? "" : "  " + time_left_text(p.since_start, share);
  return bar_text(share) + left + "  " + read + " of " + bytes_for_people(p.bytes_total) + "  " +
         speed + "  " + rate.data();
}

// A terminal of 80 columns shows all but the end; with failures, the time left is cut off.
std::string files_progress_text(const FilesProgress& p) {
  constexpr std::size_t kShortBar = 10;
  const double elapsed = seconds(p.read.since_start);
  const double share = p.read.bytes_total == 0
                           ? 0
                           : std::min(1.0, static_cast<double>(p.read.bytes_read) /
                                               static_cast<double>(p.read.bytes_total));
  const double bytes_per_s = elapsed > 0 ? static_cast<double>(p.read.bytes_read) / elapsed : 0;
  std::string text =
      bar_text(share, kShortBar) + "  " + std::to_string(p.done) + "/" + counted(p.files, "file");
  if (p.failed > 0) text += ", " + std::to_string(p.failed) + " failed";
  text +=
      "  " + bytes_for_people(p.read.bytes_read) + " of " + bytes_for_people(p.read.bytes_total);
  text += "  " + bytes_for_people(static_cast<u64>(bytes_per_s)) + "/s";
  if (share > 0) text += "  " + time_left_text(p.read.since_start, share);
  return text;
}

std::string live_text(const pipeline::Report& report, std::size_t columns) {
  const pipeline::Progress& now = report.now;
  std::string text = progress_text({.bytes_read = now.raw_bytes_read,
                                    .bytes_total = now.raw_bytes_total,
                                    .messages = now.messages,
                                    .messages_per_s = report.messages_per_s,
                                    .since_start = report.since_start});
  text += "  lag " + grouped(report.in_queues) + "  queue " + std::to_string(report.deepest) +
          "  dropped " + grouped(now.dropped);
  if (!report.busiest.empty()) {
    const book::InstrumentView& view = report.busiest.front();
    text += "  " + printable(view.name()) + " " + decimal(view.bid.price) + "/" +
            decimal(view.ask.price);
  }
  if (text.size() > columns) text.resize(columns);
  return text;
}

void draw_text(const std::string& text) {
  if (!is_in_foreground()) return;
  const std::string_view shown = beginning_of(text, terminal_size().columns - 1);
  std::fprintf(stderr, "\r\x1b[K%.*s", static_cast<int>(shown.size()), shown.data());
  std::fflush(stderr);
}

void draw_live_line(const pipeline::Report& report) {
  draw_text(live_text(report, terminal_size().columns - 1));
}

void draw_progress(const FileProgress& progress) {
  draw_text(progress_text(progress));
}

void clear_live_line() {
  if (!is_in_foreground()) return;
  std::fprintf(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

}  // namespace tapedeck::tools
