#include "tools/run/place_finder.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "engine/core/clock.hpp"
#include "engine/core/units.hpp"
#include "feeds/common/peeked_feed.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {
namespace {

constexpr i64 kDay = i64{86'400} * kNanosPerSecond;
// Nanoseconds since 1970 of a recording that knows its days have as many digits.
constexpr i64 kFirstMoment = 100'000'000'000'000'000;  // 1973

constexpr const char* kGiveDate = ": the day of the input is not known; give --date";

Nanos midnight_before(Nanos wall) {
  const i64 rest = wall.value % kDay;
  return {wall.value - rest - (rest < 0 ? kDay : 0)};
}

}  // namespace

// Reads the inputs from their beginnings, beside the run that is about to read them.
class PlaceFinder::Probe {
 public:
  explicit Probe(feeds::OpenedFeeds opened) : opened_(std::move(opened)) {
    feeds::keep_times_plausible(opened_);
    for (std::size_t i = 0; i < opened_.channels.size(); ++i) channels_.emplace_back();
  }

  // Returns the earliest of the channels' first times.
  std::optional<Nanos> first(const thread::StopFlag& stop) {
    std::optional<Nanos> first;
    for (std::size_t i = 0; i < channels_.size(); ++i) {
      Channel& channel = channels_[i];
      while (!channel.first && poll(i, stop)) {
      }
      if (channel.first) first = std::min(first.value_or(*channel.first), *channel.first);
    }
    return first;
  }
  // Returns true if a channel's time reaches the moment.
  bool reaches(Nanos moment, const thread::StopFlag& stop) {
    for (std::size_t i = 0; i < channels_.size(); ++i) {
      while (channels_[i].newest < moment && poll(i, stop)) {
      }
      if (channels_[i].newest >= moment) return true;
    }
    return false;
  }

 private:
  struct Channel {
    std::optional<Nanos> first;
    Nanos newest = kBeginningOfTime;
    bool ended = false;
  };

  // Returns false at the channel's end.
  bool poll(std::size_t at, const thread::StopFlag& stop) {
    Channel& channel = channels_[at];
    if (channel.ended || stop.requested()) return false;
    EventBuffer events{storage_.data(), kMinPollBuffer};
    const FeedStatus status = opened_.channels[at].feed->poll(events, Nanos{0});
    for (const Event& event : events) {
      if (!feeds::has_own_time(event)) continue;
      if (!channel.first) channel.first = event.exchange_time;
      channel.newest = std::max(channel.newest, event.exchange_time);
    }
    // What is still being written is looked at as far as it is there.
    channel.ended = status != FeedStatus::ready && events.empty();
    channel.ended |= status == FeedStatus::ended;
    return true;
  }

