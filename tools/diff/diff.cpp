#include "tools/diff/diff.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "engine/core/decimal.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/activity.hpp"
#include "tools/cli/provenance.hpp"
#include "tools/cli/shown_time.hpp"
#include "tools/cli/signals.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/diff/channel_diff.hpp"
#include "tools/diff/common_checkpoint.hpp"
#include "tools/run/findings.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;

struct Diff {
  const DiffOptions& options;
  std::array<ShownTimes, 2> shown;
  ComparedChannel& a;
  ComparedChannel& b;
  std::optional<Sequence> begun_after;  // a common checkpoint
  ChannelComparison comparison;
  std::vector<RunFinding> findings;  // in both
};

ordered_json event_json(const ComparedChannel& channel, const std::optional<Event>& event) {
  if (!event) return nullptr;
  return {{"instrument", channel.name_of(event->instrument)}, {"event", event_words(*event)}};
}

ordered_json json_of(const Diff& diff) {
  const auto& [events, books, messages] = diff.comparison;
  ordered_json json = ordered_json::object();
  json["equal"] = !events;
  json["time_base"] = time_base_text(diff.shown[0].base);
  add_cleanliness(json, diff.findings);
  json["messages"] = messages;
  json["begun_after"] = diff.begun_after ? ordered_json(*diff.begun_after) : ordered_json(nullptr);
  json["event"] = nullptr;
  json["book"] = nullptr;
  if (events) {
    json["event"] = {{"message", events->message},
                     {"time", time_json(events->time, diff.shown[0].base)},
                     {"a", event_json(diff.a, events->a)},
                     {"b", event_json(diff.b, events->b)}};
  }
  if (books) {
    json["book"] = {{"message", books->message},
                    {"time", time_json(books->time, diff.shown[0].base)},
                    {"symbol", books->name},
                    {"a", hex16(book::book_digest(books->a))},
                    {"b", hex16(book::book_digest(books->b))}};
  }
  return json;
}

std::string event_text(const ComparedChannel& channel, const std::optional<Event>& event) {
  if (!event) return "nothing";
  std::string text = channel.name_of(event->instrument) + ": " + event_words(*event);
  if (event->flags != kLastOfEvent) text += " (flags " + std::to_string(event->flags) + ")";
  return text;
}

// "100, order 17, one of 14"
std::string queue_text(const book::SnapshotLevel* level, std::size_t at) {
  if (level == nullptr) return "no such level";
  const std::string size = grouped(level->orders.size());
  if (at >= level->orders.size()) return "no order behind those " + size;
  const auto& [id, quantity] = level->orders[at];
  return std::to_string(quantity.value) + ", order " + std::to_string(id.value) + ", one of " +
         size;
}

// Describes the best level that differs, and the first different order in it.
std::string side_text(const std::string& side, const std::vector<book::SnapshotLevel>& a,
                      const std::vector<book::SnapshotLevel>& b) {
  const auto [at_a, at_b] = std::ranges::mismatch(a, b);
  const book::SnapshotLevel* level_a = at_a == a.end() ? nullptr : &*at_a;
  const book::SnapshotLevel* level_b = at_b == b.end() ? nullptr : &*at_b;
  if (level_a != nullptr && level_b != nullptr && level_a->price != level_b->price) {
    // The level with the better price is missing in the other channel.
    ((level_a->price < level_b->price) == (side == "bid") ? level_a : level_b) = nullptr;
  }
  const Price price = level_a != nullptr ? level_a->price : level_b->price;
  std::size_t at = 0;
  if (level_a != nullptr && level_b != nullptr) {
    const auto found = std::ranges::mismatch(level_a->orders, level_b->orders).in1;
    at = static_cast<std::size_t>(found - level_a->orders.begin());
  }
  return "    " + side + " at " + decimal(price) + ", place " + grouped(at + 1) +
         " of the queue\n    A       " + queue_text(level_a, at) + "\n    B       " +
         queue_text(level_b, at) + "\n";
}

std::string text_of(const Diff& diff) {
  const auto& [events, books, messages] = diff.comparison;
  const ShownTimes& shown = diff.shown[0];
  std::string text;
  if (diff.begun_after) {
    text = "  checkpoints    are the same up to message " + grouped(*diff.begun_after) +
           ", where reading began\n";
  }
  if (!events) {
    return text + "  equal     " + counted(messages, "message") + ", " +
           counted(diff.a.events(), "event") + ", and so the books\n";
  }
  text += "  events    differ first at message " + grouped(events->message) + ", " +
          time_text(events->time, shown) + " (" + zone_text(shown) + ")\n    A       " +
          event_text(diff.a, events->a) + "\n    B       " + event_text(diff.b, events->b) + "\n";
  // If the shown texts are equal, also show the times, in which the events may differ.
  if (events->a && events->b && event_text(diff.a, events->a) == event_text(diff.b, events->b)) {
    text += "            at " + time_text(events->a->exchange_time, shown) + " and at " +
            time_text(events->b->exchange_time, shown) + "\n";
  }
  if (!books) return text + "  books     are the same all the same, as far as both go\n";
  text += "  books     differ first after message " + grouped(books->message) + ", " +
          time_text(books->time, shown) + ": " + books->name + "\n";
  const bool of_bids = books->a.bids != books->b.bids;
  return text + (of_bids ? side_text("bid", books->a.bids, books->b.bids)
                         : side_text("ask", books->a.asks, books->b.asks));
}

