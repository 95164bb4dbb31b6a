#include "tools/run/results.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>

#include <nlohmann/json.hpp>

#include "engine/book/book_set.hpp"
#include "engine/core/decimal.hpp"
#include "engine/core/memory.hpp"
#include "engine/pipeline/channel.hpp"
#include "engine/pipeline/digests.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/shown_time.hpp"
#include "tools/run/findings.hpp"
#include "tools/run/machine_json.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::size_t kBusiestKept = 8;

// Channels run side by side: their events add up over the time from the first to the last.
void add(std::optional<Pace>& sum, const Pace& one) {
  if (!sum) {
    sum = one;
    return;
  }
  sum->asked_per_s += one.asked_per_s;
  sum->events += one.events;
  sum->began = std::min(sum->began, one.began);
  sum->ended = std::max(sum->ended, one.ended);
  sum->lateness.merge(one.lateness);
}

void read_channels(RunResults& results, const pipeline::Engine& engine,
                   const feeds::OpenedFeeds& opened) {
  for (std::size_t i = 0; i < engine.channels(); ++i) {
    const Feed& feed = engine.channel(i).feed();
    const Recording* const recording = feed.recording();
    add(results, feed, opened.channels[i].name);
    results.complete &= engine.channel(i).complete();
    const bool is_cut_off = recording != nullptr && !recording->said_complete();
    if (is_cut_off && results.expected_end.empty()) {
      results.expected_end = recording->expected_end();
    }
    results.last_sequence = std::max(results.last_sequence, feed.last_sequence());
    if (feed.pace() != nullptr) add(results.pace, *feed.pace());
  }
}

// A file of a schema without orders, or without records, is whole although no book could use it.
void note_bookless(RunResults& results, const pipeline::Engine& engine) {
  std::string schema;
  for (std::size_t i = 0; i < engine.channels(); ++i) {
    const Recording* const recording = engine.channel(i).feed().recording();
    if (recording == nullptr) return;
    if (recording->bookless_schema().empty() && !recording->is_empty_but_whole()) return;
    if (schema.empty()) schema = recording->bookless_schema();
  }
  results.lacks_nothing = true;
  results.bookless_schema = schema;
  results.warnings.push_back(schema.empty() ? "the input holds no records"
                                            : "the input is of the schema " + schema +
                                                  ", of which no book is made");
}

void read_books(RunResults& results, const pipeline::Engine& engine) {
  for (std::size_t shard = 0; shard < engine.shards(); ++shard) {
    const book::BookSet& books = engine.books(shard);
    count_books(results, books);
    u64 events = 0;
    for (const book::Book& book : books.books()) {
      const book::InstrumentView view = book::view_of(books, book);
      events += view.events;
      if (view.events > 0) results.busiest.push_back(view);
    }
    results.events_per_shard.push_back(events);
  }
  const auto busier = [](const book::InstrumentView& a, const book::InstrumentView& b) {
    return std::tuple{b.events, a.venue, a.name()} < std::tuple{a.events, b.venue, b.name()};
  };
  const std::size_t shown = std::min(kBusiestKept, results.busiest.size());
  std::ranges::partial_sort(results.busiest,
                            results.busiest.begin() + static_cast<std::ptrdiff_t>(shown), busier);
  results.busiest.resize(shown);
}

}  // namespace

RunResults results_of(const pipeline::Engine& engine, const feeds::OpenedFeeds& opened,
                      u32 shards_asked, bool flow) {
  RunResults results;
  results.peak_rss = peak_rss_bytes();  // of the run itself, without the digests
  for (const feeds::OpenedChannel& channel : opened.channels) {
    results.formats.push_back(channel.format);
  }
  results.time_base = opened.time_base;
  results.shards = shards_asked;
  results.books = engine.counters();
  results.dropped = engine.dropped();
  results.queue_faults = engine.queue_faults();
  results.elapsed_s =
      static_cast<double>(engine.elapsed().value) / static_cast<double>(kNanosPerSecond);
  results.placements = engine.placements();
  results.limit = engine.limit_reached();
  results.cut_stalls = engine.cut_stalls();
  for (const latency::SpanTimes& window : engine.span_times())
    results.spans = window;  // there is only one
  for (const std::string& warning : opened.warnings) {
    results.warnings.push_back(with_flags(warning));
  }
  read_channels(results, engine, opened);
  // Events restored from a checkpoint are not events of this run.
  results.books.applied -= std::min(results.books.applied, results.feed.restored);
  read_books(results, engine);
  if (results.instrument_events() == 0) note_bookless(results, engine);
  results.signals = signals_of(engine);
  if (results.dropped == 0) {
    results.digest = pipeline::digest_of(engine);
    if (flow) results.flow_digest = pipeline::flow_digest_of(engine);
  }
  return results;
}

