// Determines the midnights of files whose times count from one. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/calendar.hpp"
#include "feeds/tape/format.hpp"

namespace tapedeck::feeds {

class Days {
 public:
  /// `given`: overrides the dates in the files' names.
  explicit Days(std::optional<Date> given) : given_(given) {}

  /// Returns the midnight of the date in the file's name; 0 if there is none. Warns of a name that
  /// has a day without a year. This function and the next two throw PathError if some inputs have a
  /// date and others have none.
  [[nodiscard]] Nanos midnight_of(const std::string& path);
  /// Notes an input that carries the dates of its times. `first`: its first date, if known
  /// beforehand.
  void note_dated(const std::string& path, std::optional<Date> first);
  /// Notes an input whose times count from midnight of an unknown day.
  void note_undated(const std::string& path);
  /// Notes a recording, which has the midnight of its times in its header unless it is undated. For
  /// an undated one, returns the midnight to count from.
  [[nodiscard]] Nanos note_recorded(const std::string& path, const tape::FileHeader& recorded);
  /// Notes when a file that carries its own dates starts, and derives the midnight that its times
  /// would count from in a format without dates.
  void note_start(Nanos start);
  /// Returns the midnight of the first file noted since the last call; 0: none.
  [[nodiscard]] Nanos take_first();
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
  [[nodiscard]] bool undated() const { return !without_date_.empty(); }

 private:
  void refuse_mixture() const;

  std::optional<Date> given_;
  std::optional<Nanos> first_;
  std::string with_date_, without_date_;
  std::vector<std::string> warnings_;
};

}  // namespace tapedeck::feeds
