#include "tools/book/book_at.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "engine/book/instrument_view.hpp"
#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/units.hpp"
#include "feeds/replay/replay_feed.hpp"
#include "tools/cli/activity.hpp"
#include "tools/cli/human_text.hpp"
#include "tools/cli/provenance.hpp"
#include "tools/cli/signals.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/run/feed_run.hpp"
#include "tools/run/findings.hpp"
#include "tools/run/place_finder.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;

constexpr u32 kMaxDepth = 1000;

// Returns a replay of everything up to and including the place. It begins at the last checkpoint
// before the place, if there is one.
std::unique_ptr<replay::ReplayFeed> up_to(std::unique_ptr<Feed> feed, const Place& place,
                                          std::optional<ChannelMoment>& sought) {
  replay::ReplaySettings settings;
  settings.warns_if_empty = false;  // a book may be that before the first message
  if (place.sequence) settings.to_sequence = *place.sequence + 1;
  if (place.time) settings.to_time = *place.time + Nanos{1};
  sought = feed->recording()->seek(
      {settings.to_sequence.value_or(0), settings.to_time.value_or(kBeginningOfTime)});
  settings.sought = sought;
  return std::make_unique<replay::ReplayFeed>(std::move(feed), settings,
                                              std::make_shared<replay::ReplayClock>(1));
}

// How far a channel was read.
struct Reading {
  const replay::ReplayFeed* replay_feed = nullptr;  // null: read to its end
  std::optional<ChannelMoment> sought;
  Nanos reached = kBeginningOfTime;
  Sequence message = 0;

  void note(const EventBuffer& events) {
    for (const Event& event : events) {
      if (event.kind == Kind::loss) continue;
      reached = std::max(reached, event.exchange_time);
      message = std::max(message, event.sequence);
    }
  }
  [[nodiscard]] bool is_there() const {
    return replay_feed != nullptr && replay_feed->reached_end();
  }
};

void warn_if_early(const Reading& reading, const BookAtOptions& options, const ShownTimes& shown) {
  if (reading.replay_feed != nullptr && !reading.is_there()) {
    spdlog::warn("--at {}: the input ends there or earlier, with message {} of {}", options.at,
                 grouped(reading.message), time_text(reading.reached, shown));
  }
}

// Marks the books of channels that ended at damage. Returns what was found in what was read.
RunQuality ended(const feeds::OpenedFeeds& opened, const std::vector<Reading>& readings,
                 book::BookSet& books) {
  RunQuality quality;
  quality.warnings = opened.warnings;
  bool complete = true;
  for (std::size_t channel = 0; channel < readings.size(); ++channel) {
    const Feed& feed = *opened.channels[channel].feed;
    const bool is_there = readings[channel].is_there();
    add(quality, feed);
    complete &=
        feed.recording()->complete() || is_there;  // a recording may go on behind the moment
    // The book is that of an earlier moment than the one asked for.
    if (damage_of(feed) != nullptr && !is_there) {
      books.apply(static_cast<ChannelId>(channel), loss_after(feed, readings[channel].reached));
    }
  }
  quality.complete = complete;
  quality.books = books.counters();
  count_books(quality, books);
  return quality;
}

// Returns the symbols to ask the feeds for; none: all of them. A feed makes names with a '#', such
// as "AAPL#38@2", while it reads, and cannot be asked for them.
std::vector<std::string> symbols_to_read(const std::string& symbol) {
  if (symbol.find('#') != std::string::npos) return {};
  return {symbol};
}

// Returns the symbol that is asked for; empty if it is not only one.
std::string symbol_asked(const BookAtOptions& options) {
  return options.input.symbols.size() == 1 ? options.input.symbols[0] : std::string{};
}

// Returns true if `name` is shown for a symbol that is too long: its beginning, and "#" and an id.
bool is_cut_name(std::string_view name, const std::string& symbol) {
  if (symbol.size() <= kMaxSymbol || name.size() != kMaxSymbol) return false;
  return symbol.find('#') == std::string::npos &&
         symbol.starts_with(name.substr(0, name.rfind('#')));
}