namespace {

// Writes null at full speed, where latencies would only show the queue's length.
void add_pace(nlohmann::ordered_json& json, const RunResults& r) {
  json["pace"] = nullptr;
  json["latency_ns"] = nullptr;
  if (!r.pace) return;
  json["pace"] = {{"asked_events_per_s", r.pace->asked_per_s},
                  {"achieved_events_per_s", r.pace->achieved_per_s()}};
  nlohmann::ordered_json& latency = json["latency_ns"] = nlohmann::ordered_json::object();
  for (std::size_t i = 0; r.spans && i < latency::kLatencySpans; ++i) {
    const Histogram& span = (*r.spans)[static_cast<latency::LatencySpan>(i)];
    if (span.count() > 0)
      latency[std::string{latency::kLatencySpanNames[i]}] = percentiles_of(span);
  }
  latency["due_to_ingress"] = percentiles_of(r.pace->lateness);  // of every event
}

nlohmann::ordered_json recorded_json(const std::vector<recorder::Recorded>& tapes) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const recorder::Recorded& tape : tapes) {
    json.push_back({{"path", tape.path},
                    {"messages", tape.counters.messages},
                    {"dropped", tape.dropped},
                    {"frames", tape.counters.frames},
                    {"bytes", tape.counters.content_bytes},
                    {"file_bytes", tape.counters.file_bytes},
                    {"checkpoints", tape.counters.checkpoints},
                    {"checkpoint_bytes", tape.counters.checkpoint_bytes},
                    {"checkpoints_skipped", tape.checkpoints_skipped},
                    // Their names until 1.0.
                    {"images", tape.counters.checkpoints},
                    {"image_bytes", tape.counters.checkpoint_bytes},
                    {"images_skipped", tape.checkpoints_skipped},
                    {"synced_to", tape.synced}});
  }
  return json;
}

}  // namespace

void add(RunCounts& sum, const RunCounts& one) {
  sum.feed += one.feed;
  sum.books += one.books;
  sum.instruments += one.instruments;
  sum.live_orders += one.live_orders;
  sum.crossed_books += one.crossed_books;
  sum.suspect_books += one.suspect_books;
  sum.stale_books += one.stale_books;
  sum.dropped += one.dropped;
  sum.queue_faults += one.queue_faults;
}

void add(RunQuality& sum, const Feed& feed, const std::string& name) {
  sum.feed += feed.counters();
  if (feed.recording() != nullptr) sum.complete &= feed.recording()->complete();
  if (const Damage* const damage = damage_of(feed)) sum.damage.push_back(with_flags(*damage));
  if (const auto left_out = feed.left_out()) sum.left_out.push_back(with_flags(*left_out));
  for (const std::string& warning : feed.warnings()) {
    sum.warnings.push_back((name.empty() ? "" : name + ": ") + with_flags(warning));
  }
}

void add_amounts(nlohmann::ordered_json& json, const RunCounts& r) {
  json["messages"] = r.feed.messages;
  json["bytes"] = r.feed.bytes;
  json["events"] = r.books.applied;
  json["notices"] = r.books.notices;
  json["instruments"] = r.instruments;
  json["live_orders"] = r.live_orders;
}

void add_findings(nlohmann::ordered_json& json, const RunCounts& r) {
  for (const FeedCounter& counter : kFeedCounters) {
    if (counter.of != CounterClass::amount) {
      json[std::string{counter.name}] = r.feed.*counter.count;
    }
  }
  for (const book::FaultKind& kind : std::span{book::kFaultKinds}.subspan<1>()) {
    json[std::string{kind.name}] = r.books.of(kind.fault);
  }
  json["unrouted"] = r.books.unrouted;
  json["dropped"] = r.dropped;
  json["ignored"] = r.books.ignored;
  json["crossed_books"] = r.crossed_books;
  json["crossed_events"] = r.books.crossed_events;
  json["suspect_books"] = r.suspect_books;
  json["stale_books"] = r.stale_books;
  json["queue_faults"] = r.queue_faults;
}

nlohmann::ordered_json json_of_digest(const std::optional<u64>& digest) {
  return digest ? nlohmann::ordered_json(hex16(*digest)) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json json_of(const RunResults& r) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["formats"] = r.formats;
  json["time_base"] = time_base_text(r.time_base);
  json["from"] = place_json(r.from, r.time_base);
  json["to"] = place_json(r.to, r.time_base);
  add_amounts(json, r);
  json["elapsed_s"] = r.elapsed_s;
  json["messages_per_s"] = r.messages_per_s();
  json["shards"] = r.shards;
  json["events_per_shard"] = r.events_per_shard;
  json["digest"] = json_of_digest(r.digest);
  json["flow_digest"] = json_of_digest(r.flow_digest);
  json["schema"] = r.bookless_schema.empty() ? nlohmann::ordered_json(nullptr)
                                             : nlohmann::ordered_json(r.bookless_schema);
  json["complete"] = r.complete;
  add_cleanliness(json, findings_of(r));
  json["capped"] = r.capped();
  json["skipped_cuts"] = r.skipped_cuts;
  json["cut_ns"] = nullptr;
  if (r.cut_stalls) json["cut_ns"] = percentiles_of(*r.cut_stalls);
  json["damage"] = r.damage;
  json["left_out"] = r.left_out;
  add_findings(json, r);
  json["last_sequence"] = r.last_sequence;
  json["peak_rss_bytes"] = r.peak_rss;
  add_pace(json, r);
  json["threads"] = placements_json(r.placements);
  json["written"] = r.written;
  json["recorded"] = recorded_json(r.recorded);
  json["warnings"] = r.warnings;
  json["signals"] = json_of(r.signals);
  return json;
}

}  // namespace tapedeck::tools
