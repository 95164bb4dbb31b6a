#include "tools/cli/place.hpp"

#include <nlohmann/json.hpp>

#include "engine/core/calendar.hpp"
#include "engine/core/decimal.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {

Place place_of(const std::string& option, const std::string& text, const feeds::OpenedFeeds& opened,
               std::size_t channel, const std::string& also) {
  if (text.starts_with('#')) {
    const auto number = parse_integer(text.substr(1));
    if (!number || *number < 1) {
      throw UsageError(option + " " + text + ": must be a message's number like #1000");
    }
    return {static_cast<Sequence>(*number), {}};
  }
  if (const auto time = parse_iso_time(text)) {
    if (opened.time_base == feeds::TimeBase::midnight) {
      throw UsageError(option + " " + text +
                       ": the day of the input is not known; give --date, or a time of day");
    }
    return {{}, *time};
  }
  const auto time = parse_time_of_day(text);
  if (!time) {
    throw UsageError(option + " " + text +
                     ": must be a time of day like 10:31:07.5, a moment like "
                     "2012-06-21T14:31:07Z, or a message like #1000" +
                     (also.empty() ? "" : ", or " + also));
  }
  const Nanos midnight = channel < opened.midnights.size() ? opened.midnights[channel] : Nanos{0};
  if (opened.time_base == feeds::TimeBase::utc && midnight.value == 0) {
    throw UsageError(option + " " + text +
                     ": the day of the input is not known; give --date, a moment like "
                     "2012-06-21T14:31:07Z, or a message like #1000" +
                     (also.empty() ? "" : ", or " + also));
  }
  return {{}, midnight + *time};
}

std::string time_of_day_text(Nanos time) {
  constexpr std::size_t kDatePart = 11;
  std::string text = iso_time(time).substr(kDatePart);
  text.pop_back();
  return text;
}

std::string time_text(Nanos time, feeds::TimeBase base) {
  if (time == kBeginningOfTime) return "before any time is known";
  return base == feeds::TimeBase::utc ? iso_time(time) : time_of_day_text(time);
}

nlohmann::ordered_json time_json(Nanos time, feeds::TimeBase base) {
  if (time == kBeginningOfTime) return nullptr;
  return time_text(time, base);
}

}  // namespace tapedeck::tools