  feeds::OpenedFeeds opened_;
  std::vector<Channel> channels_;
  std::vector<Event> storage_ = std::vector<Event>(kMinPollBuffer);
};

std::function<feeds::OpenedFeeds()> reopening(const feeds::FilesSpec& request) {
  const bool are_files = std::ranges::all_of(request.paths, [](const std::string& path) {
    std::error_code none;
    return std::filesystem::is_regular_file(path, none);
  });
  if (!are_files) return {};
  feeds::FilesSpec again = request;
  again.symbols.clear();
  again.read_ahead = false;
  again.shares_pipe = false;
  again.on_channels = {};
  again.observer_of_channel = {};
  return [again] { return feeds::open_channels(again); };
}

PlaceFinder::PlaceFinder(feeds::OpenedFeeds& opened, std::function<feeds::OpenedFeeds()> reopen,
                         const std::optional<TimeZone>& zone, const thread::StopFlag& stop)
    : opened_(opened),
      reopen_(std::move(reopen)),
      zone_(zone),
      stop_(stop),
      shown_(shown_times(opened, zone)) {}

PlaceFinder::~PlaceFinder() = default;

AskedPlace PlaceFinder::find(const std::string& option, const std::string& text,
                             const std::string& also) {
  const TypedPlace typed = typed_place(option, text, also);
  AskedPlace asked{text, {}};
  if (typed.kind == TypedPlace::Kind::message) {
    asked.place.sequence = static_cast<Sequence>(typed.value);
    asked.meaning = "message " + grouped(*asked.place.sequence);
    return asked;
  }
  asked.place.time = moment_of(option, text, typed);
  const ShownTimes shown = shown_.empty() ? ShownTimes{} : shown_.front();
  asked.meaning = time_text(*asked.place.time, shown) + " (" + zone_text(shown) + ")";
  return asked;
}

std::optional<Nanos> PlaceFinder::first_time() {
  if (reopen_) read_first_times();
  return first_;
}

Nanos PlaceFinder::moment_of(const std::string& option, const std::string& text,
                             const TypedPlace& typed) {
  using Kind = TypedPlace::Kind;
  const Nanos value{typed.value};
  if (opened_.time_base == feeds::TimeBase::midnight) {
    if (typed.kind == Kind::count || typed.kind == Kind::time_of_day) return value;
    throw UsageError(option + " " + text + kGiveDate + ", or a time of day without a zone");
  }
  switch (typed.kind) {
    case Kind::count:
      if (value.value < kFirstMoment) {
        throw UsageError(option + " " + text +
                         ": nanoseconds since 1970 have 18 or 19 digits; a message is @1000");
      }
      return value;
    case Kind::wall: {
      const TimeZone zone = common_zone(option, text);
      const std::vector<Nanos> moments = zone.moments_of(value);
      if (moments.empty()) {
        throw UsageError(option + " " + text + ": the clocks of " + zone.name() +
                         " skip this time; give it with Z or an offset");
      }
      return moments.front();
    }
    case Kind::time_of_day:
      return in_recording(option, text, value, common_zone(option, text));
    case Kind::time_in_zone:
      return in_recording(option, text, value, TimeZone::fixed(typed.seconds_ahead));
    case Kind::moment:
    case Kind::message:
    default:
      return value;
  }
}

// The channels of a run have one time, so that a text means one moment for all of them.
TimeZone PlaceFinder::common_zone(const std::string& option, const std::string& text) const {
  if (zone_) return *zone_;
  for (std::size_t channel = 1; channel < shown_.size(); ++channel) {
    if (shown_[channel].zone == shown_[0].zone) continue;
    std::string problem = option;
    problem.append(" ").append(text).append(": the channels have times in ");
    problem.append(shown_[0].zone.name()).append(" and in ").append(shown_[channel].zone.name());
    throw UsageError(problem.append("; give --tz, or a time with Z or an offset"));
  }
  return shown_.empty() ? TimeZone::utc() : shown_[0].zone;
}

Nanos PlaceFinder::in_recording(const std::string& option, const std::string& text,
                                Nanos time_of_day, const TimeZone& zone) {
  read_first_times();
  std::optional<Nanos> begins = first_;
  if (!begins) {
    // Without an event, the formats may still know the day.
    for (const feeds::OpenedChannel& channel : opened_.channels) {
      const Nanos midnight = channel.midnight;
      if (midnight.value != 0 && (!begins || midnight < *begins)) begins = midnight;
    }
  }
  if (!begins) throw UsageError(option + " " + text + kGiveDate + ", or a moment with its date");
  const Nanos first_day = midnight_before(zone.wall_clock(*begins));
  std::optional<Nanos> before;   // the beginning
  constexpr i64 kDaysTried = 3;  // clocks may skip the time on one of them
  for (i64 day = 0; day < kDaysTried; ++day) {
    for (const Nanos moment : zone.moments_of(first_day + Nanos{day * kDay} + time_of_day)) {
      const bool is_inside = moment >= *begins && (!before || reaches(moment));
      if (is_inside) return moment;
      if (moment < *begins) before = moment;
      if (before && moment >= *begins) return *before;
    }
  }
  return before.value_or(*begins);
}

void PlaceFinder::read_first_times() {
  if (std::exchange(has_read_, true)) return;
  if (reopen_) {
    probe_ = std::make_unique<Probe>(reopen_());
    first_ = probe_->first(stop_);
    return;
  }
  const SteadyClock clock;
  const auto keep_on = [this](FeedStatus status) {
    if (status == FeedStatus::idle) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    return !stop_.requested();
  };
  for (feeds::OpenedChannel& channel : opened_.channels) {
    auto peeked = std::make_unique<feeds::PeekedFeed>(std::move(channel.feed));
    const auto first = peeked->first_time(clock.now(), keep_on);
    if (first) first_ = std::min(first_.value_or(*first), *first);
    channel.feed = std::move(peeked);
  }
}

// Returns the end of a single day that counts from one midnight; empty for other recordings.
std::optional<Nanos> PlaceFinder::end_by_format() const {
  std::optional<Nanos> end;
  for (const feeds::OpenedChannel& channel : opened_.channels) {
    if (!channel.of_one_day) return {};
    end = std::max(end.value_or(kBeginningOfTime), channel.midnight + Nanos{kDay});
  }
  return end;
}

// Reads on only if the formats do not tell. What cannot be read again is taken to go on.
bool PlaceFinder::reaches(Nanos moment) {
  const auto end = end_by_format();
  if (end && moment >= *end) return false;
  return probe_ == nullptr || probe_->reaches(moment, stop_);
}

}  // namespace tapedeck::tools
