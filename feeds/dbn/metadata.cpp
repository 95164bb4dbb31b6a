#include "feeds/dbn/metadata.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <tuple>

#include "engine/core/decimal.hpp"
#include "engine/core/units.hpp"

namespace tapedeck::feeds::dbn {
namespace {

constexpr std::size_t kPrelude = 8;  // magic, version, length
constexpr std::size_t kFixedPart = 100;
constexpr std::size_t kSchemaAt = 16;  // in the fixed part, after the dataset
constexpr std::size_t kStartAt = 18;
// Some 1.5 million symbols with a day's mapping each: more than any market has.
constexpr u32 kMostMetadata = u32{1} << 28;
constexpr std::size_t kMostSymbolSize = 1024;
constexpr std::size_t kPadding = 8;  // bytes after the mappings are padding to a multiple of it
constexpr u32 kMostDate = 9999'12'31;
constexpr u64 kNotSaid = ~u64{0};

// Codes of the metadata's symbologies.
constexpr u8 kIsInstrumentId = 0;
constexpr u8 kIsContinuous = 3;

// By the vendor's code.
constexpr std::array<std::string_view, 20> kSchemas{
    "mbo",      "mbp-1",    "mbp-10",     "tbbo",       "trades", "ohlcv-1s",  "ohlcv-1m",
    "ohlcv-1h", "ohlcv-1d", "definition", "statistics", "status", "imbalance", "ohlcv-eod",
    "cmbp-1",   "cbbo-1s",  "cbbo-1m",    "tcbbo",      "bbo-1s", "bbo-1m"};
constexpr u16 kMixedSchemas = 0xFFFF;

std::string_view text_in(Bytes field) {
  const auto end = std::ranges::find(field, std::byte{0});
  return {reinterpret_cast<const char*>(field.data()),
          static_cast<std::size_t>(end - field.begin())};
}

// Returns the beginning of a day written as 20231225, in UTC. Days outside the range of Nanos are
// clamped to its ends, where nothing was recorded.
std::optional<Nanos> day_of(u32 digits) {
  if (digits > kMostDate) return {};
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(digits / 10'000)},
                                         std::chrono::month{digits / 100 % 100},
                                         std::chrono::day{digits % 100}};
  if (!date.ok()) return {};
  constexpr i64 kFirstDay = -106'000;
  constexpr i64 kLastDay = 106'000;
  const i64 days = std::chrono::sys_days{date}.time_since_epoch().count();
  if (days > kLastDay) return kEndOfTime;
  return Nanos{std::max(days, kFirstDay) * 86'400 * kNanosPerSecond};
}

std::optional<u32> id_in(std::string_view text) {
  const auto number = parse_integer(text);
  if (!number || *number < 1 || *number > i64{~u32{0}}) return {};
  return static_cast<u32>(*number);
}

class MetadataReader {
 public:
  MetadataReader(ByteSource& source, std::optional<Damage>& damage)
      : source_(source), damage_(damage) {}

  [[nodiscard]] bool read(Metadata& metadata) {
    return read_prelude(metadata) && read_fixed_part(metadata) && skip_lists() &&
           read_mappings(metadata) && skip_padding();
  }

 private:
  // Used only for fields that fit a window; larger ones are skipped in pieces.
  bool look(std::size_t size, const char* what, Bytes& found) {
    if (size > left_) {
      return refuse(counted(left_, "byte") + " of metadata left", grouped(size) + " for " + what);
    }
    if (!source_.ensure(size)) {
      if (source_.damage()) {
        damage_ = source_.damage();
        return false;
      }
      return refuse("the end of the file inside the metadata", what);
    }
    found = source_.window().first(size);
    return true;
  }
  void take(std::size_t size) {
    source_.consume(size);
    left_ -= size;
  }
  bool skip(u64 size, const char* what) {
    constexpr u64 kPiece = 4096;
    Bytes piece;
    for (; size > 0; size -= piece.size()) {
      if (!look(static_cast<std::size_t>(std::min(size, kPiece)), what, piece)) return false;
      take(piece.size());
    }
    return true;
  }
  // Reads a count of items of at least `least` bytes each.
  bool read_count(std::size_t least, const char* what, u32& count) {
    Bytes field;
    if (!look(sizeof count, what, field)) return false;
    count = load_le<u32>(field.data());
    const u64 behind = left_ - sizeof count;
    if (u64{count} * least > behind) {
      return refuse(grouped(count) + " " + what,
                    "no more than the " + counted(behind, "byte") + " behind it can hold");
    }
    take(sizeof count);
    return true;
  }

  bool read_prelude(Metadata& metadata) {
    Bytes prelude;
    left_ = kPrelude;
    if (!look(kPrelude, "\"DBN\", a version and a length", prelude)) return false;
    if (!looks_like_dbn(prelude)) return refuse("content that is not DBN", "\"DBN\"");
    metadata.version = std::to_integer<u8>(prelude[kMagic.size()]);
    if (metadata.version < 1 || metadata.version > kNewestVersion) {
      return refuse("DBN version " + std::to_string(metadata.version), "version 1, 2 or 3",
                    "have the file made again in one of these versions");
    }
    const u32 length = load_le<u32>(prelude.data() + 4);
    take(4);
    if (length < kFixedPart || length > kMostMetadata) {
      return refuse("a metadata length of " + grouped(length),
                    grouped(kFixedPart) + " to " + grouped(kMostMetadata) + " bytes");
    }
    take(4);
    left_ = length;
    return true;
  }
  bool read_fixed_part(Metadata& metadata) {
    Bytes fixed;
    if (!look(kFixedPart, "the fixed fields", fixed)) return false;
    const bool counts_records = metadata.version == 1;
    // Dataset, start, end and limit are not needed here.
    metadata.schema = load_le<u16>(fixed.data() + kSchemaAt);
    std::size_t at = kStartAt + 3 * sizeof(u64);
    if (counts_records) {
      const u64 records = load_le<u64>(fixed.data() + at);
      if (records != kNotSaid) metadata.records = records;
      at += sizeof records;
    }
    symbols_in_ = std::to_integer<u8>(fixed[at]);
    symbols_out_ = std::to_integer<u8>(fixed[at + 1]);
    metadata.continuous = symbols_in_ == kIsContinuous;
    metadata.send_times = fixed[at + 2] != std::byte{0};
    symbol_ = counts_records ? kLayouts[0].symbol : load_le<u16>(fixed.data() + at + 3);
    if (symbol_ < 2 || symbol_ > kMostSymbolSize) {
      take(at + 3);
      return refuse("a symbol length of " + std::to_string(symbol_),
                    "2 to " + std::to_string(kMostSymbolSize));
    }
    take(kFixedPart);
    return true;
  }
  // Skips the schema's definition, and the lists of symbols requested, partly found, and not found.
  bool skip_lists() {
    u32 count = 0;
    if (!read_count(1, "bytes of a schema's definition", count)) return false;
    if (!skip(count, "a schema's definition")) return false;
    for (const char* what : {"symbols", "partly resolved symbols", "symbols not found"}) {
      if (!read_count(symbol_, what, count) || !skip(u64{count} * symbol_, what)) return false;
    }
    return true;
  }
  bool read_mappings(Metadata& metadata) {
    u32 count = 0;
    if (!read_count(symbol_ + sizeof(u32), "symbol mappings", count)) return false;
    for (; count > 0; --count) {
      Bytes field;
      if (!look(symbol_, "a mapped symbol", field)) return false;
      const std::string symbol{text_in(field)};
      take(symbol_);
      u32 intervals = 0;
      if (!read_count(symbol_ + 2 * sizeof(u32), "intervals of a mapping", intervals)) return false;
      for (; intervals > 0; --intervals) {
        if (!read_interval(metadata.symbols, symbol)) return false;
      }
    }
    metadata.symbols.sort();
    return true;
  }
  bool read_interval(SymbolMap& symbols, const std::string& symbol) {
    Bytes field;
    if (!look(symbol_ + 2 * sizeof(u32), "an interval of a mapping", field)) return false;
    const u32 first = load_le<u32>(field.data());
    const u32 end = load_le<u32>(field.data() + 4);
    const auto begins = day_of(first);
    const auto ends = day_of(end);
    if (!begins || !ends) {
      return refuse("a mapping from " + std::to_string(first) + " to " + std::to_string(end),
                    "two dates like 20231225");
    }
    const std::string_view mapped = text_in(field.subspan(8));
    // Either side may be the id. If neither is, the mapping is of no use.
    const bool id_is_mapped = symbols_out_ == kIsInstrumentId;
    if (id_is_mapped || symbols_in_ == kIsInstrumentId) {
      const auto id = id_in(id_is_mapped ? mapped : symbol);
      if (id) symbols.add(*id, *begins, *ends, id_is_mapped ? symbol : mapped);
    }
    take(field.size());
    return true;
  }
  bool skip_padding() {
    if (left_ >= kPadding)
      return refuse(counted(left_, "byte") + " behind the mappings", "records");
    Bytes padding;
    if (!look(left_, "padding", padding)) return false;
    if (std::ranges::any_of(padding, [](std::byte byte) { return byte != std::byte{0}; })) {
      return refuse("something between the mappings and the end of the metadata", "zeros");
    }
    take(padding.size());
    return true;
  }
  bool refuse(std::string found, std::string expected, std::string hint = {}) {
    if (hint.empty()) hint = "the file is damaged or cut short; fetch it again";
    damage_ = Damage{.file = source_.name(),
                     .offset = source_.offset(),
                     .found = std::move(found),
                     .expected = std::move(expected),
                     .hint = std::move(hint)};
    return false;
  }

  ByteSource& source_;
  std::optional<Damage>& damage_;
  u64 left_ = 0;  // bytes left of the stated length
  std::size_t symbol_ = 0;
  u8 symbols_in_ = 0;
  u8 symbols_out_ = 0;
};

}  // namespace

void SymbolMap::add(u32 id, Nanos begin, Nanos end, std::string_view symbol) {
  if (symbol.empty() || begin >= end) return;
  intervals_.push_back(
      {id, static_cast<u32>(symbols_.size()), static_cast<u32>(symbol.size()), begin, end});
  symbols_ += symbol;
}

void SymbolMap::sort() {
  std::ranges::stable_sort(intervals_, {}, [](const Interval& interval) {
    return std::tuple{interval.id, interval.begin};
  });
}

SymbolMap::Found SymbolMap::find(u32 id, Nanos time) const {
  const auto after =
      std::ranges::upper_bound(intervals_, std::tuple{id, time}, {}, [](const Interval& interval) {
        return std::tuple{interval.id, interval.begin};
      });
  const bool has_next = after != intervals_.end() && after->id == id;
  const Nanos next = has_next ? after->begin : kEndOfTime;
  if (after != intervals_.begin()) {
    const Interval& before = after[-1];
    if (before.id == id && time < before.end) {
      return {symbol_of(before), std::min(before.end, next)};
    }
  }
  return {{}, next};
}

bool SymbolMap::any_after(u32 id, Nanos time,
                          const std::function<bool(std::string_view)>& wants) const {
  auto at = std::ranges::lower_bound(intervals_, id, {}, &Interval::id);
  for (; at != intervals_.end() && at->id == id; ++at) {
    if (at->begin > time && wants(symbol_of(*at))) return true;
  }
  return false;
}

std::string_view SymbolMap::other_of(u32 id, Nanos time, std::string_view symbol,
                                     const std::function<bool(std::string_view)>& wants) const {
  auto at = std::ranges::lower_bound(intervals_, id, {}, &Interval::id);
  for (; at != intervals_.end() && at->id == id; ++at) {
    const bool holds = at->begin <= time && time < at->end;
    if (holds && symbol_of(*at) != symbol && wants(symbol_of(*at))) return symbol_of(*at);
  }
  return {};
}

std::optional<u32> SymbolMap::id_of(std::string_view symbol, Nanos time) const {
  const auto found = std::ranges::find_if(intervals_, [&](const Interval& interval) {
    return interval.begin <= time && time < interval.end && symbol_of(interval) == symbol;
  });
  if (found == intervals_.end()) return {};
  return found->id;
}

Nanos SymbolMap::next_change(Nanos time) const {
  Nanos next = kEndOfTime;
  for (const Interval& interval : intervals_) {
    for (const Nanos change : {interval.begin, interval.end}) {
      if (change > time) next = std::min(next, change);
    }
  }
  return next;
}

void SymbolMap::for_each(const std::function<void(u32, std::string_view)>& visit) const {
  for (const Interval& interval : intervals_) visit(interval.id, symbol_of(interval));
}

std::string schema_name(u16 schema) {
  if (schema < kSchemas.size()) return std::string{kSchemas[schema]};
  return schema == kMixedSchemas ? "mixed" : std::to_string(schema);
}

std::optional<Metadata> read_metadata(ByteSource& source, std::optional<Damage>& damage) {
  Metadata metadata;
  if (!MetadataReader{source, damage}.read(metadata)) return {};
  return metadata;
}

bool looks_like_dbn(Bytes beginning) {
  return beginning.size() > kMagic.size() && text_in(beginning.first(kMagic.size())) == kMagic;
}

std::optional<Nanos> start_of(Bytes beginning) {
  if (!looks_like_dbn(beginning) || beginning.size() < kPrelude + kFixedPart) return {};
  const u64 start = load_le<u64>(beginning.data() + kPrelude + kStartAt);
  if (start == 0 || start > u64{INT64_MAX}) return {};
  return Nanos{static_cast<i64>(start)};
}

}  // namespace tapedeck::feeds::dbn
