#include "feeds/catalog/simulation.hpp"

#include <algorithm>
#include <charconv>

#include "engine/core/decimal.hpp"
#include "engine/core/error.hpp"
#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "feeds/simulated/feed.hpp"

namespace tapedeck::feeds {
namespace {

using simulated::ZeroIntelligence;

// The cheapest instrument opens at 2,000 ticks; its bids must not run out of prices.
constexpr u32 kMostBand = 1'500;
constexpr double kMostLevels = 200'000'000;  // in all ladders together: some 5 GB
constexpr double kLeastRate = 1e-6;
constexpr double kMostRate = 1e6;
constexpr double kMostResting = 50'000'000;  // orders in total: some 5 GB of books
constexpr u32 kMostOrderSize = 1'000'000;    // shares: a level's sum stays far from its limit

[[noreturn]] void unknown(const std::string& field, const std::string& given,
                          const std::vector<std::string>& known) {
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  const auto near = nearest(given, known);
  throw ConfigError(field, given,
                    "must be one of " + list + (near ? "; did you mean " + *near + "?" : ""));
}

double positive_number(const std::string& key, const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= kLeastRate) ||
      value > kMostRate) {
    throw ConfigError("model", key + "=" + text, "must be a number from 0.000001 to 1000000");
  }
  return value;
}

u32 positive_integer(const std::string& key, const std::string& text, u32 most) {
  const auto value = parse_integer(text);
  if (!value || *value < 1 || *value > most) {
    throw ConfigError("model", key + "=" + text, "must be 1 to " + std::to_string(most));
  }
  return static_cast<u32>(*value);
}

ZeroIntelligence preset(const std::string& name) {
  for (const simulated::Preset& one : simulated::kPresets) {
    if (one.name == name) return one.model;
  }
  std::vector<std::string> known;
  known.reserve(simulated::kPresets.size());
  for (const simulated::Preset& one : simulated::kPresets) known.emplace_back(one.name);
  unknown("preset", name, known);
}

void set_parameter(ZeroIntelligence& model, const std::string& assignment) {
  const auto equals = assignment.find('=');
  const std::string key = assignment.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : assignment.substr(equals + 1);
  if (key == "limit") {
    model.limit_rate = positive_number(key, value);
  } else if (key == "market") {
    model.market_rate = positive_number(key, value);
  } else if (key == "cancel") {
    model.cancel_rate = positive_number(key, value);
  } else if (key == "band") {
    model.band_ticks = positive_integer(key, value, kMostBand);
  } else if (key == "size") {
    model.order_size = positive_integer(key, value, kMostOrderSize);
  } else {
    unknown("model", key, {"limit", "market", "cancel", "band", "size"});
  }
}

ZeroIntelligence model_of(const SimulatedSpec& request) {
  ZeroIntelligence model = preset(request.preset);
  const auto colon = request.model.find(':');
  const std::string name = request.model.substr(0, colon);
  if (name != "zero-intelligence") unknown("model", name, {"zero-intelligence"});
  if (colon != std::string::npos) {
    for (const std::string& part : split(request.model.substr(colon + 1), ',')) {
      set_parameter(model, part);
    }
  }
  if (model.market_rate >= model.limit_orders()) {
    throw ConfigError(
        "model", {},
        "market orders would take more than limit orders bring; market must be below 2 x "
        "limit x band, which is " +
            std::to_string(model.limit_orders()));
  }
  const double resting = model.resting() * request.instruments * request.venues;
  if (resting > kMostResting) {
    throw ConfigError("model", {},
                      "some " + counted(static_cast<u64>(resting), "order") +
                          " would rest in the books; take fewer `instruments` or `venues`, or "
                          "raise the model's cancel");
  }
  if (4.0 * model.band_ticks * request.instruments * request.venues > kMostLevels) {
    throw ConfigError(
        "model", {},
        "the books would be too wide to keep; take fewer `instruments` or `venues`, or lower the "
        "model's band");
  }
  return model;
}

}  // namespace

std::vector<PresetName> presets() {
  std::vector<PresetName> names;
  names.reserve(simulated::kPresets.size());
  for (const simulated::Preset& one : simulated::kPresets) names.push_back({one.name, one.what});
  return names;
}

OpenedFeeds open_simulated(const SimulatedSpec& request) {
  simulated::Market market;
  market.model = model_of(request);
  market.seed = request.seed;
  market.instruments = request.instruments;
  market.events_per_s = request.events_per_s / request.venues;
  market.duration = request.duration;
  if (request.date) market.midnight = eastern_midnight(*request.date);

  OpenedFeeds opened;
  for (u16 venue = 0; venue < request.venues; ++venue) {
    market.venue = venue;
    if (request.events) {
      // The first venues get the remainder of the division.
      const u64 rest = *request.events % request.venues;
      market.events = *request.events / request.venues + (venue < rest ? 1 : 0);
    }
    OpenedChannel& channel = opened.channels.emplace_back();
    channel.feed = std::make_unique<simulated::SimulatedFeed>(market, request.speed);
    channel.format = channel.source = "simulated";
    channel.midnight = market.midnight;
    channel.thread = venue;
  }
  opened.time_base = request.date ? TimeBase::utc : TimeBase::midnight;
  return opened;
}

}  // namespace tapedeck::feeds
