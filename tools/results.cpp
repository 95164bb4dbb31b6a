#include "tools/results.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/core/memory.hpp"
#include "engine/core/text.hpp"
#include "engine/pipeline/digests.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::size_t kBusiestShown = 8;

void add(FeedCounters& sum, const FeedCounters& one) {
  sum.messages += one.messages;
  sum.bytes += one.bytes;
  sum.unknown_type += one.unknown_type;
  sum.malformed += one.malformed;
  sum.oversized += one.oversized;
  sum.symbol_mismatch += one.symbol_mismatch;
  sum.time_backwards += one.time_backwards;
  sum.filtered += one.filtered;
  sum.gaps += one.gaps;
  sum.lost += one.lost;
  sum.duplicates += one.duplicates;
  sum.skipped_packets += one.skipped_packets;
  sum.completions += one.completions;
  sum.over_capacity += one.over_capacity;
}

// Lines run side by side: their events add up over the time from the first to the last.
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

void read_lines(RunResults& results, const pipeline::Engine& engine) {
  for (std::size_t i = 0; i < engine.lines(); ++i) {
    const Feed& feed = engine.line(i).feed();
    add(results.feed, feed.counters());
    results.complete &= feed.complete();
    results.last_sequence = std::max(results.last_sequence, feed.last_sequence());
    if (feed.pace() != nullptr) add(results.pace, *feed.pace());
    if (feed.damage()) results.damage.push_back(feed.damage()->message());
    for (std::string& warning : feed.warnings()) results.warnings.push_back(std::move(warning));
  }
}

void read_books(RunResults& results, const pipeline::Engine& engine) {
  for (std::size_t shard = 0; shard < engine.shards(); ++shard) {
    const book::BookSet& books = engine.books(shard);
    results.live_orders += books.live_orders();
    u64 events = 0;
    for (const book::Book& book : books.books()) {
      const book::InstrumentState& state = book.state;
      ++results.instruments;
      results.crossed_books += state.crossed_while_trading ? 1 : 0;
      results.suspect_books += state.suspect ? 1 : 0;
      results.stale_books += state.stale ? 1 : 0;
      events += state.events;
      if (state.events == 0) continue;
      results.busiest.push_back({book.line, std::string{state.define.name()}, state.events,
                                 books.touch(book, Side::bid), books.touch(book, Side::ask),
                                 state.suspect, state.stale});
    }
    results.events_per_shard.push_back(events);
  }
  const auto busier = [](const BusyInstrument& a, const BusyInstrument& b) {
    return std::tie(b.events, a.venue, a.symbol) < std::tie(a.events, b.venue, b.symbol);
  };
  const std::size_t shown = std::min(kBusiestShown, results.busiest.size());
  std::ranges::partial_sort(results.busiest,
                            results.busiest.begin() + static_cast<std::ptrdiff_t>(shown), busier);
  results.busiest.resize(shown);
}

std::string formatted(const char* format, auto... values) {
  std::array<char, 256> text{};
  // The format is a literal of this file; a template cannot show the compiler that.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
  std::snprintf(text.data(), text.size(), format, values...);
#pragma GCC diagnostic pop
  return text.data();
}

struct NamedCount {
  const char* what;
  u64 count;
};

// Everything that was wrong with the input, the worst first.
std::vector<NamedCount> troubles(const RunResults& r) {
  using book::Fault;
  return {{"malformed messages", r.feed.malformed},
          {"gaps", r.feed.gaps},
          {"messages lost in gaps", r.feed.lost},
          {"orders unknown", r.books.of(Fault::unknown_order)},
          {"orders added twice", r.books.of(Fault::duplicate_add)},
          {"executed more than open", r.books.of(Fault::over_execution)},
          {"cancelled more than open", r.books.of(Fault::over_cancel)},
          {"orders without a quantity", r.books.of(Fault::bad_quantity)},
          {"orders without side or price", r.books.of(Fault::bad_order)},
          {"level totals too large", r.books.of(Fault::total_overflow)},
          {"books crossed while trading", r.books.crossed_events},
          {"symbols that do not fit their number", r.feed.symbol_mismatch},
          {"times going backwards", r.feed.time_backwards},
          {"messages of unknown type", r.feed.unknown_type},
          {"messages longer than their type", r.feed.oversized},
          {"duplicates", r.feed.duplicates},
          {"packets of other protocols", r.feed.skipped_packets},
          {"instruments beyond the most a line may have", r.feed.over_capacity},
          {"events for instruments never defined", r.books.unrouted},
          {"events dropped", r.dropped},
          {"events ignored after a loss", r.books.ignored},
          {"queue faults", r.queue_faults}};
}

// As a terminal can show it.
std::string shown_name(const RunResults& r, const BusyInstrument& one) {
  return printable(one.symbol) + (r.formats.size() > 1 ? "@" + std::to_string(one.venue) : "");
}

