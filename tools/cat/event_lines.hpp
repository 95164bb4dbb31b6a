// Formats events as lines that a person can read: time of day, message, symbol, kind, what
// happened.
//
// A line that begins with # tells the day and the zone, before the first event and where the day
// changes. Text from the wire is made printable. One thread. Memory grows with the instruments.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/core/event.hpp"
#include "tools/cli/shown_time.hpp"

namespace tapedeck::tools {

class EventLines {
 public:
  explicit EventLines(ShownTimes shown) : shown_(std::move(shown)) {}

  /// Appends the event's line, behind a line with the day if that has changed.
  void add(const Event& event);
  /// Notes the symbol of a `define` event that gets no line. Ignores other events.
  void learn(const Event& event);
  [[nodiscard]] Bytes bytes() const { return as_bytes_of(text_); }
  /// Removes the lines, but keeps the symbols of the instruments.
  void clear() { text_.clear(); }

 private:
  void add_time(Nanos time);
  void add_decimals(i64 nanos);
  void add_day(const std::string& day);
  void add_aligned(std::string_view text, std::size_t size);
  [[nodiscard]] std::string_view symbol_of(Instrument instrument) const;

  ShownTimes shown_;
  std::string text_;
  std::string day_;                   // of the newest line with a day; empty: none so far
  std::optional<i64> second_;         // of the newest time, which most events share
  std::string clock_;                 // the text of that second: "09:30:00."
  std::vector<std::string> symbols_;  // by instrument, printable
};

}  // namespace tapedeck::tools
