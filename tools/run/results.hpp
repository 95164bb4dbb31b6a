// The results of a finished run, and their JSON for programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/book/fault.hpp"
#include "engine/book/instrument_view.hpp"
#include "engine/core/histogram.hpp"
#include "engine/latency/latency_spans.hpp"
#include "engine/pipeline/engine.hpp"
#include "feeds/catalog/catalog.hpp"
#include "feeds/recorder/tape_recorder.hpp"
#include "tools/cli/place.hpp"
#include "tools/run/strategy_values.hpp"

namespace tapedeck::tools {

/// The counts of a run that can be summed over several runs.
struct RunCounts {
  FeedCounters feed;  // summed over the channels
  book::BookCounters books;
  u64 instruments = 0, live_orders = 0, crossed_books = 0, suspect_books = 0, stale_books = 0;
  u64 dropped = 0, queue_faults = 0;
};
void add(RunCounts& sum, const RunCounts& one);
/// add_amounts() adds the fields of the JSON summary that are amounts. add_findings() adds the
/// fields that are findings.
void add_amounts(nlohmann::ordered_json& json, const RunCounts& counts);
void add_findings(nlohmann::ordered_json& json, const RunCounts& counts);

/// What says how far the results of reading are to be trusted: findings_of() judges it.
struct RunQuality : RunCounts {
  bool complete = true;
  std::vector<std::string> damage;    // one text per damaged channel
  std::vector<std::string> left_out;  // one text per channel that left input out, see Feed
  std::vector<std::string> warnings;
};
/// Adds what a feed says after its last event. `name` precedes its warnings, unless it is empty.
void add(RunQuality& sum, const Feed& feed, const std::string& name = {});
/// Adds the numbers of books, and of those that are doubtful; not the counters of `books`.
template <class Books>
void count_books(RunCounts& sum, const Books& books) {
  sum.live_orders += books.live_orders();
  for (const auto& book : books.books()) {
    const book::TrustState trust = book.state.trust(books.session(book.channel)).state;
    ++sum.instruments;
    sum.crossed_books += book.state.crossed_while_trading ? 1 : 0;
    sum.suspect_books += trust == book::TrustState::suspect ? 1 : 0;
    sum.stale_books += trust == book::TrustState::stale ? 1 : 0;
  }
}

struct RunResults : RunQuality {
  std::vector<std::string> formats;  // of the input, by channel
  feeds::TimeBase time_base = feeds::TimeBase::utc;
  std::optional<AskedPlace> from, to;  // the part of the recording that was asked for
  u64 last_sequence = 0, peak_rss = 0;
  u32 shards = 0;  // as requested; 0 means the inline engine
  std::vector<u64> events_per_shard;
  double elapsed_s = 0;
  std::string
      expected_end;  // of the first channel that is not complete, see Recording::expected_end()
  // The first channel's Feed::bookless_schema(), if no channel has an event for a book.
  std::string bookless_schema;
  bool lacks_nothing = false;  // no event for a book, and no channel's source should have had one
  int signal = 0;              // the signal that came during the run; 0 if none did
  pipeline::BookLimit limit = pipeline::BookLimit::none;  // the limit that stopped the run early
  u64 skipped_cuts = 0;                                   // with --snapshot-full skip
  std::optional<Histogram> cut_stalls;  // how long each report of a cut held a shard up
  std::optional<u64> digest, flow_digest;
  std::optional<Pace> pace;                  // merged over all channels with a timetable
  std::optional<latency::SpanTimes> spans;   // latencies of the sampled events of these channels
  std::vector<std::string> failed_on;        // one text per finding that --fail-on names
  std::vector<std::string> written;          // paths of the outputs that are complete
  std::vector<std::string> unwritten;        // the errors of all other outputs
  std::vector<recorder::Recorded> recorded;  // the tapes that were recorded
  std::vector<book::InstrumentView> busiest;
  StrategyValues signals;
  std::vector<pipeline::Placement> placements;

  /// Returns true if a limit stopped the run.
  [[nodiscard]] bool capped() const { return limit != pipeline::BookLimit::none; }
  /// Returns the number of events that reached an instrument's book or state. 0 means that the
  /// input contained nothing usable.
  [[nodiscard]] u64 instrument_events() const {
    u64 sum = 0;
    for (const u64 events : events_per_shard) sum += events;
    return sum;
  }
  [[nodiscard]] bool simulated() const { return !formats.empty() && formats[0] == "simulated"; }
  [[nodiscard]] double messages_per_s() const {
    return elapsed_s > 0 ? static_cast<double>(feed.messages) / elapsed_s : 0;
  }
};

/// Returns the results. Call it after the engine has run. `flow` says whether the run computed flow
/// hashes.
[[nodiscard]] RunResults results_of(const pipeline::Engine& engine,
                                    const feeds::OpenedFeeds& opened, u32 shards_asked, bool flow);

[[nodiscard]] nlohmann::ordered_json json_of(const RunResults& results);
/// Returns the digest as 16 hex digits, or null if there is none.
[[nodiscard]] nlohmann::ordered_json json_of_digest(const std::optional<u64>& digest);

}  // namespace tapedeck::tools