std::string signals_table(const RunResults& r) {
  if (r.signals.names.empty() || r.busiest.empty()) return {};
  std::string text = "\n  signals of the busiest\n";
  for (const BusyInstrument& one : r.busiest) {
    for (const SignalValues::Row& row : r.signals.rows) {
      if (row.venue != one.venue || row.symbol != one.symbol) continue;
      text += formatted("  %-10s ", shown_name(r, one).c_str()) + text_of(r.signals, row) + "\n";
    }
  }
  return text;
}

std::string busiest_table(const RunResults& r) {
  if (r.busiest.empty()) return {};
  std::string text = formatted("\n  %-10s %12s %12s %10s   %-10s %12s\n", "busiest", "events",
                               "bid qty", "bid", "ask", "ask qty");
  for (const BusyInstrument& one : r.busiest) {
    const std::string name = shown_name(r, one);
    const auto price = [](Price p) { return p == kNoPrice ? std::string{"-"} : decimal(p); };
    text += formatted("  %-10s %12s %12lld %10s   %-10s %12lld%s%s\n", name.c_str(),
                      grouped(one.events).c_str(), static_cast<long long>(one.bid.quantity.value),
                      price(one.bid.price).c_str(), price(one.ask.price).c_str(),
                      static_cast<long long>(one.ask.quantity.value),
                      one.suspect ? "  suspect" : "", one.stale ? "  STALE" : "");
  }
  return text;
}

std::string shard_text(const RunResults& r) {
  if (r.shards == 0) return "inline: one thread does everything";
  u64 sum = 0;
  u64 most = 0;
  std::string list;
  for (const u64 events : r.events_per_shard) {
    sum += events;
    most = std::max(most, events);
  }
  for (std::size_t i = 0; i < r.events_per_shard.size(); ++i) {
    const double share =
        sum == 0 ? 0
                 : 100.0 * static_cast<double>(r.events_per_shard[i]) / static_cast<double>(sum);
    list += formatted("%s%zu: %.0f %%", i == 0 ? "" : ", ", i, share);
  }
  std::string text = std::to_string(r.shards) + " (events by shard: " + list + ")";
  if (most * r.events_per_shard.size() > 2 * sum && sum > 0) {
    text += "\n            uneven: the busiest has more than twice the mean; see --shard-map";
  }
  return text;
}

// Where threads really ran, if somebody asked for a place.
std::string placement_text(const RunResults& r) {
  std::string list;
  bool pinned = false;
  for (const auto& [thread, where] : r.placements) {
    pinned |= where.starts_with("cpu") || where.ends_with("refused)");
    if (!list.empty()) list += ", ";
    list.append(thread).append(" on ").append(where);
  }
  return pinned ? "  pinned    " + list + "\n" : "";
}

}  // namespace

RunResults results_of(const pipeline::Engine& engine, const feeds::OpenedFeeds& opened,
                      u32 shards_asked, bool flow) {
  RunResults results;
  results.peak_rss = peak_rss_bytes();  // of the run itself, before digests are taken
  results.formats = opened.formats;
  results.time_base = opened.time_base;
  results.shards = shards_asked;
  results.books = engine.counters();
  results.dropped = engine.dropped();
  results.queue_faults = engine.queue_faults();
  results.elapsed_s =
      static_cast<double>(engine.elapsed().value) / static_cast<double>(kNanosPerSecond);
  results.placements = engine.placements();
  read_lines(results, engine);
  read_books(results, engine);
  results.signals = signals_of(engine);
  if (results.dropped == 0) {
    results.digest = pipeline::digest_of(engine);
    if (flow) results.flow_digest = pipeline::flow_digest_of(engine);
  }
  return results;
}

namespace {

// Null at full speed, where latencies would only show the queue's length.
void add_pace(nlohmann::ordered_json& json, const RunResults& r) {
  json["pace"] = nullptr;
  json["latency_ns"] = nullptr;
  if (!r.pace) return;
  json["pace"] = {{"asked_events_per_s", r.pace->asked_per_s},
                  {"achieved_events_per_s", r.pace->achieved_per_s()}};
  const Histogram& late = r.pace->lateness;
  json["latency_ns"] = {{"due_to_ingress",
                         {{"p50", late.quantile(0.5).value},
                          {"p90", late.quantile(0.9).value},
                          {"p99", late.quantile(0.99).value},
                          {"p99.9", late.quantile(0.999).value},
                          {"p99.99", late.quantile(0.9999).value},
                          {"max", late.max().value},
                          {"count", late.count()}}}};
}

}  // namespace

