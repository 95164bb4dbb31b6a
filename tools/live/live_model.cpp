#include "tools/live/live_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "engine/core/calendar.hpp"
#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/units.hpp"
#include "tools/cli/human_text.hpp"
#include "tools/live/live_line.hpp"

namespace tapedeck::tools {
namespace {

Move move_between(Price before, Price now) {
  if (before == kNoPrice || now == kNoPrice || before == now) return Move::none;
  return before < now ? Move::up : Move::down;
}

// The latest time of any instrument, in its channel's zone: with date and zone, with the zone,
// alone.
std::array<std::string, 3> market_times(const pipeline::MarketTime& market,
                                        const LiveContext& context) {
  if (market.time == kBeginningOfTime || market.channel >= context.times.size()) return {};
  const ShownTimes& shown = context.times[market.channel];
  constexpr std::size_t kToMilliseconds = 12;  // "09:30:00.004"
  constexpr std::size_t kDate = 10;            // "2012-06-21"
  const std::string clock = clock_text(market.time, shown).substr(0, kToMilliseconds);
  const std::string with_zone = clock + " " + shown.zone.name();
  if (shown.base == feeds::TimeBase::midnight) return {with_zone, with_zone, clock};
  const std::string date = iso_time(shown.zone.wall_clock(market.time)).substr(0, kDate);
  return {date + " " + with_zone, with_zone, clock};
}

std::string latency_text(const pipeline::LiveLatency& latency) {
  if (latency.count == 0) return "latency -";
  return "latency p50 " + duration_for_people(latency.p50) + ", p99 " +
         duration_for_people(latency.p99);
}

// A paced run reads ahead in leaps, so that the bytes say nothing of its time.
std::string progress_fact(const pipeline::Progress& now, Nanos since_start, bool paced) {
  if (now.raw_bytes_total == 0) return {};
  const double share = std::min(
      1.0, static_cast<double>(now.raw_bytes_read) / static_cast<double>(now.raw_bytes_total));
  std::string text =
      with_decimals(100 * share, 0) + " % of " + bytes_for_people(now.raw_bytes_total);
  if (share > 0 && !paced) text += ", " + time_left_text(since_start, share);
  return text;
}

std::vector<std::string> facts_of(const pipeline::Report& report, const LiveContext& context) {
  const pipeline::Progress& now = report.now;
  const double seconds =
      static_cast<double>(report.since_start.value) / static_cast<double>(kNanosPerSecond);
  std::vector<std::string> facts;
  if (context.paced) facts.push_back(latency_text(report.latency));
  facts.push_back(grouped(static_cast<u64>(report.events_per_s)) + "/s");
  if (now.dropped > 0) facts.push_back("dropped " + grouped(now.dropped));
  facts.push_back(with_decimals(seconds, 1) + " s");
  facts.push_back(counted(now.applied, "event"));
  if (std::string progress = progress_fact(now, report.since_start, context.paced);
      !progress.empty()) {
    facts.push_back(std::move(progress));
  }
  facts.push_back("live " + grouped(now.live_orders));
  facts.push_back("lag " + grouped(report.in_queues));
  facts.push_back("queue " + grouped(report.deepest));
  if (now.dropped == 0) facts.emplace_back("dropped 0");
  return facts;
}

// Whole numbers whole, others with the decimals of a column, and those that would then be nothing
// with their first digits.
std::string value_text(double value) {
  if (!std::isfinite(value)) return "-";
  constexpr double kWhole = 1e6, kLargest = 1e15, kLeast = 1e-3;
  const double size = std::abs(value);
  const bool is_whole = size < kLargest && (size >= kWhole || value == std::floor(value));
  if (is_whole) return with_decimals(value, 0);
  constexpr int kDecimals = 4;
  if (size >= kLeast && size < kWhole) return with_decimals(value, kDecimals);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

void set_state(const book::InstrumentView& view, LiveRow& row) {
  if (view.trust.reason != book::TrustReason::none) {
    row.state = name_of(view.trust.state);
    row.state_with_reason = text_of(view.trust);
  } else if (view.halted) {
    row.state = row.state_with_reason = "HALTED";
  }
}

LiveRow row_of(const book::InstrumentView& view, bool with_venue) {
  LiveRow row;
  row.name = printable(view.name());
  if (with_venue) row.name += "@" + std::to_string(view.venue);
  row.bid = price_for_people(view.bid.price);
  row.ask = price_for_people(view.ask.price);
  row.bid_quantity = std::to_string(view.bid.quantity.value);
  row.ask_quantity = std::to_string(view.ask.quantity.value);
  row.last = price_for_people(view.last_price);
  row.volume = grouped(static_cast<u64>(view.volume.value));
  set_state(view, row);
  return row;
}

}  // namespace

BestPrices::Key BestPrices::key_of(const book::InstrumentView& view) {
  return {view.venue, view.define.source_id, std::string{view.name()}};
}

BestPrices::BestPrices(const pipeline::Report& report) {
  for (const book::InstrumentView& view : report.busiest) {
    pairs_.insert_or_assign(key_of(view), Pair{view.bid.price, view.ask.price});
  }
}

void BestPrices::mark(const book::InstrumentView& view, LiveRow& row) const {
  const auto at = pairs_.find(key_of(view));
  if (at == pairs_.end()) return;
  row.bid_move = move_between(at->second.bid, view.bid.price);
  row.ask_move = move_between(at->second.ask, view.ask.price);
}

LiveModel model_of(const pipeline::Report& report, const LiveContext& context,
                   const BestPrices& before) {
  LiveModel model;
  model.times = market_times(report.market, context);
  model.facts = facts_of(report, context);
  model.source = context.unicode ? harmless(context.source) : printable(context.source);
  model.unicode = context.unicode;
  if (!report.values.empty()) {
    const std::size_t values = std::min(context.value_names.size(), pipeline::kLiveValues);
    for (std::size_t i = 0; i < values; ++i) {
      model.value_names.push_back(printable(context.value_names[i]));
    }
  }
  const bool several_venues = std::ranges::any_of(
      report.busiest, [](const book::InstrumentView& view) { return view.venue != 0; });
  for (std::size_t i = 0; i < report.busiest.size(); ++i) {
    const book::InstrumentView& view = report.busiest[i];
    LiveRow row = row_of(view, several_venues);
    before.mark(view, row);
    for (std::size_t value = 0; value < model.value_names.size(); ++value) {
      row.values.push_back(value_text(report.values[i].values.at(value)));
    }
    model.rows.push_back(std::move(row));
  }
  model.instruments = std::max<u64>(report.instruments, model.rows.size());
  return model;
}

}  // namespace tapedeck::tools
