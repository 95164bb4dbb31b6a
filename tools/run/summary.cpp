#include "tools/run/summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <span>

#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/human_text.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::size_t kSignalsShown = 4;  // instruments; all of them are in the JSON summary

std::string formatted(const char* format, auto... values) {
  std::array<char, 256> text{};
  // The format is always a literal of this file, but the compiler cannot see that in a template.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
  std::snprintf(text.data(), text.size(), format, values...);
#pragma GCC diagnostic pop
  return text.data();
}

struct Trouble {
  std::string_view one, many;
  u64 count;
};

void add_troubles(std::vector<Trouble>& troubles, const FeedCounters& counters, CounterClass of) {
  for (const FeedCounter& counter : kFeedCounters) {
    if (counter.of == of) troubles.push_back({counter.one, counter.help, counters.*counter.count});
  }
}

// Returns every fault of the input with its count, the worst first.
std::vector<Trouble> troubles(const RunResults& r) {
  std::vector<Trouble> all;
  add_troubles(all, r.feed, CounterClass::loss);
  for (const book::FaultKind& kind : std::span{book::kFaultKinds}.subspan<1>()) {
    all.push_back({kind.one, kind.help, r.books.of(kind.fault)});
  }
  all.push_back({"time a book crossed while trading", "times a book crossed while trading",
                 r.books.crossed_events});
  add_troubles(all, r.feed, CounterClass::oddity);
  all.push_back({"event for an instrument never defined", "events for instruments never defined",
                 r.books.unrouted});
  all.push_back({"event dropped", "events dropped", r.dropped});
  all.push_back({"event ignored after a loss", "events ignored after a loss", r.books.ignored});
  all.push_back({"queue fault", "queue faults", r.queue_faults});
  return all;
}

// Returns the symbol as printable text, with its venue if there are several channels.
std::string shown_name(const RunResults& r, const book::InstrumentView& one) {
  return printable(one.name()) + (r.formats.size() > 1 ? "@" + std::to_string(one.venue) : "");
}

// "vwap.price" is `price` of the strategy `vwap`.
std::string_view strategy_of(std::string_view name) {
  return name.substr(0, name.rfind('.'));
}

// Returns one table per strategy, with a row per instrument and a column per value.
std::string signals_table(const RunResults& r) {
  const std::vector<std::string>& names = r.signals.names;
  std::string text;
  for (std::size_t first = 0, end = 0; first < names.size(); first = end) {
    const std::string_view strategy = strategy_of(names[first]);
    text += formatted("\n  %-10s", printable(strategy).c_str());
    for (end = first; end < names.size() && strategy_of(names[end]) == strategy; ++end) {
      text += formatted(" %13s", names[end].substr(strategy.size() + 1).c_str());
    }
    text += "\n";
    for (std::size_t i = 0; i < std::min(kSignalsShown, r.busiest.size()); ++i) {
      const book::InstrumentView& one = r.busiest[i];
      const StrategyValues::Row* const row = row_of(r.signals, one.venue, one.name());
      if (row == nullptr) continue;
      text += formatted("  %-10s", shown_name(r, one).c_str());
      for (std::size_t at = first; at < end; ++at) {
        text += formatted(" %13s", shown(row->values[at]).c_str());
      }
      text += "\n";
    }
  }
  return text;
}