// Returns the book with the symbol, or the only one; null if there is none. Throws UsageError if
// several streams of a capture have one, or if the symbol is a pattern that means several.
const book::Book* find_book(const book::BookSet& books, const std::string& symbol,
                            const feeds::OpenedFeeds& opened) {
  if (symbol.empty()) return books.books().size() == 1 ? &books.books().front() : nullptr;
  std::vector<const book::Book*> found;  // the first of each channel
  for (const book::Book& book : books.books()) {
    const std::string_view name = book.state.define.name();
    const bool is_meant = feeds::means(symbol, name);
    if (!is_meant && !is_cut_name(name, symbol)) continue;
    if (is_meant && !found.empty() && found[0]->state.define.name() != name) {
      throw UsageError("--symbol " + printable(symbol) + ": means several instruments, as " +
                       printable(found[0]->state.define.name()) + " and " + printable(name));
    }
    if (std::ranges::find(found, book.channel, &book::Book::channel) != found.end()) continue;
    found.push_back(&book);
  }
  if (found.size() <= 1) return found.empty() ? nullptr : found.front();
  std::string list;
  for (const book::Book* book : found) {
    list += (list.empty() ? "" : "; ") + opened.channels[book->channel].name;
  }
  throw UsageError("--symbol " + printable(symbol) +
                   ": is in several streams; choose one by --group: " + list);
}

// Finds the moment asked for, and tells people which it is.
std::optional<AskedPlace> find_moment(const BookAtOptions& options, PlaceFinder& finder) {
  if (options.at.empty()) return {};
  AskedPlace at = finder.find("--at", options.at);
  if (at.place.time && !options.quiet) spdlog::info("--at {}: {}", options.at, at.meaning);
  return at;
}

// Throws UsageError if the moment asked for lies before the recording.
void refuse_before_beginning(const std::optional<AskedPlace>& at, PlaceFinder& finder,
                             const BookAtOptions& options) {
  if (!at || !at->place.time) return;
  const auto first = finder.first_time();
  if (!first || *at->place.time >= *first) return;
  const ShownTimes& shown = finder.shown().front();
  throw UsageError("--at " + options.at + ": lies before the first message of " +
                   options.input.paths[0] + ", of " + time_text(*first, shown) + " (" +
                   zone_text(shown) + ")");
}

[[noreturn]] void refuse(const book::BookSet& books, const BookAtOptions& options,
                         const feeds::SymbolSelection& selection) {
  const std::string& file = options.input.paths[0];
  if (const std::string symbol = symbol_asked(options); !symbol.empty()) {
    const auto missing = selection.missing();
    const bool is_near = missing.size() == 1 && missing[0].nearest;
    throw UsageError("--symbol " + printable(symbol) + ": is not in " + file + " up to there; " +
                     (is_near ? "did you mean " + printable(*missing[0].nearest) + "?"
                              : "`tapedeck symbols " + file + "` lists what is"));
  }
  constexpr std::size_t kNamed = 5;
  std::vector<const book::Book*> busiest;
  for (const book::Book& book : books.books()) busiest.push_back(&book);
  std::ranges::stable_sort(busiest, std::ranges::greater{},
                           [](const book::Book* book) { return book->state.events; });
  std::string list;
  for (std::size_t i = 0; i < std::min(kNamed, busiest.size()); ++i) {
    list += (i == 0 ? "" : ", ") + printable(busiest[i]->state.define.name());
  }
  throw UsageError(busiest.empty() ? file + ": has no instrument up to there"
                                   : file + ": has " + counted(busiest.size(), "instrument") +
                                         " up to there; name one of them with --symbol: " + list +
                                         (busiest.size() > kNamed ? ", ..." : ""));
}

struct Found {
  const book::BookSet& books;
  const book::Book& book;
  book::InstrumentView view;
  ShownTimes shown;
  std::optional<AskedPlace> at;  // empty: the end
  Nanos reached;                 // time of the channel's newest message
  Sequence message;
  std::optional<ChannelMoment> sought;  // where reading began after a seek
  std::vector<RunFinding> findings;
};

ordered_json side_json(const Found& found, Side side, const BookAtOptions& options) {
  ordered_json levels = ordered_json::array();
  for (u32 depth = 0; depth < std::min(options.depth, found.book.side(side).size()); ++depth) {
    const book::Level level = found.books.level(found.book, side, depth);
    ordered_json& json = levels.emplace_back(ordered_json{{"price", decimal(level.price)},
                                                          {"quantity", level.quantity.value},
                                                          {"orders", level.orders}});
    if (!options.orders) continue;
    json["queue"] = ordered_json::array();
    for (const auto& [id, quantity] : found.books.level_at(found.book, side, level.price).orders) {
      json["queue"].push_back({{"id", id.value}, {"quantity", quantity.value}});
    }
  }
  return levels;
}

