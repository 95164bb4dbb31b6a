// Values as people write them on a command line. Whatever is given is a value or a UsageError that
// names it; what is written out is read back as the same.
#include "engine/core/calendar.hpp"
#include "engine/core/decimal.hpp"
#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "engine/core/time_zone.hpp"
#include "engine/core/units.hpp"
#include "engine/output/csv.hpp"
#include "engine/system/cpu_topology.hpp"
#include "feeds/lobster/files.hpp"
#include "strategies/registry.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/oracles.hpp"
#include "tools/cli/error.hpp"
#include "tools/cli/human_text.hpp"
#include "tools/cli/options.hpp"
#include "tools/cli/place.hpp"
#include "tools/cli/shown_time.hpp"

namespace tapedeck::fuzz {
namespace {

// What is refused is refused in words.
template <class Ask>
void may_refuse(Ask ask) {
  try {
    ask();
  } catch (const tools::UsageError& error) {
    require(!std::string_view{error.what()}.empty(), "a refusal says why");
  } catch (const ConfigError& error) {
    require(!tools::with_flags(error).empty(), "a refusal from below says why");
  }
}

void read_number(std::string_view text) {
  if (const auto price = parse_price(text); price && *price != kNoPrice) {
    require(parse_price(decimal(*price)) == price, "a price is read as it was written");
  }
  if (const auto integer = parse_integer(text)) {
    require(parse_integer(std::to_string(*integer)) == integer, "a number is read as written");
  }
  const auto count = parse_count(text);
  require(!count || *count > 0, "a count is above zero");
  const auto bytes = parse_bytes(text);
  require(!bytes || *bytes > 0, "a size is above zero");
  const auto duration = parse_duration(text);
  require(!duration || duration->value > 0, "a duration is above zero");
}

void read_time(std::string_view text) {
  if (const auto date = parse_date(text)) {
    require(date->ok(), "a date is one of the calendar's");
    (void)eastern_midnight(*date);
  }
  if (const auto date = date_in_name(text)) require(date->ok(), "a date is one of the calendar's");
  (void)parse_wall_time(text);
  (void)parse_yearly_rule(text);
  (void)TimeZone::from_tzif("any", as_bytes_of(text));
  const auto offset = parse_utc_offset(text);
  require(!offset || parse_utc_offset(utc_offset_text(*offset)) == offset,
          "an offset is read as it was written");
  const auto time = parse_time_of_day(text);
  require(!time || time->value >= 0, "a time of day counts from midnight");
  if (const auto moment = parse_iso_time(text)) {
    require(parse_iso_time(iso_time(*moment)) == moment, "a moment is read as it was written");
  }
}

void write_and_read(Choices& choices) {
  std::array<std::byte, sizeof(u64)> raw{};
  std::ranges::copy(choices.take(raw.size()), raw.begin());
  const auto value = static_cast<i64>(load_le<u64>(raw.data()));
  if (Price{value} != kNoPrice) {
    require(parse_price(decimal(Price{value})) == Price{value}, "a price is read as written");
  }
  // Before 1970, and in the last year that 64 bits reach into, there is no recording.
  constexpr i64 kLastMoment = i64{9'214'646'400} * kNanosPerSecond;  // 2262-01-01
  const std::string moment = iso_time(Nanos{value});
  require(value < 0 || value >= kLastMoment || parse_iso_time(moment) == Nanos{value},
          "a moment is read as written");
  (void)duration_for_people(Nanos{value});
  (void)tools::bytes_for_people(static_cast<u64>(value));
  (void)time_of_day_text(Nanos{value});
  for (const auto base : {feeds::TimeBase::utc, feeds::TimeBase::midnight}) {
    for (const TimeZone& zone : {TimeZone::utc(), TimeZone::us_eastern()}) {
      (void)tools::time_text(Nanos{value}, {base, zone});
      (void)tools::clock_text(Nanos{value}, {base, zone});
    }
  }
}

void read_text(std::string_view text) {
  const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
  require(std::ranges::all_of(printable(text), is_printable), "printable text is printable");
  std::string joined;
  for (const std::string& part : split(text, ',')) joined += "," + part;
  require(joined == "," + std::string{text}, "the parts of a text are the text");
  (void)output::csv_field(text);
  const std::string shown = harmless(text);
  require(harmless(shown) == shown, "harmless text is harmless");
  (void)feeds::lobster::lobster_symbol(text);
  (void)system::core_list(text);
  const std::vector<std::string> known{"replay", "simulate", std::string{text.substr(0, 5)}};
  (void)nearest(text.substr(0, 40), known);
}

void read_run_options(std::size_t field, const std::string& text) {
  tools::RunOptions options;
  std::string* const fields[] = {
      &options.shards,        &options.pin,        &options.wait,         &options.queue_full,
      &options.digest,        &options.state,      &options.report_every, &options.snapshot_every,
      &options.snapshot_full, &options.max_orders, &options.max_levels,   &options.max_memory};
  *fields[field % std::size(fields)] = text;
  if (!options.snapshot_every.empty()) options.out = "cuts.csv";
  may_refuse([&] { (void)tools::engine_config(options); });
  may_refuse([&] { (void)tools::report_interval(options); });
  may_refuse([&] { (void)strategies::plans_of({text}); });
  const MemoryFile map{as_bytes_of(text)};
  tools::RunOptions with_map;
  with_map.shard_map = map.path();
  may_refuse([&] { (void)tools::engine_config(with_map); });
}

void read_other_options(std::size_t field, const std::string& text) {
  tools::SimulateOptions simulate;
  std::string* const fields[] = {&simulate.model,    &simulate.preset, &simulate.rate,
                                 &simulate.duration, &simulate.events, &simulate.seed,
                                 &simulate.date};
  *fields[field % std::size(fields)] = text;
  may_refuse([&] { (void)tools::simulated_spec(simulate); });
  tools::ReplayOptions replay;
  replay.date = text;
  may_refuse([&] { (void)tools::files_spec(replay); });
  replay.date.clear();
  replay.max_ratio = text;
  may_refuse([&] { (void)tools::files_spec(replay); });
  replay.max_ratio.clear();
  replay.format = text;
  may_refuse([&] { (void)tools::files_spec(replay); });
  may_refuse([&] { (void)tools::typed_place("--from", text); });
  for (std::string* const option :
       {&replay.record.compress, &replay.record.sync, &replay.record.checkpoints}) {
    *option = text;
    may_refuse([&] { (void)tools::check_tape(replay.record, ".tape"); });
  }
}

void read_value(Bytes input) {
  Choices choices{input};
  const u8 what = choices.byte() % 5;
  if (what == 0) return write_and_read(choices);
  const u8 field = choices.byte();
  const Bytes rest = choices.rest();
  const std::string text{reinterpret_cast<const char*>(rest.data()), rest.size()};
  if (what == 1) read_number(text);
  if (what == 2) read_time(text);
  if (what == 3) read_text(text);
  if (what == 4 && field % 2 == 0) read_run_options(field / 2, text);
  if (what == 4 && field % 2 == 1) read_other_options(field / 2, text);
}

}  // namespace
}  // namespace tapedeck::fuzz

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  tapedeck::fuzz::read_value(std::as_bytes(std::span{data, size}));
  return 0;
}
