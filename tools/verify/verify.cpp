#include "tools/verify/verify.hpp"

#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "engine/book/book_set.hpp"
#include "engine/core/decimal.hpp"
#include "engine/core/units.hpp"
#include "feeds/lobster/files.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/provenance.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/run/findings.hpp"
#include "tools/verify/verify_itch.hpp"
#include "tools/verify/verify_lobster.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::ordered_json;

// Adapts the engine's own book of one instrument to verify_lobster.
class EngineTarget final : public VerifyTarget {
 public:
  EngineTarget() { books_.open_channel(0, true); }
  void apply(const Event& event) override { books_.apply(0, event); }
  [[nodiscard]] std::optional<Level> level(Side side, std::size_t depth) const override {
    const book::Book* book = books_.find(0, Instrument{0});
    if (book == nullptr || depth >= book->side(side).size()) return {};
    const book::Level found = books_.level(*book, side, static_cast<u32>(depth));
    return Level{found.price, found.quantity.value};
  }
  [[nodiscard]] std::optional<u32> orders_ahead(OrderId id) const override {
    const book::Book* book = books_.find(0, Instrument{0});
    return book == nullptr ? std::nullopt : books_.orders_ahead(*book, id);
  }
  [[nodiscard]] const book::BookCounters& counters() const { return books_.counters(); }

 private:
  book::BookSet books_;
};

feeds::lobster::PlantedFault parse_fault(const std::string& text) {
  feeds::lobster::PlantedFault fault;
  if (text.empty()) return fault;
  constexpr std::string_view kSizeAt = "size@";
  if (text == "ignore-deletes") {
    fault.ignore_deletes = true;
  } else if (text == "swap-side") {
    fault.swap_side = true;
  } else if (const auto row = text.starts_with(kSizeAt) ? parse_integer(text.substr(kSizeAt.size()))
                                                        : std::nullopt;
             row && *row > 0) {
    fault.size_at_row = static_cast<u64>(*row);
  } else {
    throw UsageError("--plant " + text + ": must be size@ROW, ignore-deletes or swap-side");
  }
  return fault;
}

ExitCode code_of(bool different, const RunQuality& quality, u64 compared) {
  log_quality(quality);
  if (different) return ExitCode::difference;
  const bool is_lacking = !quality.damage.empty() || !quality.left_out.empty();
  if (!is_lacking && compared == 0) spdlog::error("there was nothing to compare");
  return is_lacking || compared == 0 ? ExitCode::damaged_input : ExitCode::done;
}

RunQuality quality_of(const LobsterVerdict& verdict) {
  RunQuality quality;
  if (verdict.damage) quality.damage.push_back(with_flags(*verdict.damage));
  return quality;
}

// Returns the path of the book file; empty if the archive with the messages has it.
std::string book_path(const VerifyLobsterOptions& options) {
  return options.orderbook.empty() ? feeds::book_beside(options.messages).value_or("")
                                   : options.orderbook;
}

feeds::lobster::DaySources lobster_sources(const VerifyLobsterOptions& options) {
  feeds::lobster::DaySources day;
  const std::string book = book_path(options);
  if (book.empty()) {
    // An archive has both files.
    day = feeds::lobster::open_lobster_zip(options.messages);
  } else {
    day.messages = feeds::open_source(options.messages);
    day.book = feeds::open_source(book);
    day.symbol = feeds::lobster::lobster_symbol(options.messages);
  }
  if (options.symbol.empty()) return day;
  const std::string& named = day.message_name.empty() ? options.messages : day.message_name;
  if (feeds::lobster::names_symbol(named) && options.symbol != day.symbol) {
    throw UsageError("--symbol " + options.symbol + ": the file is of " + day.symbol +
                     ", by its name");
  }
  day.symbol = options.symbol;
  return day;
}

ordered_json json_of(const LobsterVerdict& v) {
  ordered_json json = ordered_json::object();
  json["rows_compared"] = v.rows_compared;
  json["rows_different"] = v.rows_different;
  json["rows_proven"] = v.rows_proven;
  json["levels_seeded"] = v.levels_seeded;
  json["levels_completed"] = v.levels_completed;
  json["unknown_ids"] = v.unknown_ids;
  json["executions_at_known_levels"] = v.executions_at_known_levels;
  json["executions_at_front"] = v.executions_at_front;
  json["first_difference"] = nullptr;
  if (v.first_difference) {
    const LobsterDifference& d = *v.first_difference;
    json["first_difference"] = {{"row", d.row},
                                {"side", d.side == Side::bid ? "bid" : "ask"},
                                {"level", d.level},
                                {"expected", d.expected},
                                {"found", d.found}};
  }
  json["damage"] = v.damage ? ordered_json(with_flags(*v.damage)) : ordered_json(nullptr);
  add_cleanliness(json, findings_of(quality_of(v)));
  return json;
}

}  // namespace

