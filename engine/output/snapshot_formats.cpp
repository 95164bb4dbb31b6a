#include "engine/output/snapshot_formats.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "engine/core/calendar.hpp"

namespace tapedeck::output {

std::vector<std::string_view> flags_of(const book::InstrumentView& view) {
  std::vector<std::string_view> flags;
  if (view.halted) flags.emplace_back("halted");
  if (view.crossed) flags.emplace_back("crossed");
  // Said by the state too; the flag stays until version 1.0.
  if (view.trust.state == book::TrustState::suspect) flags.emplace_back("suspect");
  return flags;
}

std::string joined_flags(const book::InstrumentView& view) {
  std::string flags;
  for (const std::string_view flag : flags_of(view)) {
    flags.append(flags.empty() ? "" : "|").append(flag);
  }
  return flags;
}

book::Level level_of(const std::vector<book::Level>& side, u32 depth) {
  return depth < side.size() ? side[depth] : book::Level{};
}

std::string time_in_rows(Nanos time, const SnapshotShape& shape) {
  return shape.has_dates ? iso_time(time) : time_of_day_text(time);
}

std::string number(double value) {
  if (!std::isfinite(value)) return {};
  // Writes whole numbers as people write them, because to_chars would write 1e+05.
  constexpr double kAllWhole = 9'007'199'254'740'992;  // 2^53
  if (std::abs(value) < kAllWhole && value == std::trunc(value)) {
    return std::to_string(static_cast<i64>(value));
  }
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end};
}

}  // namespace tapedeck::output
