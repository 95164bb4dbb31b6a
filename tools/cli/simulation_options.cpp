// Checks the options of `simulate` and converts them to a request.
#include "engine/core/decimal.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {
namespace {

constexpr u32 kMostVenues = 64;  // each is a thread
constexpr Nanos kDefaultDuration{10 * kNanosPerSecond};
constexpr double kDefaultRate = 100'000;          // events per second
constexpr double kFastest = 1e9;                  // events per second: one per nanosecond
constexpr u32 kMostRecordedInstruments = 65'535;  // ITCH numbers them with 16 bits, from 1
constexpr i64 kLongestSeconds = i64{14} * 3600;   // 09:30 to the end of the day
constexpr Nanos kLongestDuration{kLongestSeconds * kNanosPerSecond};

void read_length(const SimulateOptions& options, feeds::SimulatedSpec& request) {
  if (!options.events.empty()) {
    request.events = parse_count(options.events);
    if (!request.events) {
      throw UsageError("--events " + options.events +
                       ": must be a number above zero like 250000, 250k or 50M");
    }
    request.duration = kLongestDuration;
    const double takes_s = static_cast<double>(*request.events) / request.events_per_s;
    if (takes_s > kLongestSeconds) {
      const auto most = static_cast<u64>(request.events_per_s * kLongestSeconds);
      throw UsageError(
          "--events " + options.events + ": a simulated day of 14 hours has " +
          counted(most, "event") + " at this --rate" +
          (options.rate == "max" ? ": with --rate max a simulated second has 100k events" : ""));
    }
  }
  if (options.duration.empty()) {
    if (!request.events) request.duration = kDefaultDuration;
    return;
  }
  const auto duration = parse_seconds(options.duration);
  if (!duration || *duration > kLongestDuration) {
    throw UsageError("--duration " + options.duration +
                     ": must be a simulated time of at most 14h, like 10s, 5m or 6h30m");
  }
  request.duration = *duration;
}

// The rate is how busy the simulated market is, the speed how fast its time passes.
void read_pace(const SimulateOptions& options, feeds::SimulatedSpec& request) {
  const bool unpaced = options.speed.empty() ? options.rate == "max" : options.speed == "max";
  request.speed = unpaced                 ? std::nullopt
                  : options.speed.empty() ? std::optional{1.0}
                                          : std::optional{speed_of(options.speed)};
  request.events_per_s = kDefaultRate;
  if (options.rate == "max") {
    if (unpaced) return;
    throw UsageError(
        "--rate max means --rate 100k --speed max, and goes with no other speed; give "
        "a rate like 100k with --speed " +
        options.speed);
  }
  const auto rate = parse_rate(options.rate);
  if (!rate || *rate > kFastest) {
    throw UsageError(
        "--rate " + options.rate +
        ": must be events per simulated second up to 1G, like 100k, 1M or 6.3, or max");
  }
  request.events_per_s = *rate;
}

void check_count(const char* option, u32 value, u32 most) {
  if (value >= 1 && value <= most) return;
  throw UsageError(std::string{option} + " " + std::to_string(value) + ": must be 1 to " +
                   std::to_string(most));
}

}  // namespace

feeds::SimulatedSpec simulated_spec(const SimulateOptions& options) {
  feeds::SimulatedSpec request;
  request.model = options.model;
  request.preset = options.preset;
  check_count("--instruments", options.instruments, kMaxInstrumentsPerChannel);
  if (options.record.path.ends_with(".itch") && options.instruments > kMostRecordedInstruments) {
    throw UsageError("--instruments " + std::to_string(options.instruments) +
                     ": ITCH has numbers for 65535 instruments; use fewer, or record a tape");
  }
  check_count("--venues", options.venues, kMostVenues);
  request.instruments = options.instruments;
  request.venues = static_cast<u16>(options.venues);
  const auto seed = parse_integer(options.seed);
  if (!seed || *seed < 0) {
    throw UsageError("--seed " + options.seed +
                     ": must be a whole number from 0 to 9223372036854775807");
  }
  request.seed = static_cast<u64>(*seed);
  read_pace(options, request);
  read_length(options, request);
  if (!options.date.empty()) {
    request.date = parse_date(options.date);
    if (!request.date) {
      throw UsageError("--date " + options.date + ": must be a day like 2019-12-30 or 20191230");
    }
  }
  if (options.record.path.ends_with(".itch")) {
    check_no_tape_options(options.record, "an ITCH file is written as it is");
  } else {
    check_tape(options.record, ".itch or .tape");
  }
  return request;
}

}  // namespace tapedeck::tools