void add_trust(ordered_json& json, const book::BookTrust& trust) {
  const bool has_reason = trust.reason != book::TrustReason::none;
  json["state"] = name_of(trust.state);
  json["state_reason"] = has_reason ? ordered_json(name_of(trust.reason)) : ordered_json(nullptr);
  const auto or_null = [](std::optional<Sequence> sequence) {
    return sequence ? ordered_json(*sequence) : ordered_json(nullptr);
  };
  json["state_first"] = or_null(trust.known_first());
  json["state_last"] = or_null(trust.known_last());
}

ordered_json json_of(const Found& found, const BookAtOptions& options) {
  const book::InstrumentView& view = found.view;
  ordered_json json = ordered_json::object();
  json["symbol"] = std::string{view.name()};
  json["time_base"] = time_base_text(found.shown.base);
  json["at"] = found.at ? ordered_json(found.at->given) : ordered_json(nullptr);
  json["at_time"] =
      time_json(found.at ? found.at->place.time.value_or(kBeginningOfTime) : kBeginningOfTime,
                found.shown.base);
  json["message"] = found.message;
  json["time"] = time_json(found.reached, found.shown.base);
  json["begun_after"] = found.sought ? ordered_json(found.sought->sequence) : ordered_json(nullptr);
  json["last_message"] = view.sequence;
  json["last_time"] = time_json(view.time, found.shown.base);
  add_cleanliness(json, found.findings);
  add_trust(json, view.trust);
  json["trading"] = std::string{name_of(view.trading)};
  json["last_price"] = decimal(view.last_price);
  json["last_quantity"] = view.last_quantity.value;
  json["volume"] = view.volume.value;
  json["bid_levels"] = view.bid_levels;
  json["ask_levels"] = view.ask_levels;
  json["orders"] = found.books.orders_of(found.book);
  json["digest"] = hex16(book::book_digest(found.books.snapshot(found.book)));
  json["bids"] = side_json(found, Side::bid, options);
  json["asks"] = side_json(found, Side::ask, options);
  return json;
}

std::string right(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}
std::string left(const std::string& text, std::size_t width) {
  return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
}

std::string queue_text(const Found& found, Side side, Price price) {
  std::string text;
  for (const auto& [id, quantity] : found.books.level_at(found.book, side, price).orders) {
    text += (text.empty() ? "" : ", ") + std::to_string(quantity.value) + " (" +
            std::to_string(id.value) + ")";
  }
  return text;
}

std::string ladder_of(const Found& found, u32 depth) {
  std::string text =
      "   orders        bid qty           bid   ask           ask qty        orders\n";
  for (u32 i = 0; i < depth; ++i) {
    const book::Level bid = found.books.level(found.book, Side::bid, i);
    const book::Level ask = found.books.level(found.book, Side::ask, i);
    if (bid.orders == 0 && ask.orders == 0) break;
    const auto number = [](u64 value, const book::Level& level) {
      return level.orders == 0 ? std::string{} : grouped(value);
    };
    const auto price = [](const book::Level& level) {
      return level.orders == 0 ? std::string{} : price_for_people(level.price);
    };
    std::string row = right(number(bid.orders, bid), 9) +
                      right(number(static_cast<u64>(bid.quantity.value), bid), 15) +
                      right(price(bid), 14) + "   " + left(price(ask), 14) +
                      left(number(static_cast<u64>(ask.quantity.value), ask), 15) +
                      number(ask.orders, ask);
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  return text;
}

std::string queues_of(const Found& found, u32 depth) {
  std::string text;
  for (const Side side : {Side::bid, Side::ask}) {
    text += side == Side::bid ? "\n  bids, first in time first: quantity (order)\n" : "\n  asks\n";
    for (u32 i = 0; i < std::min(depth, found.book.side(side).size()); ++i) {
      const Price price = found.books.level(found.book, side, i).price;
      text += right(price_for_people(price), 12) + "  " + queue_text(found, side, price) + "\n";
    }
  }
  return text;
}

std::string text_of(const Found& found, const BookAtOptions& options) {
  const book::InstrumentView& view = found.view;
  const std::optional<Nanos> asked = found.at ? found.at->place.time : std::nullopt;
  std::string text = "  " + printable(view.name()) +
                     (asked ? " at " + time_text(*asked, found.shown) : "") + ", after message " +
                     grouped(found.message) + " of " + time_text(found.reached, found.shown) +
                     " (" + zone_text(found.shown) + ")\n  " + text_of(view.trust) + ", " +
                     (view.trading == TradingState::unknown ? "trading state unknown"
                                                            : std::string{name_of(view.trading)}) +
                     "; " + counted(found.books.orders_of(found.book), "order") + " at " +
                     grouped(view.bid_levels) + " bid and " + counted(view.ask_levels, "ask level");
  if (view.last_price != kNoPrice) {
    text += "; last trade " + grouped(static_cast<u64>(view.last_quantity.value)) + " at " +
            price_for_people(view.last_price);
  }
  text += "\n\n" + ladder_of(found, options.depth);
  return options.orders ? text + queues_of(found, options.depth) : text;
}

}  // namespace

