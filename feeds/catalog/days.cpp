#include "feeds/catalog/days.hpp"

#include <chrono>
#include <filesystem>
#include <utility>

#include "engine/core/error.hpp"

namespace tapedeck::feeds {

Nanos Days::midnight_of(const std::string& path) {
  const std::string name = std::filesystem::path{path}.filename().string();
  const auto date = given_ ? given_ : date_in_name(name);
  (date ? with_date_ : without_date_) = path;
  refuse_mixture();
  if (!date && day_in_name(name)) {
    warnings_.push_back(path +
                        ": the name has a day but no year, so that times count from midnight of "
                        "an unknown day; give `date`");
  }
  const Nanos midnight = date ? eastern_midnight(*date) : Nanos{0};
  if (!first_) first_ = midnight;
  return midnight;
}

void Days::note_dated(const std::string& path, std::optional<Date> first) {
  with_date_ = path;
  refuse_mixture();
  if (first && !first_) first_ = eastern_midnight(*first);
}

void Days::note_undated(const std::string& path) {
  without_date_ = path;
  refuse_mixture();
}

Nanos Days::note_recorded(const std::string& path, const tape::FileHeader& recorded) {
  const bool given = recorded.undated && given_;
  (recorded.undated && !given ? without_date_ : with_date_) = path;
  refuse_mixture();
  const Nanos midnight = given ? eastern_midnight(*given_) : Nanos{0};
  if (!first_) first_ = given ? midnight : recorded.midnight;
  return midnight;
}

void Days::note_start(Nanos start) {
  if (first_ || start.value == 0) return;
  const std::chrono::sys_days day{
      std::chrono::floor<std::chrono::days>(std::chrono::nanoseconds{start.value})};
  first_ = eastern_midnight(given_.value_or(Date{day}));
  // In the evening, the day in UTC is already the next one.
  if (!given_ && *first_ > start) first_ = eastern_midnight(Date{day - std::chrono::days{1}});
}

Nanos Days::take_first() {
  return std::exchange(first_, std::nullopt).value_or(Nanos{0});
}

void Days::refuse_mixture() const {
  if (!with_date_.empty() && !without_date_.empty()) {
    throw PathError(with_date_,
                    "has a date and " + without_date_ +
                        " has none: their times cannot be put in one order; give `date`");
  }
}

}  // namespace tapedeck::feeds