ExitCode verify_itch_command(const VerifyItchOptions& options) {
  if (!options.plant.empty() && options.plant != "reversed-queue") {
    throw UsageError("--plant " + options.plant + ": must be reversed-queue");
  }
  const std::vector<std::string> fail_on =
      fail_on_kinds(options.input.run.fail_on, options.input.run.strict, Finds::in_books);
  const Provenance provenance = provenance_of(files_read(options.input));
  const feeds::OpenedFeeds opened = feeds::open_channels(files_spec(options.input));
  refuse_several_streams(options.input.paths[0], opened);
  Feed& feed = *opened.channels[0].feed;
  const ItchVerdict v = options.plant.empty() ? verify_itch<book::JoinAt::back>(feed)
                                              : verify_itch<book::JoinAt::front>(feed);
  const std::vector<RunFinding> findings = findings_of(v.quality);
  if (options.json) {
    ordered_json json = ordered_json::object();
    json["messages"] = v.messages;
    json["events_compared"] = v.events;
    json["equal"] = v.events == 0 ? ordered_json(nullptr) : ordered_json(!v.difference);
    json["digest"] = v.difference ? ordered_json(nullptr) : ordered_json(hex16(v.digest));
    json["flow_digest"] = v.difference ? ordered_json(nullptr) : ordered_json(hex16(v.flow_digest));
    json["first_difference"] = nullptr;
    if (v.difference) {
      json["first_difference"] = {{"message", v.difference->sequence},
                                  {"symbol", v.difference->symbol},
                                  {"what", v.difference->what}};
    }
    const std::vector<std::string>& damage = v.quality.damage;
    json["damage"] = damage.empty() ? ordered_json(nullptr) : ordered_json(damage.front());
    add_cleanliness(json, findings);
    print_json(std::move(json), provenance);
  } else if (v.difference) {
    print_results("different at message " + grouped(v.difference->sequence) + " (" +
                  v.difference->symbol + "): " + v.difference->what);
  } else if (v.events == 0) {
    print_results("nothing was compared\n");
  } else {
    print_results("equal: " + counted(v.events, "event") + " of " + counted(v.messages, "message") +
                  ", engine against reference after each one\ndigest " + hex16(v.digest) +
                  ", of all books; flow " + hex16(v.flow_digest) + ", of every event\n");
  }
  const ExitCode code = code_of(v.difference.has_value(), v.quality, v.events);
  return code_after_findings(code, findings, fail_on);
}

ExitCode verify_lobster_command(const VerifyLobsterOptions& options) {
  std::vector<std::string> inputs{options.messages};
  if (const std::string book = book_path(options); !book.empty()) inputs.push_back(book);
  const Provenance provenance = provenance_of(inputs);
  feeds::lobster::DaySources day = lobster_sources(options);
  const feeds::lobster::PlantedFault fault = parse_fault(options.plant);
  EngineTarget target;
  const LobsterVerdict v = verify_lobster(std::move(day.messages), std::move(day.book), target,
                                          {day.symbol, Nanos{0}, fault});
  if (fault.size_at_row > v.rows_compared) {
    throw UsageError("--plant " + options.plant + ": only " +
                     counted(v.rows_compared, "row was", "rows were") +
                     " compared; nothing was planted");
  }
  if (options.json) {
    print_json(json_of(v), provenance);
  } else {
    print_results(
        counted(v.rows_compared, "row") + " compared, " + grouped(v.rows_different) +
        " different; " + grouped(v.rows_proven) + " proven by nothing but the engine's own book\n" +
        counted(v.levels_completed, "level") + " entered the window and were completed, " +
        counted(v.unknown_ids, "event") + " named orders from outside it\n" +
        grouped(v.executions_at_front) + " of " + grouped(v.executions_at_known_levels) +
        " visible executions at fully known levels took the order at the front\n" +
        (v.first_difference ? v.first_difference->message() + "\n" : ""));
  }
  return code_of(v.rows_different > 0, quality_of(v), v.rows_compared);
}

}  // namespace tapedeck::tools