nlohmann::ordered_json json_of(const RunResults& r) {
  nlohmann::ordered_json json;
  const auto hex_or_null = [](const std::optional<u64>& value) {
    return value ? nlohmann::ordered_json(hex16(*value)) : nlohmann::ordered_json(nullptr);
  };
  json["formats"] = r.formats;
  json["time_base"] = r.time_base == feeds::TimeBase::utc ? "utc" : "midnight";
  json["messages"] = r.feed.messages;
  json["bytes"] = r.feed.bytes;
  json["events"] = r.books.applied;
  json["notices"] = r.books.notices;
  json["instruments"] = r.instruments;
  json["live_orders"] = r.live_orders;
  json["elapsed_s"] = r.elapsed_s;
  json["messages_per_s"] = r.messages_per_s();
  json["shards"] = r.shards;
  json["events_per_shard"] = r.events_per_shard;
  json["digest"] = hex_or_null(r.digest);
  json["flow_digest"] = hex_or_null(r.flow_digest);
  json["complete"] = r.complete;
  json["damage"] = r.damage;
  json["malformed"] = r.feed.malformed;
  json["oversized"] = r.feed.oversized;
  json["unknown_type"] = r.feed.unknown_type;
  json["symbol_mismatch"] = r.feed.symbol_mismatch;
  json["time_backwards"] = r.feed.time_backwards;
  json["filtered"] = r.feed.filtered;
  for (std::size_t i = 1; i < book::kFaults; ++i) {
    json[std::string{book::kFaultNames[i]}] = r.books.faults[i];
  }
  json["unrouted"] = r.books.unrouted;
  json["over_capacity"] = r.feed.over_capacity;
  json["gaps"] = r.feed.gaps;
  json["lost"] = r.feed.lost;
  json["duplicates"] = r.feed.duplicates;
  json["skipped_packets"] = r.feed.skipped_packets;
  json["levels_completed"] = r.feed.completions;
  json["dropped"] = r.dropped;
  json["ignored"] = r.books.ignored;
  json["crossed_books"] = r.crossed_books;
  json["crossed_events"] = r.books.crossed_events;
  json["suspect_books"] = r.suspect_books;
  json["stale_books"] = r.stale_books;
  json["queue_faults"] = r.queue_faults;
  json["last_sequence"] = r.last_sequence;
  json["peak_rss_bytes"] = r.peak_rss;
  add_pace(json, r);
  nlohmann::ordered_json& threads = json["threads"] = nlohmann::ordered_json::array();
  for (const auto& [thread, where] : r.placements) {
    threads.push_back({{"name", thread}, {"placement", where}});
  }
  json["warnings"] = r.warnings;
  json["signals"] = json_of(r.signals);
  return json;
}

std::string summary_of(const RunResults& r, bool colour) {
  const std::string bold = colour ? "\x1b[1m" : "";
  const std::string red = colour ? "\x1b[31m" : "";
  const std::string plain = colour ? "\x1b[0m" : "";
  std::string text;
  const std::string bytes = r.feed.bytes > 0 ? ", " + bytes_for_people(r.feed.bytes) : "";
  text += formatted("  %-9s %s messages%s, in %.3f s: ", r.simulated() ? "made" : "read",
                    grouped(r.feed.messages).c_str(), bytes.c_str(), r.elapsed_s);
  text += bold + formatted("%.2f million messages/s", r.messages_per_s() / 1e6) + plain + "\n";
  text += formatted("  applied   %s events to %s instruments, %s orders live at the end\n",
                    grouped(r.books.applied).c_str(), grouped(r.instruments).c_str(),
                    grouped(r.live_orders).c_str());
  if (r.pace) {
    text += formatted(
        "  pace      %s events/s asked, %s achieved; late by %s (p50), %s (p99), %s at most\n",
        grouped(static_cast<u64>(r.pace->asked_per_s)).c_str(),
        grouped(static_cast<u64>(r.pace->achieved_per_s() + 0.5)).c_str(),
        duration_for_people(r.pace->lateness.quantile(0.5)).c_str(),
        duration_for_people(r.pace->lateness.quantile(0.99)).c_str(),
        duration_for_people(r.pace->lateness.max()).c_str());
  }
  std::string wrong;
  for (const auto& [what, count] : troubles(r)) {
    if (count > 0) wrong += (wrong.empty() ? "" : ", ") + grouped(count) + " " + what;
  }
  text += "  wrong     " + (wrong.empty() ? "nothing" : red + wrong + plain) + "\n";
  if (r.suspect_books + r.stale_books > 0) {
    text += "  doubtful  " + grouped(r.suspect_books) + " books suspect, " +
            grouped(r.stale_books) + " STALE\n";
  }
  text += "  memory    " + bytes_for_people(r.peak_rss) + " at most\n";
  text += "  shards    " + shard_text(r) + "\n" + placement_text(r);
  text += std::string{"  ended     "} +
          (r.signal != 0       ? "early, by a signal"
           : !r.damage.empty() ? "damaged, see above"
           : r.complete        ? "complete"
                               : "without the closing message") +
          "\n";
  text += "  digest    " + (r.digest ? hex16(*r.digest) : "none: events were dropped");
  if (r.flow_digest) text += ", flow " + hex16(*r.flow_digest);
  return text + "\n" + busiest_table(r) + signals_table(r);
}

}  // namespace tapedeck::tools
