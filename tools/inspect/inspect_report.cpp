#include "tools/inspect/inspect_report.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/core/calendar.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "feeds/itch50/event_encoder.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/human_text.hpp"
#include "tools/cli/shown_time.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kBusiestShown = 8;
constexpr std::size_t kNotTradingShown = 8;

using Listing = ChannelCensus::Listing;

char shown_letter(Session session) {
  return session == Session::unknown ? '?' : itch50::letter_of(session);
}

std::string duration_text(Nanos duration) {
  constexpr i64 kDay = 86'400 * kNanosPerSecond;
  const i64 days = duration.value / kDay;
  const Nanos rest{duration.value % kDay};
  return (days > 0 ? counted(static_cast<u64>(days), "day") + " and " : "") +
         time_of_day_text(rest);
}

std::string type_label(u8 type) {
  const char letter = static_cast<char>(type);
  if (type > 0x20 && type < 0x7F) return std::string{letter};
  constexpr const char* kHex = "0123456789abcdef";
  return std::string{"0x"} + kHex[type >> 4] + kHex[type & 15];
}

std::string_view type_name(const InspectedChannel& channel, u8 type) {
  const std::string_view name = tools::type_name(shape_of(channel.format), type);
  return name.empty() ? "unknown type" : name;
}

// Returns the types that occur, the most frequent first.
std::vector<u8> types_seen(const InspectedChannel& channel) {
  std::vector<u8> types;
  for (std::size_t type = 0; type < channel.types.size(); ++type) {
    if (channel.types[type] > 0) types.push_back(static_cast<u8>(type));
  }
  std::ranges::stable_sort(types, std::greater{}, [&](u8 type) { return channel.types[type]; });
  return types;
}

std::vector<const Listing*> busiest(const ChannelCensus& census) {
  std::vector<const Listing*> all;
  for (const Listing& listing : census.listings()) {
    if (listing.messages > 0) all.push_back(&listing);
  }
  const std::size_t shown = std::min(kBusiestShown, all.size());
  std::ranges::partial_sort(all, all.begin() + static_cast<std::ptrdiff_t>(shown),
                            [](const Listing* a, const Listing* b) {
                              return std::tie(b->messages, a->symbol) <
                                     std::tie(a->messages, b->symbol);
                            });
  all.resize(shown);
  return all;
}

// Counts how many instruments ended in each state; an operational halt is a state of its own.
std::map<std::string, u64> states(const ChannelCensus& census) {
  std::map<std::string, u64> counts;
  for (const Listing& listing : census.listings()) {
    ++counts[listing.operational_halt ? "operational_halt" : std::string{name_of(listing.state)}];
  }
  return counts;
}

bool is_trading(const Listing& listing) {
  return !listing.operational_halt &&
         (listing.state == TradingState::trading || listing.state == TradingState::unknown);
}

// Returns the counters of what is wrong with an input, the worst first.
std::vector<const FeedCounter*> troubles() {
  std::vector<const FeedCounter*> counters;
  for (const CounterClass of : {CounterClass::loss, CounterClass::oddity}) {
    for (const FeedCounter& counter : kFeedCounters) {
      if (counter.of == of) counters.push_back(&counter);
    }
  }
  return counters;
}

void put_times(ordered_json& json, const ChannelCensus& census, feeds::TimeBase base) {
  for (const char* field : {"first_time", "last_time", "duration_s", "busiest_second"}) {
    json[field] = nullptr;
  }
  if (!census.first()) return;
  json["first_time"] = time_json(*census.first(), base);
  json["last_time"] = time_json(*census.last(), base);
  json["duration_s"] = static_cast<double>((*census.last() - *census.first()).value) /
                       static_cast<double>(kNanosPerSecond);
  const ChannelCensus::Second second = census.busiest_second();
  json["busiest_second"] = {{"begins", time_json(second.begins, base)},
                            {"messages", second.messages}};
}

