// Time zones: how far a zone's clocks are ahead of UTC, and which moments a wall clock means.
//
// Values without global state, unlike the C library's zone. Any thread may use them. A zone comes
// from a fixed offset, from the rules of US exchanges in this file, or from the content of a file
// of the system's database, so that the time zone database may be missing.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/core/types.hpp"

namespace tapedeck {

/// A yearly rule for daylight saving time, as the POSIX variable TZ has it: EST5EDT,M3.2.0,M11.1.0.
struct YearlyRule {
  enum class Day : u8 {
    of_month,         // Mm.w.d: weekday d of week w (5: the last) of month m
    of_year,          // n: from 0, February 29 counts
    without_leap_day  // Jn: from 1, February 29 never counts
  };
  struct Change {
    Day kind = Day::of_month;
    u32 month = 0, week = 0, day = 0;
    i64 time = 7'200;  // seconds since midnight on the wall clock before the change
  };
  i64 standard = 0, daylight = 0;  // seconds ahead of UTC; the same: no daylight saving time
  Change begins, ends;
};

class TimeZone {
 public:
  [[nodiscard]] static TimeZone utc() { return fixed(0); }
  /// Returns the zone of US exchanges, "US Eastern". Daylight saving time follows the Energy Policy
  /// Act of 2005 from 2007 on, and the rules of 1986 before that.
  [[nodiscard]] static TimeZone us_eastern();
  /// Returns a zone whose clocks are `seconds` ahead of UTC, less than a day: "UTC", "+02:00".
  [[nodiscard]] static TimeZone fixed(i64 seconds);
  /// Reads the content of a TZif file of version 1 to 4 (RFC 8536). Returns empty for content that
  /// is not such a file.
  [[nodiscard]] static std::optional<TimeZone> from_tzif(std::string name, Bytes content);

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Returns true if the clocks always show UTC, whatever the zone's name.
  [[nodiscard]] bool is_utc() const;
  /// Returns how many seconds the clocks are ahead of UTC at a moment.
  [[nodiscard]] i64 seconds_ahead(Nanos moment) const;
  /// Returns what the clocks show at a moment, as if it were a time in UTC. A moment near the ends
  /// of the representable range is returned unchanged.
  [[nodiscard]] Nanos wall_clock(Nanos moment) const;
  /// Returns the moments at which the clocks show `wall`, the earliest first: usually one; none
  /// where the clocks skip it, two where they repeat it.
  [[nodiscard]] std::vector<Nanos> moments_of(Nanos wall) const;

  friend bool operator==(const TimeZone& a, const TimeZone& b) { return a.name_ == b.name_; }

 private:
  struct Change {
    i64 second;  // since 1970, UTC
    i64 ahead;   // from then on
  };

  explicit TimeZone(std::string name) : name_(std::move(name)) {}

  std::string name_;
  i64 before_ = 0;                  // seconds ahead of UTC before the first change
  std::vector<Change> changes_;     // by their times
  std::optional<YearlyRule> rule_;  // after the last change
};

/// Parses "EST5EDT,M3.2.0,M11.1.0", "UTC0" or "<+03>-3". Returns empty for any other text.
[[nodiscard]] std::optional<YearlyRule> parse_yearly_rule(std::string_view text);

/// Parses an offset from UTC: "Z", "+02:00", "-0530" or "+2", less than a day. Returns seconds
/// ahead of UTC; empty for any other text.
[[nodiscard]] std::optional<i64> parse_utc_offset(std::string_view text);
/// Returns a text like "+02:00" or "-04:00"; seconds only if there are any: "-04:56:02".
[[nodiscard]] std::string utc_offset_text(i64 seconds);

}  // namespace tapedeck