std::string busiest_table(const RunResults& r) {
  if (r.busiest.empty()) return {};
  std::string text = formatted("\n  %-10s %12s %12s %10s   %-10s %12s\n", "busiest", "events",
                               "bid qty", "bid", "ask", "ask qty");
  for (const book::InstrumentView& one : r.busiest) {
    const std::string name = shown_name(r, one);
    const bool is_doubtful = one.trust.reason != book::TrustReason::none;
    const std::string trust = is_doubtful ? "  " + text_of(one.trust) : "";
    text +=
        formatted("  %-10s %12s %12lld %10s   %-10s %12lld%s\n", name.c_str(),
                  grouped(one.events).c_str(), static_cast<long long>(one.bid.quantity.value),
                  price_for_people(one.bid.price).c_str(), price_for_people(one.ask.price).c_str(),
                  static_cast<long long>(one.ask.quantity.value), trust.c_str());
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

// Returns where the threads really ran, if pinning was requested.
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

std::string recorded_text(const recorder::Recorded& tape) {
  const tape::TapeWriter::Counters& counters = tape.counters;
  std::string text = "  recorded  " + counted(counters.messages, "message") + " in " +
                     counted(counters.frames, "frame") + ", " +
                     bytes_for_people(counters.content_bytes);
  if (counters.content_bytes > 0) {
    const double share = 100.0 * static_cast<double>(counters.file_bytes) /
                         static_cast<double>(counters.content_bytes);
    text += formatted(", %s on the tape (%.0f %%)", bytes_for_people(counters.file_bytes).c_str(),
                      share);
  }
  if (counters.checkpoints > 0) {
    text += "; " + counted(counters.checkpoints, "checkpoint") + ", " +
            bytes_for_people(counters.checkpoint_bytes) + " of it";
  }
  if (tape.checkpoints_skipped > 0)
    text += "; no time for " + grouped(tape.checkpoints_skipped) + " more";
  if (tape.checkpoints_given_up) text += "; checkpoints given up: memory ran out";
  if (tape.dropped > 0) text += "; DROPPED " + counted(tape.dropped, "message");
  return text + "\n";
}

// Two decimals of millions say enough only of a fast run; a paced one may have ten messages a
// second.
std::string rate_text(double messages_per_s) {
  constexpr double kSlow = 100'000;
  if (messages_per_s < kSlow) return grouped_rate(messages_per_s) + " messages/s";
  return formatted("%.2f million messages/s", messages_per_s / 1e6);
}

std::string digests_text(const RunResults& r) {
  if (!r.digest) return "none: events were dropped";
  std::string text = hex16(*r.digest) + ", of all books";
  if (r.flow_digest) text += "; flow " + hex16(*r.flow_digest) + ", of every event";
  return text + ": the same for any number of shards";
}

}  // namespace

std::string summary_of(const RunResults& r, bool colour) {
  const std::string bold = colour ? "\x1b[1m" : "";
  const std::string red = colour ? "\x1b[31m" : "";
  const std::string plain = colour ? "\x1b[0m" : "";
  std::string text;
  const std::string bytes = r.feed.bytes > 0 ? ", " + bytes_for_people(r.feed.bytes) : "";
  text += formatted("  %-9s %s%s, in %.3f s: ", r.simulated() ? "made" : "read",
                    counted(r.feed.messages, "message").c_str(), bytes.c_str(), r.elapsed_s);
  text += bold + rate_text(r.messages_per_s()) + plain + "\n";
  text += "  applied   " + counted(r.books.applied, "event") + " to " +
          counted(r.instruments, "instrument") + ", " + counted(r.live_orders, "order") +
          " live at the end\n";
  if (r.from) text += "  from      " + r.from->meaning + "\n";
  if (r.to) text += "  to        " + r.to->meaning + "\n";
  if (r.feed.restored > 0) {
    text += "  checkpoint     began with the books as they were, " +
            counted(r.feed.restored, "event") + " that are not counted here\n";
  }
  if (r.pace) {
    text += formatted(
        "  pace      %s events/s asked, %s achieved\n  late      by %s (p50), %s (p99), %s at "
        "most\n",
        grouped_rate(r.pace->asked_per_s).c_str(), grouped_rate(r.pace->achieved_per_s()).c_str(),
        duration_for_people(r.pace->lateness.quantile(0.5)).c_str(),
        duration_for_people(r.pace->lateness.quantile(0.99)).c_str(),
        duration_for_people(r.pace->lateness.max()).c_str());
  }
  std::string wrong;
  for (const auto& [one, many, count] : troubles(r)) {
    if (count > 0) wrong.append(wrong.empty() ? "" : ", ").append(counted(count, one, many));
  }
  text += "  wrong     " + (wrong.empty() ? "nothing" : red + wrong + plain) + "\n";
  if (r.suspect_books + r.stale_books > 0) {
    text += "  doubtful  " + counted(r.suspect_books, "book") + " SUSPECT, " +
            grouped(r.stale_books) + " STALE\n";
  }
  text += "  memory    " + bytes_for_people(r.peak_rss) + " at most\n";
  text += "  shards    " + shard_text(r) + "\n" + placement_text(r);
  for (const std::string& path : r.written) text += "  wrote     " + harmless(path) + "\n";
  for (const recorder::Recorded& tape : r.recorded) text += recorded_text(tape);
  text += std::string{"  ended     "} +
          (r.signal != 0       ? "early, by a signal"
           : r.capped()        ? "at a limit, see above"
           : !r.damage.empty() ? "damaged, see above"
           : r.complete        ? "complete"
                               : "without the closing message") +
          "\n";
  text += "  digest    " + digests_text(r);
  return text + "\n" + busiest_table(r) + signals_table(r);
}

}  // namespace tapedeck::tools