ordered_json json_of(const InspectedChannel& channel, feeds::TimeBase base) {
  const FeedCounters& counters = channel.feed->counters();
  ordered_json json = ordered_json::object();
  json["name"] = channel.name;
  json["format"] = channel.format.empty() ? ordered_json(nullptr) : ordered_json(channel.format);
  json["stream"] = channel.stream.empty() ? ordered_json(nullptr) : ordered_json(channel.stream);
  json["messages"] = counters.messages;
  json["bytes"] = counters.bytes;
  ordered_json& types = json["types"] = ordered_json::array();
  for (const u8 type : types_seen(channel)) {
    types.push_back({{"type", type_label(type)},
                     {"name", type_name(channel, type)},
                     {"messages", channel.types[type]}});
  }
  put_times(json, channel.census, base);
  ordered_json& sessions = json["sessions"] = ordered_json::array();
  for (const auto& [session, time] : channel.census.sessions()) {
    sessions.push_back(
        {{"event", std::string(1, shown_letter(session))}, {"time", time_json(time, base)}});
  }
  json["instruments"] = channel.census.listings().size();
  json["states"] = states(channel.census);
  json["checkpoints"] = channel.checkpoints.size();
  json["images"] = channel.checkpoints.size();  // their name until 1.0
  ordered_json& most = json["busiest"] = ordered_json::array();
  for (const Listing* listing : busiest(channel.census)) {
    most.push_back({{"symbol", listing->symbol}, {"messages", listing->messages}});
  }
  for (const FeedCounter* counter : troubles()) {
    json[std::string{counter->name}] = counters.*counter->count;
  }
  json["filtered"] = counters.filtered;
  json["last_sequence"] = channel.feed->last_sequence();
  json["complete"] = channel.recording().complete();
  json["damage"] = nullptr;
  if (channel.recording().damage()) json["damage"] = with_flags(*channel.recording().damage());
  json["warnings"] = channel.feed->warnings();
  return json;
}

std::string times_text(const ChannelCensus& census, const ShownTimes& times) {
  if (!census.first()) return "  time      none\n";
  const ChannelCensus::Second second = census.busiest_second();
  std::string text = "  time      " + time_text(*census.first(), times) + " to " +
                     time_text(*census.last(), times) + ", " +
                     duration_text(*census.last() - *census.first()) + " (" + zone_text(times) +
                     ")\n";
  text += "  peak      " + counted(second.messages, "message") + " in the second from " +
          time_text(second.begins, times) + "\n";
  text += "  sessions  ";
  constexpr std::size_t kDecimals = 10;  // ".004241176"
  std::string seen;
  for (const auto& [session, time] : census.sessions()) {
    std::string at = clock_text(time, times);
    at.resize(at.size() - kDecimals);
    seen += std::string{seen.empty() ? "" : ", "} + shown_letter(session) + " " + at;
  }
  if (seen.empty()) return text + "none\n";
  return text + seen + "\n";
}

std::string states_text(const ChannelCensus& census) {
  std::string text = "  symbols   " + grouped(census.listings().size()) + ", at the end ";
  std::string list;
  for (const auto& [state, count] : states(census)) {
    list += (list.empty() ? "" : ", ") + grouped(count) + " " + state;
  }
  text += list.empty() ? "none" : list;
  std::string not_trading;
  std::size_t shown = 0;
  for (const Listing& listing : census.listings()) {
    if (is_trading(listing)) continue;
    if (++shown > kNotTradingShown) break;
    not_trading += " " + printable(listing.symbol);
  }
  if (shown > kNotTradingShown) not_trading += " ...";
  return text + (not_trading.empty() ? "" : "\n            not trading:" + not_trading) + "\n";
}