ExitCode book_at(const BookAtOptions& options) {
  if (options.depth < 1 || options.depth > kMaxDepth) {
    throw UsageError("--depth " + std::to_string(options.depth) + ": must be 1 to " +
                     std::to_string(kMaxDepth) + " levels");
  }
  const std::vector<std::string> fail_on =
      fail_on_kinds(options.input.run.fail_on, options.input.run.strict, Finds::in_books);
  const Activity activity{"keeping the book"};
  const Provenance provenance = provenance_of(files_read(options.input));
  const std::optional<TimeZone> zone = zone_of_option(options.input.tz);
  ReplayOptions input = options.input;
  const std::string symbol = symbol_asked(options);
  if (!symbol.empty()) input.symbols = symbols_to_read(symbol);
  const feeds::FilesSpec request = files_spec(input);
  feeds::OpenedFeeds opened = feeds::open_channels(request);
  feeds::keep_times_plausible(opened);
  StopOnSignal stop{StopOnSignal::Limit::here};
  PlaceFinder finder{opened, reopening(request), zone, stop.flag()};
  const std::optional<AskedPlace> at = find_moment(options, finder);
  const std::size_t channels = opened.channels.size();
  std::vector<Reading> readings(channels);
  book::BookSet books{{.hash_key = new_hash_key()}};
  for (std::size_t channel = 0; channel < channels; ++channel) {
    books.open_channel(static_cast<ChannelId>(channel), true);
    if (!at) continue;
    std::unique_ptr<Feed>& feed = opened.channels[channel].feed;
    auto stopped = up_to(std::move(feed), at->place, readings[channel].sought);
    readings[channel].replay_feed = stopped.get();
    feed = std::move(stopped);
  }
  const auto take = [&](std::size_t channel, const EventBuffer& events) {
    books.apply(static_cast<ChannelId>(channel),
                std::span<const Event>{events.begin(), events.size()});
    readings[channel].note(events);
  };
  const bool live = shows_live(options.quiet);
  const int signal = run_feeds(opened.channels, take, live, stop);
  if (signal != 0) {
    spdlog::warn("stopped by a signal before that moment was reached");
    return code_after(signal);
  }
  const RunQuality quality = ended(opened, readings, books);
  log_quality(quality);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    warn_if_early(readings[channel], options, finder.shown()[channel]);
  }
  const bool is_lacking = !quality.damage.empty() || !quality.left_out.empty();
  const book::Book* const book = find_book(books, symbol, opened);
  if (book == nullptr) {
    if (is_lacking) return ExitCode::damaged_input;
    refuse_before_beginning(at, finder, options);
    refuse(books, options, request.symbols);
  }
  const Reading& reading = readings[book->channel];
  const Found found{books,
                    *book,
                    book::view_of(books, *book),
                    finder.shown()[book->channel],
                    at,
                    reading.reached,
                    reading.message,
                    reading.sought,
                    findings_of(quality)};
  if (options.json) {
    print_json(json_of(found, options), provenance);
  } else {
    print_results(text_of(found, options));
  }
  return code_after_findings(is_lacking ? ExitCode::damaged_input : ExitCode::done, found.findings,
                             fail_on);
}

}  // namespace tapedeck::tools