// What was found in A and in B. Neither is read to its end where they differ.
std::vector<RunFinding> findings_of(const Diff& diff) {
  std::vector<RunFinding> all;
  for (const ComparedChannel* const channel : {&diff.a, &diff.b}) {
    RunQuality quality;
    add(quality, channel->feed());
    quality.complete |= diff.comparison.events.has_value();
    quality.books = channel->books().counters();
    count_books(quality, channel->books());
    for (RunFinding& found : tools::findings_of(quality)) {
      found.text.insert(0, channel == &diff.a ? "A: " : "B: ");
      all.push_back(std::move(found));
    }
  }
  return all;
}

struct Opened {
  std::array<std::unique_ptr<ComparedChannel>, 2> channels;
  std::array<ShownTimes, 2> shown{};
  bool are_tapes = true;  // in files
  std::vector<std::string> warnings;
};

Opened opened(const DiffOptions& options, u64 hash_key) {
  const std::optional<TimeZone> zone = zone_of_option(options.input.tz);
  Opened both;
  for (std::size_t i = 0; i < both.channels.size(); ++i) {
    ReplayOptions one = options.input;
    one.paths = {options.input.paths[i]};
    feeds::OpenedFeeds feeds = feeds::open_channels(files_spec(one));
    refuse_several_streams(one.paths[0], feeds);
    std::error_code unknown;
    both.are_tapes &= feeds.channels[0].format == "tape" &&
                      std::filesystem::is_regular_file(one.paths[0], unknown);
    both.shown[i] = shown_times(feeds, zone).front();
    both.warnings.insert(both.warnings.end(), feeds.warnings.begin(), feeds.warnings.end());
    both.channels[i] =
        std::make_unique<ComparedChannel>(std::move(feeds.channels[0].feed), hash_key);
  }
  if (both.shown[0].base != both.shown[1].base) {
    throw UsageError("one of them is of a known day and the other is not: give --date");
  }
  return both;
}

// Moves both channels behind their last common checkpoint. Returns nothing when there is none.
std::optional<Sequence> begin_at_checkpoint(const DiffOptions& options, Opened& both,
                                            u64 hash_key) {
  if (options.whole || !both.are_tapes) return {};
  const auto checkpoint = last_common_checkpoint(tape::reopening(options.input.paths[0]),
                                                 tape::reopening(options.input.paths[1]),
                                                 !options.input.symbols.empty());
  if (!checkpoint) return {};
  if (both.channels[0]->begin_after(*checkpoint) && both.channels[1]->begin_after(*checkpoint))
    return checkpoint;
  both = opened(options, hash_key);  // one tape has changed meanwhile
  return {};
}

}  // namespace

ExitCode diff(const DiffOptions& options) {
  const std::vector<std::string> fail_on =
      fail_on_kinds(options.input.run.fail_on, options.input.run.strict, Finds::in_books);
  const Activity activity{"comparing"};
  const Provenance provenance = provenance_of(files_read(options.input));
  const u64 hash_key = new_hash_key();
  Opened both = opened(options, hash_key);
  const std::optional<Sequence> begun_after = begin_at_checkpoint(options, both, hash_key);
  const auto& [channels, shown, are_tapes, warnings] = both;
  StopOnSignal stop{StopOnSignal::Limit::here};
  Diff result{options, shown, *channels[0], *channels[1], begun_after, {}, {}};
  result.comparison =
      compare_channels(*channels[0], *channels[1], [&stop] { return !stop.flag().requested(); });
  if (const int signal = stop.received(); signal != 0) {
    spdlog::warn("stopped by a signal after {} messages, equal so far: {}",
                 grouped(result.comparison.messages), result.comparison.events ? "no" : "yes");
    return code_after(signal);
  }
  for (const std::string& warning : warnings) spdlog::warn("{}", warning);
  bool damaged = false;
  for (const auto& channel : channels) {
    for (const std::string& warning : channel->feed().warnings()) spdlog::warn("{}", warning);
    const auto left_out = channel->feed().left_out();
    if (left_out) spdlog::error("{}", *left_out);
    const Damage* const damage = damage_of(channel->feed());
    if (damage != nullptr) spdlog::error("{}", damage->message());
    damaged |= left_out || damage != nullptr;
  }
  result.findings = findings_of(result);
  if (options.json) {
    print_json(json_of(result), provenance);
  } else {
    print_results(text_of(result));
  }
  const ExitCode code = result.comparison.events ? ExitCode::difference
                        : damaged                ? ExitCode::damaged_input
                                                 : ExitCode::done;
  return code_after_findings(code, result.findings, fail_on);
}

}  // namespace tapedeck::tools