std::string tables_text(const InspectedChannel& channel) {
  u64 all = 0;
  for (const u64 count : channel.types) all += count;
  std::string text;
  if (all > 0)
    text += "\n  " + left_aligned("type", 34) + right_aligned("messages", 14) + "   share\n";
  for (const u8 type : types_seen(channel)) {
    const double share =
        100.0 * static_cast<double>(channel.types[type]) / static_cast<double>(all);
    std::array<char, 16> percent{};
    std::snprintf(percent.data(), percent.size(), "%5.1f %%", share);
    text += "  " + left_aligned(type_label(type), 5) +
            left_aligned(std::string{type_name(channel, type)}, 29) +
            right_aligned(grouped(channel.types[type]), 14) + "  " + percent.data() + "\n";
  }
  const std::vector<const Listing*> most = busiest(channel.census);
  if (!most.empty())
    text += "\n  " + left_aligned("busiest", 34) + right_aligned("messages", 14) + "\n";
  for (const Listing* listing : most) {
    text += "  " + left_aligned(printable(listing->symbol), 34) +
            right_aligned(grouped(listing->messages), 14) + "\n";
  }
  return text;
}

std::string text_of(const InspectedChannel& channel, bool stopped) {
  const FeedCounters& counters = channel.feed->counters();
  std::string text = channel.name;
  if (channel.files > 1) text += " and " + std::to_string(channel.files - 1) + " more";
  text += ": " + (channel.format.empty() ? "no known format" : channel.format) + "\n";
  text += "  messages  " + grouped(counters.messages) + ", " + bytes_for_people(counters.bytes);
  if (counters.filtered > 0) {
    text += ", of these " + grouped(counters.filtered) + " of other instruments";
  }
  if (!channel.stream.empty()) text += "\n  stream    " + channel.stream;
  text += "\n" + times_text(channel.census, channel.shown) + states_text(channel.census);
  if (!channel.checkpoints.empty()) {
    text += "  checkpoints    " + grouped(channel.checkpoints.size()) +
            " of the books, the last after message " + grouped(channel.checkpoints.back().last) +
            "\n";
  }
  std::string wrong;
  for (const FeedCounter* counter : troubles()) {
    const u64 count = counters.*counter->count;
    if (count == 0) continue;
    wrong.append(wrong.empty() ? "" : ", ").append(counted(count, counter->one, counter->help));
  }
  text += "  wrong     " + (wrong.empty() ? "nothing" : wrong) + "\n";
  text += std::string{"  ended     "} +
          (channel.recording().damage()     ? "damaged, see above"
           : channel.recording().complete() ? "complete"
           : stopped                        ? "early, by a signal"
                                            : "without the closing message") +
          "\n";
  return text + tables_text(channel);
}

}  // namespace

std::vector<RunFinding> findings_of(const Inspection& inspection) {
  RunQuality quality;
  quality.complete = inspection.signal == 0;
  quality.warnings = inspection.warnings;
  for (const InspectedChannel& channel : inspection.channels) add(quality, *channel.feed);
  return tools::findings_of(quality);
}

nlohmann::ordered_json json_of(const Inspection& inspection) {
  ordered_json json = ordered_json::object();
  json["time_base"] = time_base_text(inspection.time_base);
  ordered_json channels = ordered_json::array();
  u64 messages = 0;
  u64 bytes = 0;
  bool complete = inspection.signal == 0;
  for (const InspectedChannel& channel : inspection.channels) {
    messages += channel.feed->counters().messages;
    bytes += channel.feed->counters().bytes;
    complete &= channel.recording().complete();
    channels.push_back(json_of(channel, inspection.time_base));
  }
  json["messages"] = messages;
  json["bytes"] = bytes;
  json["complete"] = complete;
  add_cleanliness(json, findings_of(inspection));
  json["warnings"] = inspection.warnings;
  json["channels"] = channels;
  json["lines"] = std::move(channels);  // its name until 1.0
  return json;
}

std::string text_of(const Inspection& inspection) {
  std::string text;
  for (const InspectedChannel& channel : inspection.channels) {
    if (!text.empty()) text += "\n";
    text += text_of(channel, inspection.signal != 0);
  }
  return text;
}

}  // namespace tapedeck::tools
